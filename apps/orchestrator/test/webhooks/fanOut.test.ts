/** From the logs of the mirror to deliveries: in order, to whoever wants them, each once. */
import { Event, type StreamName } from "@paymirror/core"
import type { Changes, Occurrences } from "@paymirror/sync"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as SqlClient from "effect/sql/SqlClient"
import * as TestClock from "effect/testing/TestClock"
import * as EventLog from "../../src/service/EventLog.ts"
import * as Events from "../../src/service/Events.ts"
import * as Endpoints from "../../src/webhooks/Endpoints.ts"
import * as FanOut from "../../src/webhooks/FanOut.ts"
import {
  buys,
  deliver,
  dispatcherOf,
  filename,
  happens,
  mirrorOn,
  person,
  Receiver,
  register,
  type Services
} from "./Post.ts"

const posted =
  <A, E>(use: Effect.Effect<A, E, Services | Scope.Scope>) =>
  () =>
    Effect.scoped(
      Effect.gen(function* () {
        yield* TestClock.setTime(Date.UTC(2026, 10, 28))
        return yield* Effect.provide(use, Layer.provideMerge(dispatcherOf(), mirrorOn(yield* filename)))
      })
    )

/** All of it, in steps of so many. */
const readAll = (limit: number, from: EventLog.Position = { seq: 0, occurrence: 0 }) =>
  Effect.gen(function* () {
    const ids: Array<string> = []
    let after = from
    while (true) {
      const { events, more, position } = yield* EventLog.read({ after, limit })
      ids.push(...events.map(Events.idOf))
      if (!more) return { ids, position }
      after = position
    }
  })

describe("the log of events", () => {
  it.effect(
    "has one order of changes and occurrences, whatever the step it is read in, and skips and repeats nothing",
    posted(
      Effect.gen(function* () {
        const alex = yield* person("acme", "alex")
        for (const [bought, confirmed] of [
          [3, 1],
          [0, 4],
          [5, 0],
          [1, 1],
          [2, 7]
        ] as const) {
          yield* buys(alex.accountId, ...Array.from({ length: bought }, (_, n) => `p${bought}${confirmed}${n}`))
          yield* happens(alex.connectionId, confirmed)
        }
        const { ids } = yield* readAll(1000)
        assert.lengthOf(ids, 25)
        assert.strictEqual(new Set(ids).size, 25)
        const places = ids.map((id) => Events.placeOf(id))
        assert.deepEqual(
          places.map((place) => place?.seq),
          places.map((place) => place?.seq ?? 0).toSorted((a, b) => a - b)
        )
        for (const limit of [1, 2, 3, 4, 7, 11]) assert.deepEqual((yield* readAll(limit)).ids, ids, `steps of ${limit}`)
        for (const [n, id] of ids.entries()) {
          const position = yield* EventLog.behind(id)
          assert.deepEqual(yield* EventLog.behind(EventLog.markOf((yield* readAll(3, position)).position)), {
            seq: 11,
            occurrence: 14
          })
          assert.deepEqual((yield* readAll(3, position)).ids, ids.slice(n + 1), `after ${id}`)
        }
      })
    )
  )

  it.effect(
    "gives an event the same id and body whenever it is read, and no id has a dot",
    posted(
      Effect.gen(function* () {
        const alex = yield* person("acme", "alex")
        yield* buys(alex.accountId, "p1")
        yield* happens(alex.connectionId)
        const first = yield* EventLog.read({ after: { seq: 0, occurrence: 0 }, limit: 10 })
        yield* buys(alex.accountId, "p2")
        yield* TestClock.adjust("9 days")
        const again = yield* EventLog.read({ after: { seq: 0, occurrence: 0 }, limit: 10 })
        assert.deepEqual(again.events.slice(0, 3), first.events)
        for (const event of again.events) assert.match(Events.idOf(event), /^evt_[0-9a-z_]+$/)
      })
    )
  )

  it("knows an id that is none of ours", () => {
    for (const none of ["", "evt_", "evt_1", "evt_x_1", "evt_1_0_", "evt_1_0.5", "evt_1_0; DROP", "msg_1_0"])
      assert.isUndefined(Events.placeOf(none), none)
  })

  it("has other ids after a backup was restored and other things happened", () => {
    const event = { type: "purchase.created", data: { holderId: "h" } } as const
    const at = (timestamp: string) => Events.idOf({ seq: 7, index: 0, event: { ...event, timestamp } })
    assert.notStrictEqual(at("2026-11-28T00:00:00.000Z"), at("2026-11-28T00:00:00.001Z"))
  })
})

