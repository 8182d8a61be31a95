/**
 * Account information: what is counted is a resource, no longer a stream; limits the provider stated; reminders that were
 * told. A count of before knew no resource and counts toward each.
 */
export const attendance = [
  `ALTER TABLE spend RENAME COLUMN stream TO resource`,
  `UPDATE spend SET resource = '*'`,
  `ALTER TABLE spend ADD COLUMN behind INTEGER`,
  `DROP INDEX spend_of`,
  `CREATE INDEX spend_of ON spend (connection_id, account, resource, at)`,
  `CREATE INDEX spend_at ON spend (at)`,
  `CREATE INDEX spend_behind ON spend (behind) WHERE behind IS NOT NULL`,
  `CREATE TABLE provider_limit (
    connection_id TEXT NOT NULL, account INTEGER NOT NULL, stream TEXT NOT NULL, attended INTEGER NOT NULL,
    until TEXT NOT NULL, PRIMARY KEY (connection_id, account, stream, attended))`,
  `CREATE TABLE reminder (
    consent_id TEXT NOT NULL REFERENCES consent, of TEXT NOT NULL, until TEXT NOT NULL, days INTEGER NOT NULL,
    told_at TEXT NOT NULL, PRIMARY KEY (consent_id, of, until, days))`
]
