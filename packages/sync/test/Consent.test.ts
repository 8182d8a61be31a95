import { assert, describe, it } from "@effect/vitest"
import { Connector } from "@paymirror/core"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as SqlClient from "effect/sql/SqlClient"
import * as TestClock from "effect/testing/TestClock"
import * as Sync from "../src/index.ts"
import { everything, everyStream, ids, link, mirrored, runOf } from "./Mirrored.ts"
import { card, entry, pendingNow, plan, purchase, unreadable } from "./rows.ts"
import { at, meanwhile } from "./Script.ts"

const withdraw = (connectionId: string) => Effect.flatMap(Sync.Connections, (all) => all.withdraw(connectionId))

describe("after consent is withdrawn", () => {
  it.effect(
    "no read begins, and the session is ended at the provider (10)",
    mirrored(({ connectionId, run, script }) =>
      Effect.gen(function* () {
        script.says(purchase("a"))
        yield* run("purchases")
        assert.deepEqual(yield* withdraw(connectionId), { revokedUpstream: true })
        assert.strictEqual(script.revocations, 1)
        for (const stream of everyStream) {
          assert.deepEqual((yield* run(stream)).outcome, { _tag: "NotPermitted", why: "consent is REVOKED" })
        }
        assert.lengthOf(script.asked, 1)
        const sql = yield* SqlClient.SqlClient
        assert.deepEqual(yield* sql`SELECT sealed_grant FROM connection`, [{ sealed_grant: null }])
      })
    )
  )

  it.effect(
    "what was in flight is discarded whole",
    mirrored(
      ({ connectionId, run, script }) =>
        Effect.gen(function* () {
          const connector = yield* Connector.Connector
          const connections = yield* Sync.Connections
          const end = Effect.provideService(connections.withdraw(connectionId), Connector.Connector, connector)
          script.says(
            purchase("before"),
            at(1),
            meanwhile(Effect.orDie(end)),
            purchase("after"),
            unreadable("purchases", "after-2"),
            { _tag: "Drift", stream: "purchases", kind: "unknown_field", path: "gift", count: 1 },
            {
              _tag: "Check",
              stream: "purchases",
              name: "sum",
              rows: 1,
              breaks: [{ locator: { line: 1 }, expected: "1", actual: "2" }]
            },
            at(2)
          )
          const { outcome } = yield* run("purchases")
          assert.deepEqual(outcome, { _tag: "NotPermitted", why: "consent was withdrawn or ended during the run" })
          assert.deepEqual(yield* ids("purchases"), ["before"])
          const all = yield* everything
          assert.deepInclude(all, { quarantine: [], drift: [], discrepancy: [] })
          const [session] = [script.session]
          assert.deepInclude(yield* Effect.flip(session === undefined ? Effect.die("no session") : session.current), {
            _tag: "ConnectorError"
          })
        }),
      { batchRows: 1 }
    )
  )

  it.effect(
    "a read that waits for the provider is ended, and none begins while it is withdrawn",
    mirrored(({ connectionId, run, script }) =>
      Effect.gen(function* () {
        const connector = yield* Connector.Connector
        const entered = yield* Deferred.make<void>()
        const revoking = yield* Deferred.make<void>()
        const go = yield* Deferred.make<void>()
        script.says(purchase("a"), meanwhile(Effect.andThen(Deferred.succeed(entered, undefined), Effect.never)))
        const reading = yield* Effect.forkChild(run("purchases"))
        yield* Deferred.await(entered)
        const slow = {
          ...connector,
          revoke: () => Effect.andThen(Deferred.succeed(revoking, undefined), Deferred.await(go))
        }
        const ending = yield* Effect.forkChild(Effect.provideService(withdraw(connectionId), Connector.Connector, slow))
        const why = "consent was withdrawn or ended during the run"
        assert.deepEqual((yield* Fiber.join(reading)).outcome, { _tag: "NotPermitted", why })
        yield* Deferred.await(revoking)
        assert.deepEqual((yield* run("card")).outcome, { _tag: "NotPermitted", why: "consent is REVOKED" })
        yield* Deferred.succeed(go, undefined)
        assert.deepEqual(yield* Fiber.join(ending), { revokedUpstream: true })
        assert.deepEqual(yield* ids("purchases"), [])
        assert.lengthOf(script.asked, 1)
        const [last] = yield* Sync.Mirror.lastRuns
        assert.deepInclude(last, { outcome: "NotPermitted", detail: why })
      })
    )
  )

  it.effect(
    "linking again finds the same account and its rows",
    mirrored(({ accountId, connectionId, run, script }) =>
      Effect.gen(function* () {
        script.says(purchase("a"), at(1))
        yield* run("purchases")
        yield* withdraw(connectionId)
        const again = yield* link()
        assert.deepInclude(again, { accountId, connectionId })
        assert.deepInclude(yield* run("purchases"), { outcome: { _tag: "CaughtUp" }, unchanged: 1 })
        const [row] = yield* Sync.Mirror.rows({ stream: "purchases", limit: 10 })
        assert.notStrictEqual(row?.consentId, again.consentId)
      })
    )
  )
})

