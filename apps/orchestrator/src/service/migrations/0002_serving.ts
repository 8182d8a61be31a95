/**
 * What answering takes: which accounts a tenant has, kept by the database itself, so that a list walks these and no
 * others; the few rows of a stream that state a figure, apart from its ledger; installments by day; and the answers of
 * creating calls, sealed, with the person they tell of, until their keys are let go of. Somebody the command line links while the service runs belongs
 * to the tenant `local` at once.
 */
export const serving = [
  `CREATE TABLE tenant_account (
    tenant_id TEXT NOT NULL, account INTEGER NOT NULL, PRIMARY KEY (tenant_id, account)) WITHOUT ROWID`,
  `INSERT INTO tenant_account (tenant_id, account) SELECT tenant_id, n FROM account JOIN holder USING (holder_id)`,
  `CREATE TRIGGER account_of_tenant AFTER INSERT ON account BEGIN
    INSERT OR IGNORE INTO holder (holder_id, tenant_id, reference, created_at)
      SELECT new.holder_id, 'local', new.holder_id, new.created_at
      WHERE NOT EXISTS (SELECT 1 FROM holder WHERE holder_id = new.holder_id);
    INSERT OR IGNORE INTO tenant_account (tenant_id, account)
      SELECT tenant_id, new.n FROM holder WHERE holder_id = new.holder_id;
  END`,
  `CREATE TRIGGER holder_of_tenant AFTER INSERT ON holder BEGIN
    INSERT OR IGNORE INTO tenant_account (tenant_id, account)
      SELECT new.tenant_id, n FROM account WHERE holder_id = new.holder_id;
  END`,
  `CREATE TRIGGER account_leaves_tenant AFTER DELETE ON account BEGIN
    DELETE FROM tenant_account WHERE account = old.n
      AND tenant_id IN (SELECT tenant_id FROM holder WHERE holder_id = old.holder_id);
  END`,
  `CREATE TRIGGER holder_leaves_tenant AFTER DELETE ON holder BEGIN
    DELETE FROM tenant_account WHERE tenant_id = old.tenant_id
      AND account IN (SELECT n FROM account WHERE holder_id = old.holder_id);
  END`,
  `CREATE INDEX row_stated ON row (account, stream, id)
    WHERE stream IN ('balance', 'points') AND json_extract(body, '$.rowType') <> 'entry'`,
  `CREATE INDEX installment_day ON installment (due_date, row, number)`,
  `CREATE INDEX discrepancy_standing ON discrepancy (n) WHERE resolved_at IS NULL`,
  `CREATE INDEX connection_of_account ON connection_account (account)`,
  `CREATE INDEX holder_page ON holder (tenant_id, created_at, holder_id)`,
  `CREATE TABLE idempotency (
    scope TEXT NOT NULL, key TEXT NOT NULL, fingerprint TEXT NOT NULL, sealed_answer TEXT NOT NULL,
    holder_id TEXT, expires_at TEXT NOT NULL, PRIMARY KEY (scope, key)) WITHOUT ROWID`,
  `CREATE INDEX idempotency_expiry ON idempotency (expires_at)`,
  `CREATE INDEX idempotency_holder ON idempotency (holder_id)`
]