describe("an endpoint", () => {
  it.effect(
    "is told of its tenant's people and of nobody else's",
    posted(
      Effect.gen(function* () {
        const [alex, robin] = [yield* person("acme", "alex"), yield* person("globex", "robin")]
        const [acme, globex] = [yield* Receiver.start, yield* Receiver.start]
        yield* register(alex.tenantId, acme)
        yield* register(robin.tenantId, globex)
        yield* buys(alex.accountId, "a1", "a2")
        yield* buys(robin.accountId, "r1")
        yield* happens(robin.connectionId)
        yield* deliver
        const holders = (receiver: Receiver) =>
          receiver.received.map(
            ({ body }) => Schema.decodeUnknownSync(Schema.fromJsonString(Event.Event))(body).data.holderId
          )
        assert.deepEqual(holders(acme), [alex.holderId, alex.holderId])
        assert.deepEqual(holders(globex), [robin.holderId, robin.holderId])
      })
    )
  )

  it.effect(
    "is told of people the command line linked where it belongs to the command line's tenant",
    posted(
      Effect.gen(function* () {
        const alex = yield* person("local", "alex")
        const receiver = yield* Receiver.start
        yield* register(alex.tenantId, receiver)
        const sql = yield* SqlClient.SqlClient
        yield* sql`DELETE FROM holder`
        yield* buys(alex.accountId, "p1")
        yield* deliver
        assert.lengthOf(receiver.received, 1)
      })
    )
  )

  it.effect(
    "is told of what happens from its registration on, and of the types it asked for",
    posted(
      Effect.gen(function* () {
        const alex = yield* person("acme", "alex")
        const [all, some] = [yield* Receiver.start, yield* Receiver.start]
        yield* buys(alex.accountId, "before")
        yield* happens(alex.connectionId)
        yield* register(alex.tenantId, all)
        yield* register(alex.tenantId, some, { eventTypes: ["consent.confirmed"] })
        yield* buys(alex.accountId, "after")
        yield* happens(alex.connectionId)
        yield* deliver
        const types = (receiver: Receiver) =>
          receiver.received.map(({ body }) => (JSON.parse(body) as Event.Event).type)
        assert.sameMembers([...types(all)], ["purchase.created", "consent.confirmed"])
        assert.deepEqual(types(some), ["consent.confirmed"])
      })
    )
  )

  it.effect(
    "costs nothing to nobody: without one the log is only followed",
    posted(
      Effect.gen(function* () {
        const alex = yield* person("acme", "alex")
        yield* buys(alex.accountId, ...Array.from({ length: 450 }, (_, n) => `p${n}`))
        assert.isFalse(yield* FanOut.fanOut)
        const receiver = yield* Receiver.start
        yield* register(alex.tenantId, receiver)
        yield* buys(alex.accountId, ...Array.from({ length: 450 }, (_, n) => `q${n}`))
        assert.isTrue(yield* FanOut.fanOut)
        assert.isTrue(yield* FanOut.fanOut)
        assert.isFalse(yield* FanOut.fanOut)
        const sql = yield* SqlClient.SqlClient
        assert.deepEqual(
          (yield* sql<{ n: number }>`SELECT count(*) AS n FROM webhook_delivery`).map(({ n }) => n),
          [450]
        )
      })
    )
  )

  it.effect(
    "takes its secrets and deliveries with it when it goes",
    posted(
      Effect.gen(function* () {
        const alex = yield* person("acme", "alex")
        const receiver = yield* Receiver.start
        const endpoint = yield* register(alex.tenantId, receiver)
        yield* happens(alex.connectionId)
        yield* FanOut.fanOut
        yield* Endpoints.remove(endpoint)
        yield* deliver
        assert.lengthOf(receiver.received, 0)
        const sql = yield* SqlClient.SqlClient
        const left = yield* sql<{ n: number }>`SELECT (SELECT count(*) FROM webhook_delivery)
          + (SELECT count(*) FROM webhook_secret) + (SELECT count(*) FROM webhook_endpoint)
          + (SELECT count(*) FROM data_key WHERE owner LIKE 'webhook%') AS n`
        assert.deepEqual(
          left.map(({ n }) => n),
          [0]
        )
      })
    )
  )
})

