/**
 * What happened to a consent, entry by entry, and who read what. Both are only ever added to. The access log is chained:
 * each line's hash covers the one before, and `access_head` remembers how many there are, under a mark that needs the
 * key. It names people by marks; `access_holder` finds the lines of one.
 */
export const consentEvents = [
  `CREATE TABLE consent_event (
    n INTEGER PRIMARY KEY, consent_id TEXT NOT NULL, at TEXT NOT NULL, what TEXT NOT NULL, by TEXT NOT NULL, detail TEXT)`,
  `CREATE INDEX consent_event_of ON consent_event (consent_id, n)`,
  // Consents of before: what is known of them, in the words of their records.
  `INSERT INTO consent_event (consent_id, at, what, by, detail)
    SELECT consent_id, json_extract(body, '$.grantedAt'), 'given', 'person', NULL FROM consent
    UNION ALL SELECT consent_id, value, 'confirmed', 'person', NULL
      FROM consent, json_each(consent.body, '$.confirmedAt')
    UNION ALL SELECT consent_id, withdrawn_at, CASE WHEN EXISTS (SELECT 1 FROM consent AS newer
        WHERE newer.connection_id = consent.connection_id AND newer.consent_id <> consent.consent_id
          AND json_extract(newer.body, '$.grantedAt') = consent.withdrawn_at)
      THEN 'replaced' ELSE 'withdrawn' END, 'person', NULL FROM consent WHERE withdrawn_at IS NOT NULL
    ORDER BY 2, 1`,
  `CREATE TRIGGER consent_event_stands BEFORE UPDATE ON consent_event
    BEGIN SELECT RAISE(ABORT, 'an entry of the consent ledger is never changed'); END`,
  `CREATE TABLE access_log (
    seq INTEGER PRIMARY KEY, at TEXT NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL, purpose TEXT NOT NULL,
    tenant TEXT, holders TEXT NOT NULL, accounts TEXT NOT NULL, streams TEXT NOT NULL, route TEXT NOT NULL,
    count INTEGER NOT NULL, hash TEXT NOT NULL)`,
  `CREATE TRIGGER access_log_stands BEFORE UPDATE ON access_log
    BEGIN SELECT RAISE(ABORT, 'a line of the access log is never changed'); END`,
  `CREATE TABLE access_holder (holder TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (holder, seq)) WITHOUT ROWID`,
  `CREATE TABLE access_head (one INTEGER PRIMARY KEY CHECK (one = 1), count INTEGER NOT NULL, hash TEXT NOT NULL, mark TEXT NOT NULL)`
]
