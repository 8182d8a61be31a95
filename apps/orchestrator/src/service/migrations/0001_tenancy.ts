/**
 * Tenants, the people each of them has, and their API keys. A person the command line linked belongs to the tenant
 * `local`. A key is kept as a hash; one that names a holder sees that person alone.
 */
export const tenancy = [
  `CREATE TABLE tenant (tenant_id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, created_at TEXT NOT NULL)`,
  `INSERT INTO tenant (tenant_id, name, created_at) VALUES ('local', 'local', strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))`,
  `CREATE TABLE holder (
    holder_id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL REFERENCES tenant, reference TEXT NOT NULL, created_at TEXT NOT NULL,
    UNIQUE (tenant_id, reference))`,
  `INSERT INTO holder (holder_id, tenant_id, reference, created_at)
    SELECT holder_id, 'local', holder_id, min(created_at) FROM account GROUP BY holder_id`,
  `CREATE TABLE api_key (
    key_id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL REFERENCES tenant, holder_id TEXT, name TEXT NOT NULL,
    scopes TEXT NOT NULL, hash TEXT NOT NULL, created_at TEXT NOT NULL, expires_at TEXT, revoked_at TEXT)`,
  `CREATE INDEX api_key_tenant ON api_key (tenant_id)`
]
