/** What the documents say of Transaction Search, one rule at a time, as whoever reads over it would notice. */
import { assert, describe, it } from "@effect/vitest"
import { day, hour, type Rule } from "@paymirror/connector-testing/simulator"
import { Connector, type ReadEvent } from "@paymirror/core"
import { neighbours, paypalReporting } from "@paymirror/sandbox"
import * as Effect from "effect/Effect"
import { FetchHttpClient } from "effect/http"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { TestClock } from "effect/testing"
import * as Api from "../../src/reporting/Api.ts"
import { layer } from "../../src/reporting/index.ts"
import { detail } from "../../src/reporting/translate.ts"
import { client } from "../../src/promise.ts"
import { Reader } from "./Reader.ts"

const listed = "/v1/reporting/transactions"
const start = "2026-03-02T09:07:00Z"

/** The queries of the lists a side was asked for, as they come. */
const overheard = (side: ReturnType<typeof paypalReporting>) => {
  const queries: Array<Record<string, string>> = []
  const side2 = {
    ...side,
    simulator: {
      ...side.simulator,
      fetch: ((input, init) => {
        const request = new Request(input, init)
        const { pathname, searchParams } = new URL(request.url)
        if (pathname === listed) queries.push(Object.fromEntries(searchParams))
        return side.simulator.fetch(request)
      }) satisfies typeof globalThis.fetch
    }
  }
  return { queries, side: side2 }
}

const spanOf = ({ end_date, start_date }: Record<string, string>): number =>
  Date.parse(end_date ?? "") - Date.parse(start_date ?? "")

const upserted = (events: ReadonlyArray<ReadEvent.ReadEvent>): ReadonlyArray<string> =>
  events.flatMap((event) =>
    event._tag === "Upsert" && event.row && !event.id.startsWith("balance:") ? [event.id] : []
  )

const linking = (side: ReturnType<typeof paypalReporting>, values: Readonly<Record<string, string>>) =>
  Effect.gen(function* () {
    yield* TestClock.setTime(side.simulator.clock.now)
    const connector = yield* Connector.Connector
    const first = yield* connector.link({ answer: { _tag: "Start" }, state: "" })
    const entered = Object.entries(values).map(([name, value]) => [name, Redacted.make(value)] as const)
    const answer = { _tag: "Entered", values: Object.fromEntries(entered) } as const
    return { first, outcome: yield* Effect.result(connector.link({ answer, state: "credentials" })) }
  }).pipe(
    Effect.provide(
      layer().pipe(
        Layer.provide(FetchHttpClient.layer),
        Layer.provide(Layer.succeed(FetchHttpClient.Fetch, side.simulator.fetch))
      )
    )
  )

const credentialsOf = (side: ReturnType<typeof paypalReporting>) => {
  const { deviceId, refreshToken } = side.handOver("alex")
  return { client_id: deviceId, client_secret: ` ${refreshToken}\n` }
}

describe("credentials", () => {
  it.effect("are asked for at hidden prompts, and open onto an account for each currency", () =>
    Effect.gen(function* () {
      const side = paypalReporting({ start })
      const { first, outcome } = yield* linking(side, credentialsOf(side))
      assert.deepStrictEqual(
        first._tag === "Prompt" ? first.fields.map(({ name, secret }) => [name, secret]) : first._tag,
        [
          ["client_id", true],
          ["client_secret", true]
        ]
      )
      if (outcome._tag !== "Success" || outcome.success._tag !== "Linked") return assert.fail(outcome._tag)
      assert.deepStrictEqual(
        outcome.success.accounts.map(({ currency, identification }) => [identification, currency]),
        [
          ["PPLX222222222", "USD"],
          ["PPLX222222222", "EUR"]
        ]
      )
    })
  )

  it.effect("that are wrong, or of an app without the permission, say what there is to do", () =>
    Effect.gen(function* () {
      const side = paypalReporting({ start })
      const wrong = yield* linking(side, { client_id: "nobody", client_secret: "nothing" })
      assert.match(
        wrong.outcome._tag === "Failure" ? wrong.outcome.failure.message : "",
        /does not accept these credentials/
      )
      side.acts.permit("alex", false)
      const unpermitted = yield* linking(side, credentialsOf(side))
      if (unpermitted.outcome._tag !== "Failure") return assert.fail("linked")
      assert.strictEqual(unpermitted.outcome.failure.reason._tag, "ConsentRequired")
      assert.match(unpermitted.outcome.failure.message, /tick Transaction Search/)
    })
  )

  it.effect("are not spent: an exchange whose answer was lost is an outage, and over when it is over", () =>
    Effect.gen(function* () {
      const side = paypalReporting({ start })
      const reader = new Reader(side)
      side.simulator.faults.add({ fault: { kind: "lost-answer" }, path: "/v1/oauth2/token", times: 3 })
      for (let times = 0; times < 3; times += 1) {
        const { error } = yield* reader.read()
        assert.strictEqual(error?.reason._tag, "ProviderUnavailable")
      }
      assert.isUndefined((yield* reader.read()).error)
    })
  )

  it.effect("are exchanged again after nine hours and not before", () =>
    Effect.gen(function* () {
      const { simulator, ...rest } = paypalReporting({ start })
      const reader = new Reader({ ...rest, simulator })
      for (const hours of [0, 8, 2]) {
        simulator.clock.moveTo(simulator.clock.now + hours * hour)
        yield* reader.read()
      }
      assert.lengthOf(
        simulator.ledger.entries.filter(({ path }) => path === "/v1/oauth2/token"),
        2
      )
    })
  )
})

