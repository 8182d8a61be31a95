/** Events over a connection that stays open. */
import { Event } from "@paymirror/core"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as SqlClient from "effect/sql/SqlClient"
import { connect } from "node:net"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import * as ApiKeys from "../../src/service/ApiKeys.ts"
import { Listener } from "./Listener.ts"
import { type Owned, type People, people } from "./People.ts"

describe("a listener", () => {
  let world: People
  let key: string
  beforeAll(async () => {
    world = await people()
    key = await world.service.key()
  })
  afterAll(() => world.close())

  const listen = (query = "", with_ = key, lastEventId?: string) =>
    new Listener(`${world.service.base}/v1/events${query}`, with_, lastEventId)

  /** The mirror hears of a change of somebody's row. */
  const touch = (whose: Owned, stream: string, times = 1) =>
    world.service.run(
      Effect.flatMap(SqlClient.SqlClient, (sql) =>
        sql.withTransaction(
          Effect.forEach(
            Array.from({ length: times }),
            () => sql`INSERT INTO change (row, account, kind, before, run, at)
              SELECT row.n, account, 'updated', body, run, '2026-06-01T09:00:00.000Z' FROM row
              JOIN account ON account.n = row.account
              WHERE account_id = ${whose.accountId} AND stream = ${stream} AND id = ${whose.rows[stream] ?? ""}`,
            { discard: true }
          )
        )
      ).pipe(Effect.orDie)
    )

  it("hears what happens from now on, of its own people, in ids and nothing else", async () => {
    const all = listen()
    const bound = listen("", await world.service.key({ holderId: world.robin.holderId }))
    const cards = listen("", await world.service.key({ scopes: ["card"] }))
    const narrowed = listen(`?accountId=${world.robin.accountId}`)
    const stranger = listen("", await world.service.key({ tenant: "globex" }))
    const everybody = [all, bound, cards, narrowed, stranger]
    for (const one of everybody) await one.until(() => one.lastId !== "")
    await touch(world.alex, "purchases")
    await touch(world.alex, "card")
    await touch(world.robin, "purchases")
    await all.until(() => all.heard.length === 3)
    for (const one of [bound, cards, narrowed]) await one.until(() => one.heard.length === 1)
    const types = (one: Listener) => one.heard.map(({ data }) => (JSON.parse(data) as Event.Event).type)
    assert.deepStrictEqual(types(all), ["purchase.updated", "card.updated", "purchase.updated"])
    assert.deepStrictEqual(types(bound), ["purchase.updated"])
    assert.deepStrictEqual(types(narrowed), ["purchase.updated"])
    assert.deepStrictEqual(types(cards), ["card.updated"])
    assert.deepStrictEqual(types(stranger), [])
    for (const { data } of all.heard) {
      const event = Schema.decodeUnknownSync(Event.Event)(JSON.parse(data), { onExcessProperty: "error" })
      assert.include([world.alex.accountId, world.robin.accountId], event.data.accountId)
      assert.notMatch(data, /amount|merchant|example\.com/)
    }
    for (const one of everybody) one.stop()
  })

  it("that comes back with the last id misses nothing and hears nothing twice", async () => {
    const first = listen()
    await first.until(() => first.lastId !== "")
    await touch(world.alex, "card", 5)
    await first.until(() => first.heard.length === 5)
    first.stop()
    await touch(world.alex, "card", 250)
    const second = listen("", key, first.heard[2]?.id)
    await second.until(() => second.heard.length === 252)
    const seqs = second.heard.map(({ data }) => (JSON.parse(data) as Event.Event).data.seq ?? 0)
    assert.deepStrictEqual(
      seqs,
      seqs.toSorted((a, b) => a - b)
    )
    assert.strictEqual(new Set(second.heard.map(({ id }) => id)).size, 252)
    assert.deepStrictEqual(second.heard.slice(0, 2), first.heard.slice(3))
    second.stop()
    // One that heard nothing was still told where it stands.
    const silent = listen(`?accountId=${world.robin.accountId}`)
    await silent.until(() => silent.lastId !== "")
    silent.stop()
    assert.match(silent.lastId, /^evt_\d+_/)
    const wrong = await world.service.ask("/v1/events", { key, headers: { "last-event-id": "somebody-else's" } })
    assert.strictEqual(wrong.status, 400)
  })

  it("whose key is revoked is cut off at once", async () => {
    const made = await world.service.keyWithId()
    const one = listen("", made.key)
    await one.until(() => one.lastId !== "")
    const revokedAt = Date.now()
    await world.service.run(ApiKeys.revoke(made.keyId))
    await touch(world.alex, "card")
    await one.over
    assert.isBelow(Date.now() - revokedAt, 5000)
    assert.deepStrictEqual(one.heard, [])
  })

  it("leaves a line in the access log before an event goes out", async () => {
    const { key: own, keyId } = await world.service.keyWithId()
    const one = listen("", own)
    await one.until(() => one.lastId !== "")
    await touch(world.alex, "points")
    await one.until(() => one.heard.length === 1)
    one.stop()
    const lines = await world.service.run(
      Effect.flatMap(
        SqlClient.SqlClient,
        (sql) => sql<{ route: string; streams: string; accounts: string }>`
          SELECT route, streams, accounts FROM access_log WHERE actor = ${`key:${keyId}`} ORDER BY seq`
      )
    )
    assert.deepStrictEqual(lines, [
      { route: "GET /v1/events", streams: "[]", accounts: "[]" },
      { route: "GET /v1/events", streams: `["points"]`, accounts: JSON.stringify([world.alex.accountId]) }
    ])
  })

  it("that does not read is not read for: what it leaves stays in the log", async () => {
    const before = listen()
    await before.until(() => before.lastId !== "")
    before.stop()
    for (let turn = 0; turn < 6; turn++) await touch(world.alex, "card", 5000)
    const { hostname, port } = new URL(world.service.base)
    const socket = connect(Number(port), hostname)
    await new Promise((resolve) => socket.once("connect", resolve))
    socket.pause()
    socket.write(
      `GET /v1/events HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${key}\r\nlast-event-id: ${before.lastId}\r\n\r\n`
    )
    const lines = Effect.flatMap(
      SqlClient.SqlClient,
      (sql) => sql<{ n: number }>`SELECT coalesce(sum(count), 0) AS n FROM access_log WHERE route = 'GET /v1/events'`
    )
    const others = (await world.service.run(lines))[0]?.n ?? 0
    const told = async () => ((await world.service.run(lines))[0]?.n ?? 0) - others
    // It is told until the buffers between the two are full, and no further.
    let last = -1
    let now = await told()
    while (now !== last) {
      await new Promise((resolve) => setTimeout(resolve, 700))
      last = now
      now = await told()
    }
    assert.isBelow(now, 29_000)
    socket.destroy()
  }, 60_000)
})
