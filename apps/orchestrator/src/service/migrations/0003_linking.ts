/**
 * Link sessions, and the addresses of calendars. What a conversation with a provider holds (the connector's state, the
 * address a person is sent to, the token of their page) is sealed, and gone once the session is over; tokens and the state
 * a person comes back with are found by their hash.
 */
export const linking = [
  `CREATE TABLE link_session (
    link_session_id TEXT PRIMARY KEY, holder_id TEXT NOT NULL, connector TEXT NOT NULL, settings TEXT NOT NULL,
    streams TEXT NOT NULL, purpose TEXT NOT NULL, attended_only INTEGER NOT NULL, notice TEXT NOT NULL,
    agreed_until TEXT NOT NULL, return_url TEXT, token_hash TEXT NOT NULL UNIQUE, return_hash TEXT UNIQUE, sealed TEXT,
    status TEXT NOT NULL, detail TEXT, connection_id TEXT, consent_id TEXT, account_ids TEXT,
    created_at TEXT NOT NULL, expires_at TEXT NOT NULL, read_at TEXT)`,
  `CREATE INDEX link_session_holder ON link_session (holder_id)`,
  `CREATE INDEX link_session_open ON link_session (expires_at) WHERE status = 'open'`,
  `CREATE INDEX link_session_unread ON link_session (link_session_id) WHERE status = 'linked' AND read_at IS NULL`,
  `CREATE TABLE calendar (
    calendar_id TEXT PRIMARY KEY, holder_id TEXT NOT NULL, token_hash TEXT NOT NULL UNIQUE, created_at TEXT NOT NULL,
    ended_at TEXT)`,
  `CREATE INDEX calendar_holder ON calendar (holder_id)`
]