describe("windows", () => {
  it.effect("reach three years back, none over more than 31 days; the next run asks for the last days alone", () =>
    Effect.gen(function* () {
      const { queries, side } = overheard(paypalReporting({ start }))
      const reader = new Reader(side)
      yield* reader.read()
      assert.isAtMost(Math.max(...queries.map(spanOf)), 31 * day)
      assert.strictEqual(queries[0]?.["start_date"], "2023-03-04T09:07:00Z")
      assert.strictEqual(queries.at(-1)?.["end_date"], start)
      const gaps = queries.slice(1).filter(({ start_date }, index) => start_date !== queries[index]?.["end_date"])
      assert.lengthOf(gaps, 0, "no moment lies between two windows")
      assert.isAtMost(queries.length, 37)
      queries.length = 0
      side.simulator.clock.moveTo(side.simulator.clock.now + hour)
      yield* reader.read()
      assert.isAtMost(
        queries.reduce((sum, query) => sum + spanOf(query), 0),
        3 * day + 2 * hour
      )
    })
  )

  const together = (most: number, payments: number) => {
    const side = paypalReporting({ start: "2026-03-02T08:00:00Z", story: false, most })
    for (let each = 0; each < payments; each += 1) {
      side.acts.receive("alex", { from: "Robin Oakhurst", amount: 100 + each })
      side.simulator.clock.moveTo(side.simulator.clock.now + 1000)
    }
    side.simulator.advance(40)
    return side
  }

  it.effect("with more rows than PayPal serves are cut until they are served", () =>
    Effect.gen(function* () {
      const reader = new Reader(together(5, 33))
      const { error, events } = yield* reader.read()
      assert.isUndefined(error)
      assert.lengthOf(new Set(upserted(events)), 33)
    })
  )

  it.effect("of a second with more rows than PayPal serves are told as that", () =>
    Effect.gen(function* () {
      const side = paypalReporting({ start: "2026-03-02T08:00:00Z", story: false, most: 2 })
      for (let each = 0; each < 3; each += 1) side.acts.receive("alex", { from: "Robin Oakhurst", amount: 100 })
      side.simulator.advance(2)
      const { error } = yield* new Reader(side).read()
      assert.match(error?.message ?? "", /too many rows in one second/)
    })
  )

  /** What a first read of 12 rows in one old window gave, in pages of three, with a fault from the `skip`th list on. */
  const paged = (rules: ReadonlyArray<Omit<Rule, "path">>) => {
    const { queries, side } = overheard(together(10_000, 12))
    for (const rule of rules) side.simulator.faults.add({ ...rule, path: listed, exact: true })
    return { queries, reader: new Reader(side, { pageSize: 3 }), side }
  }
  /** The list of the first page of the window that has several. */
  const before = Effect.gen(function* () {
    const { queries, reader } = paged([])
    yield* reader.read()
    return queries.findIndex(({ page }) => page === "2")
  })

  it.effect("whose list is refreshed between two pages begin again, and no row is lost", () =>
    Effect.gen(function* () {
      const skip = yield* before
      const { queries, reader } = paged([{ fault: { kind: "moving-rows" }, skip, times: 1 }])
      const { error, events } = yield* reader.read()
      assert.isUndefined(error)
      assert.lengthOf(new Set(upserted(events)), 12)
      assert.deepStrictEqual(
        queries.slice(skip - 1, skip + 5).map(({ page }) => page),
        ["1", "2", "1", "2", "3", "4"]
      )
    })
  )

  it.effect("whose list is never at rest end the run as incomplete", () =>
    Effect.gen(function* () {
      const { reader } = paged([{ fault: { kind: "moving-rows" }, skip: yield* before, times: "always" }])
      const { error } = yield* reader.read()
      assert.match(error?.message ?? "", /incomplete/)
    })
  )

  it.effect("that were broken off go on with the next page, or begin again where the list is another", () =>
    Effect.gen(function* () {
      for (const refreshed of [false, true]) {
        const { queries, reader, side } = paged([])
        const whole = yield* new Reader(side, { pageSize: 3 }).read()
        const marks = whole.events.flatMap((event, at) => (event._tag === "Checkpoint" ? [at] : []))
        const inside = marks.find((at) => upserted(whole.events.slice(0, at)).length === 6) ?? 0
        yield* reader.read(inside + 1)
        assert.lengthOf(reader.mirror.live(), 6)
        if (refreshed) side.simulator.clock.moveTo(side.simulator.clock.now + hour)
        queries.length = 0
        yield* reader.read()
        assert.deepStrictEqual(
          queries.slice(0, 3).map(({ page }) => page),
          refreshed ? ["3", "1", "2"] : ["3", "4", "1"]
        )
        assert.lengthOf(
          reader.mirror.live().filter((key) => !key.includes("balance:")),
          12
        )
      }
    })
  )
})

