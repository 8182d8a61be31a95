/** What happens every hour: each thing is done, and one that cannot be done keeps no other from it. */
import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { upkeep } from "../../src/upkeep.ts"
import { type People, people } from "./People.ts"

const past = "2020-01-01T00:00:00.000Z"

describe("every hour", () => {
  let world: People
  beforeAll(async () => {
    world = await people()
  })
  afterAll(() => world.close())

  const query = (statement: string) =>
    world.service.run(Effect.flatMap(SqlClient.SqlClient, (sql) => sql.unsafe(statement)))
  const hourly = async () => {
    const said: Array<string> = []
    await world.service.run(upkeep((line) => Effect.sync(() => void said.push(line))))
    return said
  }
  /** Something for each step to do; what is left of it afterwards. */
  const plant = async () => {
    const { alex } = world
    await query(`INSERT INTO idempotency (scope, key, fingerprint, sealed_answer, expires_at)
      VALUES ('s', 'k', 'f', 'sealed', '${past}')`)
    await query(`INSERT INTO link_session (link_session_id, holder_id, connector, settings, streams, purpose, attended_only,
        notice, agreed_until, token_hash, status, created_at, expires_at)
      VALUES ('old', '${alex.holderId}', 'klarna-us', '{}', '[]', 'p', 0, '{}', '${past}', 't', 'cancelled', '${past}', '${past}')`)
    await query(`INSERT INTO erasure (erasure_id, holder, at, body, keep_until, scrubbed_at)
      VALUES ('e', 'mark', '${past}', '{}', '${past}', NULL)`)
    await query(`INSERT INTO legal_hold (hold_id, holder_id, streams, basis, until, set_at)
      VALUES ('h', '${alex.holderId}', '["card"]', 'b', '${past}', '${past}')`)
    await query(`DELETE FROM retention_mark`)
    await query(`INSERT INTO retention_policy (stream, days, set_at) VALUES ('deliveries', 1, '${past}')
      ON CONFLICT DO NOTHING`)
    await query(`UPDATE connection SET status = 'revoked' WHERE connection_id = '${world.robin.connectionId}'`)
    await query(`UPDATE consent SET expires_at = '${past}' WHERE consent_id = '${alex.consentId}'`)
    await query(`DELETE FROM consent_event WHERE what = 'expired'`)
  }
  const left = async () => {
    const found = await Promise.all([
      query("SELECT 1 FROM idempotency WHERE key = 'k'"),
      query("SELECT 1 FROM link_session WHERE link_session_id = 'old'"),
      query("SELECT 1 FROM erasure"),
      query("SELECT 1 FROM legal_hold"),
      query("SELECT 1 FROM row WHERE stream = 'deliveries'"),
      query(`SELECT 1 FROM connection WHERE status = 'revoked' AND sealed_grant IS NOT NULL`),
      query(`SELECT 1 FROM consent WHERE consent_id = '${world.alex.consentId}' AND consent_id NOT IN
        (SELECT consent_id FROM consent_event WHERE what = 'expired')`)
    ])
    return found.map((rows) => rows.length)
  }

  it("what has run out goes, and what was broken off is finished", async () => {
    await plant()
    const before = await left()
    assert.isTrue(
      before.every((rows) => rows > 0),
      before.join()
    )
    const said = await hourly()
    assert.deepStrictEqual(await left(), [0, 0, 0, 0, 0, 0, 0])
    assert.match(said.join("\n"), /^deliveries: \d+ rows were purged, they are older than is kept\.$/)
    assert.deepStrictEqual(await hourly(), [])
  })

  it("what cannot be done is told without a word of anybody, and everything else is done", async () => {
    await plant()
    await query("ALTER TABLE legal_hold RENAME TO legal_hold_elsewhere")
    const said = await hourly()
    await query("ALTER TABLE legal_hold_elsewhere RENAME TO legal_hold")
    assert.deepStrictEqual(
      said,
      ["Legal holds", "Retention"].map((what) => `${what}: not done (SqlError). It is tried again in an hour.`)
    )
    assert.deepStrictEqual((await left()).slice(0, 3), [0, 0, 0])
    assert.deepStrictEqual((await left()).slice(5), [0, 0])
  })
})
