import { assert, describe, it } from "@effect/vitest"
import { Connector, ConnectorError } from "@paymirror/core"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { join } from "node:path"
import * as Sync from "../src/index.ts"
import { engineOn, ids, inFolder, link, mirrored, runOf } from "./Mirrored.ts"
import { purchase } from "./rows.ts"
import { at, fails, meanwhile, Script } from "./Script.ts"

const day = 86_400_000
const person = { ipAddress: "192.0.2.7" }
const uk = { consent: { maxDays: 365, reconfirmDays: 90 } }
const refusal = fails(new ConnectorError.ConsentRequired({ detail: "CONSENT_EXPIRED" }))

const connections = Effect.flatMap(Sync.Connections, ({ list }) => list)
const consentOf = (connectionId: string) =>
  Effect.flatMap(Sync.Connections, ({ get }) => Effect.map(get(connectionId), (one) => one?.consent))

describe("a grant the provider no longer takes", () => {
  it.effect(
    "ends its connection: nothing is asked again until the person links anew",
    mirrored(({ accountId, connectionId, run, script }) =>
      Effect.gen(function* () {
        script.says(purchase("a"), at(1), refusal)
        assert.deepInclude((yield* run("purchases")).outcome, { _tag: "Stopped" })
        assert.deepEqual(yield* ids("purchases"), ["a"])
        for (const stream of ["purchases", "card"] as const) {
          assert.deepEqual((yield* run(stream)).outcome, { _tag: "NotPermitted", why: "CONSENT_EXPIRED" })
          assert.deepInclude((yield* run(stream, { presence: person })).outcome, { _tag: "NotPermitted" })
        }
        assert.lengthOf(script.asked, 1)
        assert.deepInclude((yield* connections)[0], { status: "consent_required", detail: "CONSENT_EXPIRED" })
        script.says(purchase("b"))
        assert.deepInclude(yield* link(), { accountId, connectionId })
        assert.strictEqual((yield* run("purchases")).outcome._tag, "CaughtUp")
      })
    )
  )

  it.effect(
    "does not end a connection that has another one by now",
    mirrored(({ run, script }) =>
      Effect.gen(function* () {
        const connector = yield* Connector.Connector
        const services = yield* Effect.context<Sync.Connections>()
        const relink = link().pipe(Effect.provideService(Connector.Connector, connector), Effect.provide(services))
        script.says(meanwhile(Effect.orDie(relink)), refusal)
        assert.deepEqual((yield* run("purchases")).outcome, { _tag: "Busy" })
        script.says(purchase("a"))
        assert.strictEqual((yield* run("purchases")).outcome._tag, "CaughtUp")
      })
    )
  )

  it.effect(
    "is told from what the host lacks, which leaves the connection as it is",
    mirrored(({ run, script }) =>
      Effect.gen(function* () {
        script.says(fails(new ConnectorError.ConfigurationRequired({ detail: "the certificate is over" })))
        const { outcome } = yield* run("purchases")
        assert.isTrue(outcome._tag === "Stopped" && outcome.reason._tag === "ConfigurationRequired")
        script.says(purchase("a"))
        assert.strictEqual((yield* run("purchases")).outcome._tag, "CaughtUp")
      })
    )
  )

  it.effect("is told from a key of the host that does not open it", () =>
    inFolder((folder) => {
      const filename = join(folder, "mirror.db")
      const script = new Script()
      return Effect.gen(function* () {
        const { accountId, connectionId } = yield* Effect.provide(
          link(),
          Layer.merge(script.layer(), engineOn(filename))
        )
        const damaged = Layer.succeed(Sync.Seal, {
          ...(yield* Effect.provide(Sync.Seal, engineOn(filename))),
          open: (place, sealed) =>
            place.column === "sealed_grant"
              ? Effect.fail(new Sync.SealError({ detail: "a stored secret does not open" }))
              : Effect.flatMap(Sync.Seal, (seal) => seal.open(place, sealed)).pipe(
                  Effect.provide(engineOn(filename)),
                  Effect.orDie
                )
        })
        const blind = Sync.layer().pipe(
          Layer.provideMerge(damaged),
          Layer.provideMerge(Layer.orDie(engineOn(filename)))
        )
        const read = runOf(connectionId, accountId)("card")
        const { outcome } = yield* Effect.provide(read, Layer.merge(script.layer(), blind))
        assert.isTrue(outcome._tag === "Stopped" && outcome.reason._tag === "ConsentRequired")
        const whole = Layer.merge(script.layer(), engineOn(filename))
        assert.strictEqual((yield* Effect.provide(read, whole)).outcome._tag, "CaughtUp")
      })
    })
  )
})

