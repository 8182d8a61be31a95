/**
 * A key for each owner of something sealed, wrapped by a master key that is not in the database; and the master keys that
 * get no new data keys any more, in any process.
 */
export const dataKeys = [
  `CREATE TABLE data_key (
    owner TEXT PRIMARY KEY, kek TEXT NOT NULL, wrapped TEXT NOT NULL, created_at TEXT NOT NULL) WITHOUT ROWID`,
  `CREATE INDEX data_key_kek ON data_key (kek, owner)`,
  `CREATE TABLE retired_key (kek TEXT PRIMARY KEY, retired_at TEXT NOT NULL) WITHOUT ROWID`
]
