/** What the service asks the database for one page of installments, as it asks it; held against what it runs. */

export const pragmas = `PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;
  PRAGMA wal_autocheckpoint = 8192; PRAGMA cache_size = -16384;`

export const keyOf = `SELECT * FROM api_key
  WHERE key_id = ? AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ?)`

/** By account, day, row and number; of one account. */
export const listOf = `SELECT installment.row, installment.number, installment.due_date AS "dueDate",
    account.account_id AS "accountId", account.holder_id AS "holderId", row.id, row.body, row.version, row.pending,
    row.origin, run.connector, run.consent_id AS "consentId", run.started_at AS "readAt"
  FROM installment CROSS JOIN row CROSS JOIN account CROSS JOIN run
  WHERE installment.account = ? AND (installment.due_date, installment.row, installment.number) > (?, ?, ?)
    AND row.n = installment.row AND account.n = ? AND run.n = row.run
  ORDER BY installment.due_date, installment.row, installment.number LIMIT ?`

/** A line of the access log. */
export const lines = {
  head: "SELECT count AS seq, hash FROM access_head WHERE one = 1",
  line: `INSERT INTO access_log (seq, at, actor, action, purpose, tenant, holders, accounts, streams, route, count, hash)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  holder: "INSERT INTO access_holder (holder, seq) VALUES (?, ?)",
  end: `INSERT INTO access_head (one, count, hash, mark) VALUES (1, ?, ?, ?)
    ON CONFLICT (one) DO UPDATE SET count = excluded.count, hash = excluded.hash, mark = excluded.mark`
} as const
