/** What happened outside of rows, in order; `after_seq` is the last change of a row there was then. */
export const occurrences = [
  `CREATE TABLE occurrence (
    n INTEGER PRIMARY KEY AUTOINCREMENT, after_seq INTEGER NOT NULL, at TEXT NOT NULL, type TEXT NOT NULL,
    holder_id TEXT NOT NULL, account_id TEXT, connection_id TEXT, consent_id TEXT, stream TEXT, days INTEGER)`,
  `CREATE INDEX occurrence_holder ON occurrence (holder_id)`
]