describe("consent", () => {
  it.effect(
    "that has ended is no consent, before a run or in the middle of one",
    mirrored(
      ({ script }) =>
        Effect.gen(function* () {
          const { accountId, connectionId } = yield* link({ expiresAt: "1970-01-01T01:00:00.000Z" })
          const run = runOf(connectionId, accountId)
          yield* TestClock.adjust(3_599_999)
          script.says(purchase("a"), at(1), meanwhile(TestClock.adjust(1)), purchase("b"), at(2))
          assert.deepInclude((yield* run("purchases")).outcome, { _tag: "NotPermitted" })
          assert.deepEqual(yield* ids("purchases"), ["a"])
          assert.deepEqual((yield* run("purchases")).outcome, { _tag: "NotPermitted", why: "consent is EXPIRED" })
        }),
      { batchRows: 1 }
    )
  )

  it.effect(
    "covers its streams and no others: those are neither read nor stored",
    mirrored(({ script }) =>
      Effect.gen(function* () {
        const { accountId, connectionId } = yield* link({ streams: ["purchases"] })
        const run = runOf(connectionId, accountId)
        script.says(
          purchase("a"),
          plan("plan", ["due"]),
          card("c", -1, { pending: true }),
          entry("e", 5),
          pendingNow("c"),
          unreadable("plans", "p2"),
          { _tag: "Drift", stream: "card", kind: "unknown_field", path: "gift", count: 1 },
          {
            _tag: "Check",
            stream: "balance",
            name: "sum",
            rows: 1,
            breaks: [{ locator: { line: 1 }, expected: "1", actual: "2" }]
          }
        )
        yield* run("purchases")
        for (const stream of everyStream.filter((one) => one !== "purchases")) {
          assert.deepEqual((yield* run(stream)).outcome, {
            _tag: "NotPermitted",
            why: `consent does not cover ${stream}`
          })
        }
        assert.lengthOf(script.asked, 1)
        assert.deepEqual(yield* Sync.Mirror.counts, [{ accountId, stream: "purchases", rows: 1 }])
        assert.deepInclude(yield* everything, { quarantine: [], drift: [], discrepancy: [], installment: [] })
      })
    )
  )

  it.effect(
    "is for the accounts behind its connection",
    mirrored(({ connectionId, script }) =>
      Effect.gen(function* () {
        script.identification = "somebody-else"
        const other = yield* link({ holderId: "robin" })
        assert.deepEqual((yield* runOf(connectionId, other.accountId)("card")).outcome, {
          _tag: "NotPermitted",
          why: "the account is not behind this connection"
        })
        assert.deepInclude((yield* runOf("no-such", other.accountId)("card")).outcome, { _tag: "NotPermitted" })
        assert.lengthOf(script.asked, 0)
      })
    )
  )
})

describe("an account", () => {
  it.effect(
    "has one writer: a second run of it is Busy and asks the provider nothing",
    mirrored(({ run, script }) =>
      Effect.gen(function* () {
        const entered = yield* Deferred.make<void>()
        const go = yield* Deferred.make<void>()
        script.says(meanwhile(Effect.andThen(Deferred.succeed(entered, undefined), Deferred.await(go))), purchase("a"))
        const first = yield* Effect.forkChild(run("purchases"))
        yield* Deferred.await(entered)
        assert.deepEqual((yield* run("card")).outcome, { _tag: "Busy" })
        assert.deepEqual((yield* run("purchases")).outcome, { _tag: "Busy" })
        assert.lengthOf(script.asked, 1)
        yield* Deferred.succeed(go, undefined)
        assert.deepEqual((yield* Fiber.join(first)).outcome, { _tag: "CaughtUp" })
        assert.deepEqual((yield* run("purchases")).outcome._tag, "CaughtUp")
      })
    )
  )

  it.effect(
    "is not written by a holder that slept past its lease",
    mirrored(
      ({ run, script }) =>
        Effect.gen(function* () {
          const sql = yield* SqlClient.SqlClient
          let sleeper = true
          const takenOver = yield* Deferred.make<void>()
          const asleep = yield* Deferred.make<void>()
          script.read = () => {
            if (!sleeper) return [purchase("a", 2), at(2)]
            sleeper = false
            return [
              purchase("a", 1),
              at(1),
              meanwhile(Effect.andThen(Deferred.succeed(asleep, undefined), Deferred.await(takenOver))),
              purchase("a", 3),
              purchase("b", 3),
              unreadable("purchases", "c"),
              at(3)
            ]
          }
          const first = yield* Effect.forkChild(run("purchases"))
          yield* Deferred.await(asleep)
          // Its process stood still: the lease ran out without being kept alive.
          yield* sql`UPDATE lease SET expires_at = 0`
          assert.strictEqual((yield* run("purchases")).outcome._tag, "CaughtUp")
          const before = yield* everything
          yield* Deferred.succeed(takenOver, undefined)
          assert.deepEqual((yield* Fiber.join(first)).outcome, { _tag: "Busy" })
          assert.deepEqual(yield* everything, before)
        }),
      { batchRows: 1 }
    )
  )

  it.effect(
    "kept alive by its holder is not taken, however long the run",
    mirrored(({ run, script }) =>
      Effect.gen(function* () {
        const go = yield* Deferred.make<void>()
        const entered = yield* Deferred.make<void>()
        script.says(meanwhile(Effect.andThen(Deferred.succeed(entered, undefined), Deferred.await(go))), purchase("a"))
        const first = yield* Effect.forkChild(run("purchases"))
        yield* Deferred.await(entered)
        for (let n = 0; n < 20; n += 1) {
          yield* TestClock.adjust(5000)
          assert.strictEqual((yield* run("purchases")).outcome._tag, "Busy")
        }
        yield* Deferred.succeed(go, undefined)
        assert.strictEqual((yield* Fiber.join(first)).outcome._tag, "CaughtUp")
      })
    )
  )
})
