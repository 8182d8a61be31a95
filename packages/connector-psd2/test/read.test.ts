import { assert, describe, it } from "@effect/vitest"
import { Connector, ConnectorError, type Link, Session } from "@paymirror/core"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { TestClock } from "effect/testing"
import type { Grant } from "../src/Grant.ts"
import { find, layer } from "../src/index.ts"
import { connector as promised } from "../src/promise.ts"
import { Refusal } from "../src/Refusal.ts"
import { grant, lastCheckpoint, listen } from "./ledger/Reader.ts"
import { page, row, Scripted } from "./ledger/Scripted.ts"

const now = "2024-06-30T12:00:00.000Z"
const start = TestClock.setTime(Date.parse(now))

const rows = [row("2024-06-20", "-1.00", "a")]
const tokened: Grant = { ...grant, accessToken: Redacted.make("old"), refreshToken: Redacted.make("r1") }
const token = (held: Grant) => (held.accessToken === undefined ? undefined : Redacted.value(held.accessToken))

/** A bank that takes only the new token. */
const picky = () => {
  const bank = new Scripted()
  let renewals = 0
  bank.rows = rows
  bank.more = {
    renew: (stale) =>
      Effect.sync(() => {
        renewals += 1
        return { ...stale, accessToken: Redacted.make(`new-${renewals}`) }
      }),
    page: ({ grant: held }) =>
      token(held) === "new-1" ? Effect.succeed(page(rows)) : Effect.fail(new Refusal("token", "401"))
  }
  return { bank, renewals: () => renewals }
}

describe("reading under a token", () => {
  it.effect("renews one the bank refuses, and stores it before it goes on", () =>
    Effect.gen(function* () {
      yield* start
      const { bank, renewals } = picky()
      const stored: Array<string | undefined> = []
      const session = Session.memory({
        connector: "psd2",
        grant: tokened,
        store: (next) => Effect.sync(() => void stored.push(token(next)))
      })
      const { events, failure } = yield* listen(bank.dialect, { session })
      assert.isUndefined(failure)
      assert.strictEqual(events.filter(({ _tag }) => _tag === "Upsert").length, 1)
      assert.deepStrictEqual([renewals(), stored], [1, ["new-1"]])
    })
  )

  it.effect("renews one that is about to end before it is used", () =>
    Effect.gen(function* () {
      yield* start
      const { bank, renewals } = picky()
      const soon: Grant = { ...tokened, accessExpiresAt: "2024-06-30T12:00:30.000Z" }
      let used: string | undefined
      const { page: asked } = bank.dialect
      bank.more = {
        ...bank.more,
        page: (call, account, window, next) => {
          used ??= token(call.grant)
          return asked(call, account, window, next)
        }
      }
      yield* listen(bank.dialect, { session: Session.memory({ connector: "psd2", grant: soon }) })
      assert.deepStrictEqual([used, renewals()], ["new-1", 1])
    })
  )

  it.effect("ends where the renewed one is refused too, and where there is none to renew", () =>
    Effect.gen(function* () {
      yield* start
      const { bank, renewals } = picky()
      bank.more = { ...bank.more, page: () => Effect.fail(new Refusal("token", "401")) }
      const refused = yield* listen(bank.dialect, { session: Session.memory({ connector: "psd2", grant: tokened }) })
      assert.strictEqual(refused.failure?.reason._tag, "ConsentRequired")
      assert.strictEqual(renewals(), 1)
      const { renew: _, ...none } = bank.more
      bank.more = none
      assert.strictEqual((yield* listen(bank.dialect)).failure?.reason._tag, "ConsentRequired")
    })
  )
})

