/** A look: the rules of a run, and nothing written. */
import { assert, describe, it } from "@effect/vitest"
import { Connector, ConnectorError, type ReadEvent, type StreamName } from "@paymirror/core"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Sync from "../src/index.ts"
import { everything, link, type Mirrored, mirrored } from "./Mirrored.ts"
import { card, purchase, unreadable } from "./rows.ts"
import { at, fails, manifest, meanwhile } from "./Script.ts"

const looking = (
  { accountId, connectionId }: Pick<Mirrored, "accountId" | "connectionId">,
  stream: StreamName.StreamName,
  more: Partial<Sync.LookInput<never>> = {}
) =>
  Effect.gen(function* () {
    const heard: Array<ReadEvent.ReadEvent> = []
    const hear: Sync.LookInput<never>["hear"] = (events) =>
      Stream.runForEach(events, (event) => Effect.sync(() => void heard.push(event)))
    const outcome = yield* (yield* Sync.Engine).look({ accountId, connectionId, stream, hear, ...more })
    return { outcome, heard: heard.map((event) => (event._tag === "Upsert" ? event.id : event._tag)) }
  })

const fourADay = {
  streams: { ...manifest.streams, balance: { live: "snapshot", backfill: false, budget: { reads: 4, hours: 24 } } }
} as const

describe("a look", () => {
  it.effect(
    "hears what a run from the beginning would, and writes none of it",
    mirrored((mirror) =>
      Effect.gen(function* () {
        mirror.script.says(purchase("a"), at(1))
        yield* mirror.run("purchases")
        const before = yield* everything
        const runs = yield* Sync.Mirror.lastRuns
        mirror.script.says(purchase("b"), unreadable("purchases", "c"), at(2))
        const { heard, outcome } = yield* looking(mirror, "purchases")
        assert.deepEqual(outcome, { _tag: "CaughtUp" })
        assert.deepEqual(heard, ["b", "Quarantined", "Checkpoint"])
        assert.isUndefined(mirror.script.asked.at(-1)?.from)
        assert.deepEqual(yield* everything, before)
        assert.deepEqual(yield* Sync.Mirror.lastRuns, runs)
      })
    )
  )

  it.effect(
    "asks nothing without consent, and hears no stream it does not cover",
    mirrored(({ script }) =>
      Effect.gen(function* () {
        const mirror = yield* link({ holderId: "robin", streams: ["purchases"] })
        script.says(purchase("a"), card("b"), at(1))
        assert.deepEqual((yield* looking(mirror, "purchases")).heard, ["a", "Checkpoint"])
        assert.strictEqual((yield* looking(mirror, "card")).outcome._tag, "NotPermitted")
        yield* (yield* Sync.Connections).withdraw(mirror.connectionId)
        assert.strictEqual((yield* looking(mirror, "purchases")).outcome._tag, "NotPermitted")
        assert.lengthOf(script.asked, 1)
      })
    )
  )

  it.effect(
    "that outlives its consent is no look",
    mirrored((mirror) =>
      Effect.gen(function* () {
        const connector = yield* Connector.Connector
        const { withdraw } = yield* Sync.Connections
        const end = Effect.provideService(withdraw(mirror.connectionId), Connector.Connector, connector)
        mirror.script.says(purchase("a"), meanwhile(Effect.orDie(end)), purchase("b"), at(1))
        const { heard, outcome } = yield* looking(mirror, "purchases")
        assert.strictEqual(outcome._tag, "NotPermitted")
        assert.deepEqual(heard, ["a"])
      })
    )
  )

  it.effect(
    "counts against the budget that runs are counted against",
    mirrored(
      (mirror) =>
        Effect.gen(function* () {
          for (let n = 0; n < 2; n += 1) yield* mirror.run("balance")
          for (let n = 0; n < 2; n += 1) {
            assert.strictEqual((yield* looking(mirror, "balance")).outcome._tag, "CaughtUp")
          }
          assert.deepInclude((yield* looking(mirror, "balance")).outcome, { _tag: "Throttled", by: "budget" })
          assert.deepInclude((yield* mirror.run("balance")).outcome, { _tag: "Throttled", by: "budget" })
          assert.lengthOf(mirror.script.asked, 4)
          const presence = { ipAddress: "192.0.2.7" }
          assert.strictEqual((yield* looking(mirror, "balance", { presence })).outcome._tag, "CaughtUp")
        }),
      { facts: fourADay }
    )
  )

  it.effect(
    "that meets a limit leaves it for the next run, and a grant that is over is over",
    mirrored((mirror) =>
      Effect.gen(function* () {
        const until = "1970-01-01T06:00:00.000Z"
        mirror.script.says(fails(new ConnectorError.RateLimited({ until })))
        assert.deepInclude((yield* looking(mirror, "card")).outcome, { _tag: "Throttled", until })
        assert.deepInclude((yield* mirror.run("card")).outcome, { _tag: "Throttled", until })
        assert.lengthOf(mirror.script.asked, 1)
        mirror.script.says(fails(new ConnectorError.ConsentRequired({ detail: "over" })))
        assert.strictEqual((yield* looking(mirror, "purchases")).outcome._tag, "Stopped")
        const connection = yield* (yield* Sync.Connections).get(mirror.connectionId)
        assert.strictEqual(connection?.status, "consent_required")
      })
    )
  )

  it.effect(
    "waits for nobody who writes the account",
    mirrored((mirror) =>
      Effect.gen(function* () {
        yield* Sync.Lease.take(`account:${mirror.accountId}`)
        assert.deepEqual((yield* looking(mirror, "purchases")).outcome, { _tag: "Busy" })
        assert.lengthOf(mirror.script.asked, 0)
      }).pipe(Effect.scoped)
    )
  )
})
