/**
 * How long a stream is kept, from which day on an account's rows are (older ones were purged and do not come back), what
 * the law holds back, and what is left of somebody who was erased: marks, hashes and dates.
 */
export const retention = [
  `CREATE TABLE retention_policy (stream TEXT PRIMARY KEY, days INTEGER NOT NULL, set_at TEXT NOT NULL)`,
  `CREATE TABLE retention_mark (
    account INTEGER NOT NULL, stream TEXT NOT NULL, kept_from TEXT NOT NULL, through INTEGER NOT NULL,
    PRIMARY KEY (account, stream)) WITHOUT ROWID`,
  // Rows that bear no day, by a digest of their id, so that they stay away too.
  `CREATE TABLE retention_purged (
    account INTEGER NOT NULL, stream TEXT NOT NULL, digest TEXT NOT NULL,
    PRIMARY KEY (account, stream, digest)) WITHOUT ROWID`,
  // The greatest number of a row that was purged or erased.
  `CREATE TABLE row_head (one INTEGER PRIMARY KEY CHECK (one = 1), n INTEGER NOT NULL)`,
  `CREATE TABLE legal_hold (
    hold_id TEXT PRIMARY KEY, holder_id TEXT NOT NULL, streams TEXT NOT NULL, basis TEXT NOT NULL, until TEXT NOT NULL,
    set_at TEXT NOT NULL, ended_at TEXT)`,
  `CREATE TABLE held_row (
    hold_id TEXT NOT NULL REFERENCES legal_hold, account_id TEXT NOT NULL, stream TEXT NOT NULL, id TEXT NOT NULL,
    body TEXT NOT NULL, PRIMARY KEY (hold_id, account_id, stream, id)) WITHOUT ROWID`,
  `CREATE TABLE erasure (
    erasure_id TEXT PRIMARY KEY, holder TEXT NOT NULL, at TEXT NOT NULL, body TEXT NOT NULL, keep_until TEXT NOT NULL,
    scrubbed_at TEXT)`
]