describe("reading an account", () => {
  it.effect("that the consent does not cover needs another consent", () =>
    Effect.gen(function* () {
      yield* start
      const other = { ...grant, accounts: grant.accounts.map((one) => ({ ...one, currency: "SEK" })) }
      const { failure } = yield* listen(new Scripted().dialect, { grant: other })
      assert.strictEqual(failure?.reason._tag, "ConsentRequired")
    })
  )

  it.effect("of another bank's consent is not read, and nothing of that consent is sent", () =>
    Effect.gen(function* () {
      yield* start
      const bank = new Scripted()
      bank.rows = rows
      const { failure } = yield* listen(bank.dialect, { grant: { ...grant, institution: "another-de" } })
      assert.strictEqual(failure?.reason._tag, "ConfigurationRequired")
      assert.deepStrictEqual(bank.asked, [])
    })
  )

  it.effect(
    "alone asks for nothing older than ninety days, also where the clock was set back behind the approval",
    () =>
      Effect.gen(function* () {
        yield* start
        const bank = new Scripted()
        bank.rows = rows
        yield* listen(bank.dialect, { grant: { ...grant, authorisedAt: "2024-07-02T12:00:00.000Z" } })
        assert.isAbove(bank.asked.length, 0)
        assert.deepStrictEqual(
          bank.asked.filter(({ window: { from } }) => from < "2024-04-01"),
          []
        )
      })
  )

  it.effect("that is no longer shared needs another consent, and is looked for once", () =>
    Effect.gen(function* () {
      yield* start
      const bank = new Scripted()
      bank.answer = () => Effect.fail(new Refusal("unknown_account", "404"))
      const { failure } = yield* listen(bank.dialect)
      assert.strictEqual(failure?.reason._tag, "ConsentRequired")
      assert.strictEqual(bank.asked.length, 1)
    })
  )

  it.effect("that is renamed in the middle of a walk begins the walk again", () =>
    Effect.gen(function* () {
      yield* start
      const bank = new Scripted()
      bank.answer = ({ next, resourceId }) =>
        next === undefined
          ? Effect.succeed(page(rows, { next: "2" }))
          : resourceId === "r1"
            ? Effect.fail(new Refusal("unknown_account", "404"))
            : Effect.succeed(page([row("2024-06-19", "-2.00", "b")]))
      const identification = grant.accounts[0]?.identification
      bank.more = {
        accounts: () => Effect.succeed([{ resourceId: "r2", identification, currency: "EUR", kind: "payment" }])
      }
      const { events, failure } = yield* listen(bank.dialect)
      assert.isUndefined(failure)
      assert.strictEqual(events.filter(({ _tag }) => _tag === "Upsert").length, 2)
    })
  )

  it.effect("keeps what was walked when a later piece fails, and goes on from there", () =>
    Effect.gen(function* () {
      yield* start
      const bank = new Scripted()
      const fresh = { ...grant, authorisedAt: "2024-06-30T11:58:00.000Z" }
      bank.rows = [...rows, row("2023-01-05", "-7.00", "old")]
      const until = "2024-07-01T00:00:00.000Z"
      const enough = new ConnectorError.ConnectorError({
        connector: "psd2",
        reason: new ConnectorError.RateLimited({ until })
      })
      bank.answer = (asked) => (asked.window.to === undefined ? Effect.succeed(page(rows)) : Effect.fail(enough))
      const first = yield* listen(bank.dialect, { grant: fresh })
      assert.strictEqual(first.failure?.reason._tag, "RateLimited")
      const checkpoint = lastCheckpoint(first.events)
      assert.strictEqual(checkpoint?.unread[0]?.why, "history")
      bank.answer = undefined
      const second = yield* listen(bank.dialect, { grant: fresh, checkpoint })
      assert.isUndefined(second.failure)
      assert.deepStrictEqual(lastCheckpoint(second.events)?.unread, [])
      assert.isTrue(second.events.some((event) => event._tag === "Upsert" && JSON.stringify(event.row).includes("old")))
    })
  )

  it.effect("tells its balance after its entries, and a checkpoint last", () =>
    Effect.gen(function* () {
      yield* start
      const bank = new Scripted()
      bank.rows = rows
      bank.balances = [{ type: "interimBooked", amount: "9.00", currency: "EUR", at: now }]
      const { events } = yield* listen(bank.dialect)
      assert.deepStrictEqual(
        events.map(({ _tag }) => _tag),
        ["Upsert", "PendingSnapshot", "Reach", "Checkpoint", "Upsert", "Checkpoint"]
      )
    })
  )
})

const begin: Link.LinkInput = { answer: { _tag: "Start" }, state: "" }

describe("a host without what a bank asks for", () => {
  it.effect("is told all of it in one sentence, with the next step, before anybody is called", () =>
    Effect.gen(function* () {
      const connector = yield* Connector.Connector
      const error = yield* Effect.flip(connector.link(begin))
      assert.strictEqual(error.reason._tag, "ConfigurationRequired")
      assert.include(error.message, "a licence for account information")
      assert.include(error.message, "QWAC")
      assert.include(error.message, "or link through an aggregator")
    }).pipe(
      Effect.provide(
        layer({ institution: "klarna-de", baseUrl: "https://bank.example" }).pipe(Layer.provide(FetchHttpClient.layer))
      )
    )
  )

  it("is told without Effect as well", async () => {
    const connector = await promised({ institution: "klarna-se", baseUrl: "https://bank.example" })
    const error: unknown = await connector.link().then(
      () => undefined,
      (failure: unknown) => failure
    )
    assert.include(String(error), "cannot be linked without")
    await connector.close()
  })

  it("cannot set up a bank nobody knows", () => {
    assert.throws(() => layer({ institution: "no-such-bank" }), RangeError)
    const known = { institution: "klarna-de", baseUrl: "https://bank.example" }
    assert.throws(() => layer({ ...known, redirectUrl: "back" }), RangeError)
    assert.isDefined(find("klarna-de"))
  })
})