describe("linking anew while the old consent is valid", () => {
  it.effect(
    "ends the old grant at the provider once the new one is stored, and stands if that fails",
    mirrored(({ run, script }) =>
      Effect.gen(function* () {
        script.token = "second-token"
        yield* link()
        assert.deepEqual(script.superseded, [{ old: "first-token", by: "second-token" }])
        script.refusesToSupersede = true
        script.token = "third-token"
        yield* link()
        script.says(purchase("a"))
        assert.strictEqual((yield* run("purchases")).outcome._tag, "CaughtUp")
        assert.lengthOf(script.superseded, 1)
      })
    )
  )

  it.effect(
    "replaces consent and grant together: the run under way ends, reads nothing more, and nothing is lost",
    mirrored(
      ({ connectionId, run, script }) =>
        Effect.gen(function* () {
          const connector = yield* Connector.Connector
          const services = yield* Effect.context<Sync.Connections>()
          const relink = link().pipe(Effect.provideService(Connector.Connector, connector), Effect.provide(services))
          const before = yield* consentOf(connectionId)
          const used: Array<string> = []
          const ask = meanwhile(
            Effect.suspend(() => script.session?.current ?? Effect.die("no session")).pipe(
              Effect.map(({ grant }) => used.push(grant.token)),
              Effect.ignore
            )
          )
          script.read = (_, from = 0) =>
            from === 0
              ? [
                  ask,
                  purchase("a"),
                  at(1),
                  meanwhile(Effect.sync(() => (script.token = "second-token"))),
                  meanwhile(Effect.orDie(relink)),
                  ask,
                  purchase("b"),
                  at(2),
                  ask,
                  purchase("c"),
                  at(3)
                ]
              : [ask, purchase("b"), purchase("c"), at(3)]
          assert.deepEqual((yield* run("purchases")).outcome, { _tag: "Busy" })
          assert.deepEqual(yield* ids("purchases"), ["a"])
          assert.deepEqual(used, ["first-token"])
          assert.strictEqual((yield* run("purchases")).outcome._tag, "CaughtUp")
          assert.deepEqual(used, ["first-token", "second-token"])
          assert.deepEqual(yield* ids("purchases"), ["a", "b", "c"])
          assert.notStrictEqual((yield* consentOf(connectionId))?.consentId, before?.consentId)
        }),
      { batchRows: 1 }
    )
  )

  it.effect(
    "finds the institution again, whatever its accounts are called now, and only for the same person",
    mirrored(({ script }) =>
      Effect.gen(function* () {
        const at = (institution: string, holderId = "alex") =>
          Effect.gen(function* () {
            const connector = yield* Connector.Connector
            const step = yield* Effect.orDie(connector.link({ answer: { _tag: "Start" }, state: "" }))
            if (step._tag !== "Linked") return yield* Effect.die("the script links at once")
            return yield* (yield* Sync.Connections).store(step, {
              holderId,
              streams: ["balance"],
              purpose: "test",
              notice: { text: "…", version: "1", language: "en" },
              expiresAt: "2100-01-01T00:00:00.000Z",
              settings: { institution }
            })
          })
        script.identification = "uid-1"
        const first = yield* at("klarna-de")
        assert.isFalse(first.replaced)
        script.identification = "uid-2"
        const again = yield* at("klarna-de")
        assert.deepInclude(again, { connectionId: first.connectionId, replaced: true })
        const behind = yield* Effect.flatMap(Sync.Connections, (all) => all.accounts(first.connectionId))
        assert.deepEqual(
          behind.map(({ accountId }) => accountId),
          again.accountIds
        )
        assert.notStrictEqual((yield* at("klarna-de", "robin")).connectionId, first.connectionId)
        assert.notStrictEqual((yield* at("n26")).connectionId, first.connectionId)
        assert.deepInclude(yield* at("klarna-de"), { connectionId: first.connectionId, replaced: true })
      })
    )
  )
})