/** A text and an amount that stand in every field of a row where one could. */
const canary = "Canary Merchant"
const money = { amount: 987_654_321, currency: "USD" }
const installment = (state: string, dueDate = "2026-12-01") => ({
  installmentNumber: 1,
  dueDate,
  amountDue: money,
  state
})
const said = {
  merchantName: canary,
  displayName: canary,
  counterpartyName: canary,
  reference: canary,
  givenName: canary,
  email: canary,
  amount: money,
  points: 987_654_321
}

const changed = (
  stream: StreamName.StreamName,
  before: object | undefined,
  after: object | undefined
): Changes.Change => ({
  seq: 7,
  accountId: "account",
  holderId: "holder",
  stream,
  id: "row",
  kind: "updated",
  before: before && ({ ...said, ...before } as never),
  after: after && ({ ...said, ...after } as never),
  at: "2026-11-28T00:00:00.000Z",
  connector: canary,
  consentId: "consent",
  origin: "reported"
})

describe("a payload", () => {
  const lives: ReadonlyArray<readonly [object | undefined, object | undefined]> = [
    [undefined, {}],
    [{}, {}],
    [{}, undefined]
  ]
  const told = [
    ...(["purchases", "plans", "card", "deliveries", "profile"] as const).flatMap((stream) =>
      lives.map(([before, after]) =>
        changed(
          stream,
          before && { ...before, schedule: [], status: "AUTHORIZATION" },
          after && { ...after, schedule: [], status: before === undefined ? "AUTHORIZATION" : "POSTED" }
        )
      )
    ),
    changed("card", { status: "POSTED" }, { status: "POSTED" }),
    ...(["balance", "points"] as const).flatMap((stream) => [
      ...lives.map(([before, after]) =>
        changed(stream, before && { rowType: "entry" }, after && { rowType: "entry", amount: { ...money, amount: 1 } })
      ),
      changed(stream, undefined, { rowType: "balance" })
    ]),
    ...["due", "paid", "late", "paused", "cancelled"].map((state) =>
      changed("plans", { schedule: [installment("scheduled")] }, { schedule: [installment(state)] })
    ),
    changed("plans", { schedule: [installment("paused")] }, { schedule: [installment("scheduled")] }),
    changed("plans", { schedule: [installment("due")] }, { schedule: [installment("due", "2027-01-01")] })
  ].flatMap(Events.of)
  const occurrence: Occurrences.Occurrence = {
    n: 1,
    afterSeq: 7,
    at: "2026-11-28T00:00:00.000Z",
    type: "consent.granted",
    holderId: "holder",
    accountId: "account",
    connectionId: "connection",
    consentId: "consent",
    stream: "balance",
    days: 7
  }
  const occurred = Event.eventTypes
    .filter((type) => /^(consent|connection|reconciliation)\./.test(type))
    .map((type) => Events.ofOccurrence({ ...occurrence, type }))
  const all = [...told, ...occurred]

  it("of every type there is holds ids, numbers of places and days, and nothing of the row", () => {
    assert.sameMembers([...new Set(all.map(({ event }) => event.type))], [...Event.eventTypes])
    const strict = Schema.decodeUnknownSync(Schema.fromJsonString(Event.Event), { onExcessProperty: "error" })
    for (const { event } of all) {
      const body = JSON.stringify(event)
      assert.doesNotThrow(() => strict(body), event.type)
      for (const secret of [canary, "987654321", "USD"]) assert.notInclude(body, secret, event.type)
      assert.isBelow(body.length, 1000)
    }
  })

  it("stays under 20 kB even where a provider's ids are as long as they get", () => {
    const long = "i".repeat(4000)
    for (const one of Events.of({ ...changed("purchases", undefined, {}), id: long, accountId: long, holderId: long }))
      assert.isBelow(JSON.stringify(one.event).length, 20_000)
  })
})
