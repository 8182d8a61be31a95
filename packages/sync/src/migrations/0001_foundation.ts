/** Accounts, connections, consents, rows and their changes, installments, quarantine and what does not add up. */
export const foundation = [
  `CREATE TABLE account (
    n INTEGER PRIMARY KEY, account_id TEXT NOT NULL UNIQUE, holder_id TEXT NOT NULL, provider TEXT NOT NULL,
    market TEXT, legal_entity TEXT NOT NULL, currency TEXT NOT NULL, status TEXT NOT NULL,
    identification_hash TEXT NOT NULL, display_name TEXT NOT NULL, created_at TEXT NOT NULL,
    UNIQUE (holder_id, provider, identification_hash, currency))`,
  `CREATE TABLE connection (
    connection_id TEXT PRIMARY KEY, holder_id TEXT NOT NULL, connector TEXT NOT NULL, settings TEXT NOT NULL,
    status TEXT NOT NULL, detail TEXT, sealed_grant TEXT, generation INTEGER NOT NULL, renewal_tries INTEGER NOT NULL,
    created_at TEXT NOT NULL, updated_at TEXT NOT NULL)`,
  `CREATE TABLE connection_account (
    connection_id TEXT NOT NULL REFERENCES connection, account INTEGER NOT NULL REFERENCES account,
    sealed_linked TEXT NOT NULL, PRIMARY KEY (connection_id, account))`,
  `CREATE TABLE consent (
    consent_id TEXT PRIMARY KEY, connection_id TEXT NOT NULL REFERENCES connection, body TEXT NOT NULL,
    expires_at TEXT NOT NULL, withdrawn_at TEXT)`,
  `CREATE INDEX consent_connection ON consent (connection_id)`,
  `CREATE TABLE lease (
    resource TEXT PRIMARY KEY, owner TEXT, generation INTEGER NOT NULL, expires_at INTEGER NOT NULL)`,
  `CREATE TABLE run (
    n INTEGER PRIMARY KEY, connection_id TEXT NOT NULL, connector TEXT NOT NULL, consent_id TEXT NOT NULL,
    account INTEGER NOT NULL REFERENCES account, stream TEXT NOT NULL, started_at TEXT NOT NULL, finished_at TEXT,
    outcome TEXT, detail TEXT, added INTEGER, updated INTEGER, unchanged INTEGER, removed INTEGER, quarantined INTEGER)`,
  `CREATE INDEX run_account ON run (account, stream, n)`,
  `CREATE TABLE checkpoint (
    connection_id TEXT NOT NULL, account INTEGER NOT NULL, stream TEXT NOT NULL, checkpoint TEXT NOT NULL,
    updated_at TEXT NOT NULL, PRIMARY KEY (connection_id, account, stream))`,
  `CREATE TABLE row (
    n INTEGER PRIMARY KEY, account INTEGER NOT NULL, stream TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL,
    version TEXT, pending INTEGER NOT NULL, gone TEXT, origin TEXT NOT NULL, rank INTEGER NOT NULL,
    run INTEGER NOT NULL, UNIQUE (account, stream, id))`,
  `CREATE INDEX row_pending ON row (account, stream) WHERE pending = 1 AND gone IS NULL`,
  `CREATE TABLE change (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, row INTEGER NOT NULL, account INTEGER NOT NULL, kind TEXT NOT NULL,
    before TEXT, run INTEGER NOT NULL, at TEXT NOT NULL)`,
  `CREATE INDEX change_row ON change (row, seq)`,
  `CREATE TABLE installment (
    row INTEGER NOT NULL, number INTEGER NOT NULL, account INTEGER NOT NULL, due_date TEXT NOT NULL,
    state TEXT NOT NULL, amount_due INTEGER NOT NULL, currency TEXT NOT NULL, PRIMARY KEY (row, number)) WITHOUT ROWID`,
  `CREATE INDEX installment_due ON installment (account, due_date)`,
  `CREATE TABLE transition (
    n INTEGER PRIMARY KEY, row INTEGER NOT NULL, account INTEGER NOT NULL, installment_number INTEGER NOT NULL,
    from_state TEXT, to_state TEXT, event TEXT NOT NULL, evidence TEXT NOT NULL,
    contradiction INTEGER NOT NULL, run INTEGER NOT NULL, at TEXT NOT NULL)`,
  `CREATE INDEX transition_row ON transition (row)`,
  `CREATE TABLE quarantine (
    n INTEGER PRIMARY KEY, account INTEGER NOT NULL, stream TEXT NOT NULL, key TEXT NOT NULL, reason TEXT NOT NULL,
    locator TEXT NOT NULL, row_id TEXT, sealed_raw TEXT NOT NULL, run INTEGER NOT NULL, at TEXT NOT NULL,
    resolved_at TEXT, UNIQUE (account, stream, key))`,
  `CREATE TABLE drift (
    account INTEGER NOT NULL, connector TEXT NOT NULL, stream TEXT NOT NULL, kind TEXT NOT NULL, path TEXT NOT NULL,
    seen INTEGER NOT NULL, first_at TEXT NOT NULL, last_at TEXT NOT NULL,
    PRIMARY KEY (account, connector, stream, kind, path))`,
  `CREATE TABLE discrepancy (
    n INTEGER PRIMARY KEY, account INTEGER NOT NULL, stream TEXT NOT NULL, name TEXT NOT NULL, place TEXT NOT NULL,
    expected TEXT NOT NULL, actual TEXT NOT NULL, raised_at TEXT NOT NULL, resolved_at TEXT)`,
  `CREATE UNIQUE INDEX discrepancy_open ON discrepancy (account, stream, name, place) WHERE resolved_at IS NULL`,
  `CREATE TABLE anchor (
    account INTEGER NOT NULL, stream TEXT NOT NULL, opening INTEGER NOT NULL, since TEXT NOT NULL,
    PRIMARY KEY (account, stream))`,
  `CREATE TABLE spend (connection_id TEXT NOT NULL, account INTEGER NOT NULL, stream TEXT NOT NULL, at INTEGER NOT NULL)`,
  `CREATE INDEX spend_of ON spend (connection_id, account, stream, at)`
]