describe("what bounds a consent", () => {
  it.effect(
    "is the earliest end of all, and after it nothing is read",
    mirrored(
      ({ script }) =>
        Effect.gen(function* () {
          const { accountId, connectionId } = yield* link()
          assert.strictEqual((yield* consentOf(connectionId))?.expiresAt, "1970-06-30T00:00:00.000Z")
          script.validUntil = "1970-01-31T00:00:00.000Z"
          yield* link()
          assert.strictEqual((yield* consentOf(connectionId))?.expiresAt, "1970-01-31T00:00:00.000Z")
          yield* TestClock.adjust(30 * day)
          const run = runOf(connectionId, accountId)
          for (const presence of [undefined, person]) {
            const { outcome } = yield* run("balance", presence && { presence })
            assert.deepEqual(outcome, { _tag: "NotPermitted", why: "consent is EXPIRED" })
          }
          assert.lengthOf(script.asked, 0)
        }),
      { facts: { consent: { maxDays: 180 } } }
    )
  )

  it.effect(
    "asks for confirmation every so often: without it only the person's own reads go on, with it all do",
    mirrored(
      ({ connectionId, run, script }) =>
        Effect.gen(function* () {
          yield* TestClock.adjust(90 * day - 1)
          assert.strictEqual((yield* run("balance")).outcome._tag, "CaughtUp")
          yield* TestClock.adjust(1)
          assert.deepInclude((yield* run("balance")).outcome, { _tag: "NotPermitted", needs: "confirmation" })
          assert.strictEqual((yield* run("balance", { presence: person })).outcome._tag, "CaughtUp")
          assert.deepInclude((yield* run("balance")).outcome, { _tag: "NotPermitted" })
          assert.lengthOf(script.asked, 2)
          const old = yield* consentOf(connectionId)
          const confirmed = yield* Effect.flatMap(Sync.Connections, (all) => all.reconfirm(connectionId))
          const moved = { confirmedAt: ["1970-04-01T00:00:00.000Z"], reconfirmBy: "1970-06-30T00:00:00.000Z" }
          assert.deepEqual(confirmed as object, { ...old, ...moved })
          assert.strictEqual((yield* run("balance")).outcome._tag, "CaughtUp")
          assert.deepEqual(yield* consentOf(connectionId), confirmed)
          yield* TestClock.adjust(300 * day)
          assert.isUndefined(yield* Effect.flatMap(Sync.Connections, (all) => all.reconfirm(connectionId)))
        }),
      { facts: uk }
    )
  )

  it.effect(
    "may be the person's presence alone: then nothing is scheduled to be read",
    mirrored(({ connectionId, run, script }) =>
      Effect.gen(function* () {
        yield* link({ attendedOnly: true })
        assert.isTrue((yield* consentOf(connectionId))?.attendedOnly)
        assert.deepInclude((yield* run("balance")).outcome, { _tag: "NotPermitted", needs: "presence" })
        assert.lengthOf(script.asked, 0)
        assert.strictEqual((yield* run("balance", { presence: person })).outcome._tag, "CaughtUp")
        assert.deepEqual(script.asked[0]?.address, person.ipAddress)
      })
    )
  )
})

describe("a reminder", () => {
  it.effect("is given out once, by whichever worker asks first, over restarts", () =>
    inFolder((folder) => {
      const filename = join(folder, "mirror.db")
      const script = new Script()
      const told = Effect.provide(Sync.Reminders.untold, engineOn(filename))
      return Effect.gen(function* () {
        const { connectionId } = yield* Effect.provide(link(), Layer.merge(script.layer(uk), engineOn(filename)))
        assert.lengthOf(yield* told, 0)
        const heard: Array<string> = []
        for (let n = 0; n <= 365; n += 1) {
          const both = yield* Effect.all([told, told], { concurrency: 2 })
          for (const { connectionId: of, days, of: what } of both.flat()) {
            assert.strictEqual(of, connectionId)
            heard.push(`${n}: ${what} in ${days}`)
          }
          yield* TestClock.adjust(day)
        }
        assert.deepEqual(heard, [
          "60: confirmation in 30",
          "76: confirmation in 14",
          "83: confirmation in 7",
          "89: confirmation in 1",
          "335: consent in 30",
          "351: consent in 14",
          "358: consent in 7",
          "364: consent in 1"
        ])
      })
    })
  )
})
