/**
 * Where each tenant wants events sent, under which secrets, what became of each event there, and how far the logs of the
 * mirror were fanned out. Secrets are sealed. Times that are compared are milliseconds; `next_at` is also the lease of
 * an attempt under way.
 */
export const webhooks = [
  `CREATE TABLE webhook_endpoint (
    n INTEGER PRIMARY KEY AUTOINCREMENT, endpoint_id TEXT NOT NULL UNIQUE, tenant_id TEXT NOT NULL REFERENCES tenant,
    url TEXT NOT NULL, event_types TEXT, status TEXT NOT NULL, detail TEXT, since_seq INTEGER NOT NULL,
    since_occurrence INTEGER NOT NULL, failing_since INTEGER, throttled_until INTEGER, created_at TEXT NOT NULL)`,
  `CREATE INDEX webhook_endpoint_tenant ON webhook_endpoint (tenant_id, n)`,
  `CREATE TABLE webhook_secret (
    secret_id TEXT PRIMARY KEY, endpoint INTEGER NOT NULL REFERENCES webhook_endpoint ON DELETE CASCADE,
    sealed TEXT NOT NULL, created_at INTEGER NOT NULL, until INTEGER)`,
  `CREATE INDEX webhook_secret_endpoint ON webhook_secret (endpoint)`,
  `CREATE TABLE webhook_delivery (
    n INTEGER PRIMARY KEY AUTOINCREMENT, endpoint INTEGER NOT NULL REFERENCES webhook_endpoint ON DELETE CASCADE,
    event_id TEXT NOT NULL, type TEXT NOT NULL, holder_id TEXT NOT NULL, body TEXT NOT NULL, status TEXT NOT NULL,
    attempts INTEGER NOT NULL, created_at TEXT NOT NULL, next_at INTEGER, lease TEXT, delivered_at TEXT,
    last_status INTEGER, last_error TEXT, UNIQUE (endpoint, event_id))`,
  `CREATE INDEX webhook_delivery_due ON webhook_delivery (endpoint, next_at) WHERE status = 'pending'`,
  `CREATE INDEX webhook_delivery_old ON webhook_delivery (delivered_at) WHERE status = 'delivered'`,
  `CREATE INDEX webhook_delivery_holder ON webhook_delivery (holder_id)`,
  `CREATE TABLE webhook_cursor (one INTEGER PRIMARY KEY CHECK (one = 1), seq INTEGER NOT NULL, occurrence INTEGER NOT NULL)`,
  `INSERT INTO webhook_cursor (one, seq, occurrence)
    SELECT 1, coalesce((SELECT max(seq) FROM change), 0), coalesce((SELECT max(n) FROM occurrence), 0)`
]