describe("rows", () => {
  it.live("have the ids, amounts and states that the session of the same account gives them", () =>
    Effect.gen(function* () {
      const options = { seed: 11, start } as const
      const other = neighbours.paypal(options)
      const baseUrl = yield* other.serve
      const overSession = client({ ...other.handOver("alex"), currency: "USD", baseUrl, onGrant: () => undefined })
      const lines: Array<string> = []
      yield* Effect.promise(async () => {
        for await (const row of overSession.rows("balance")) {
          if (row.rowType === "entry") lines.push(`${row.entryId} ${row.status} ${row.amount.amount}`)
        }
      })
      const side = paypalReporting(options)
      side.simulator.clock.moveTo(side.simulator.clock.now + 4 * hour)
      const reader = new Reader(side)
      yield* reader.read().pipe(Effect.provide(TestClock.layer()))
      assert.isAbove(lines.length, 5)
      assert.deepStrictEqual(
        reader.lines.filter((line) => !line.startsWith("interim")),
        lines.toSorted()
      )
    }).pipe(Effect.scoped)
  )

  it("have their moments in UTC, however PayPal spells the zone", () => {
    const wire = (zone: string) => ({
      transaction_info: {
        transaction_id: "8XK12345AB678901C",
        transaction_event_code: "T0006",
        transaction_status: "S",
        transaction_initiation_date: `2026-03-01T23:30:00${zone}`,
        transaction_updated_date: `2026-03-01T23:30:00${zone}`,
        transaction_amount: { currency_code: "USD", value: "-8.90" }
      },
      payer_info: null
    })
    for (const zone of ["-0700", "-07:00"]) {
      const translated = detail(Schema.decodeUnknownSync(Api.Detail)(wire(zone)), (path) => assert.fail(path))
      assert.deepInclude("_tag" in translated ? undefined : translated[0], { version: "2026-03-02T06:30:00.000Z" })
    }
  })

  it.effect("name who paid, and never the holder as their own counterparty", () =>
    Effect.gen(function* () {
      const side = paypalReporting({ start, story: false })
      side.acts.receive("alex", { from: "Robin Oakhurst", amount: 5_000 })
      side.acts.send("alex", { to: "Larder Lane", amount: 1_000 })
      side.simulator.advance(1)
      const { events } = yield* new Reader(side).read()
      const named = events.flatMap((event) =>
        event._tag === "Upsert" && event.stream === "balance" && event.row.rowType === "entry"
          ? [[event.row.amount.amount, event.row.counterpartyName]]
          : []
      )
      assert.deepStrictEqual(named, [
        [5_000, "Robin Oakhurst"],
        [-1_000, undefined]
      ])
    })
  )
})
