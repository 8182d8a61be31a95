/** Pages of entries from NextGenPSD2 banks over the sandbox's TLS: each manner of a bank, and what becomes of it. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type { Failure } from "../src/Dialect.ts"
import type { Page } from "../src/Entry.ts"
import type { Grant } from "../src/Grant.ts"
import { first, open, recordOf, type Setup } from "./berlinTown.ts"
import { scripted } from "./scripted.ts"

const window = { from: "2026-01-01" }

const reading = (setup: Setup = {}, id = "nordbank-de") =>
  Effect.gen(function* () {
    const bank = yield* open(id, setup)
    const { grant } = yield* bank.linked()
    return { ...bank, grant, account: first(grant) }
  })

const invented: Grant = {
  institution: "nordbank-de",
  market: "DE",
  consentId: Redacted.make("c"),
  accounts: [{ identification: "i", currency: "EUR", resourceId: "r", kind: "payment" }],
  authorisedAt: "2026-01-01T00:00:00.000Z"
}

const meaning = (failure: Failure): string => (failure._tag === "Refusal" ? failure.meaning : failure.reason._tag)
const rows = (pages: ReadonlyArray<Page>) => pages.flatMap(({ entries }) => entries)
const setAside = (pages: ReadonlyArray<Page>) => pages.flatMap(({ unreadable }) => unreadable)

describe("a report", () => {
  it.live("is walked to its end, every booked entry of the bank's ledger once", () =>
    Effect.gen(function* () {
      const { account, grant, host, pages } = yield* reading({ bank: { pageSize: 7 } })
      const found = yield* pages(grant, account)
      const ledger = host.bank.ledger("lena-giro")
      assert.isAbove(found.length, 3)
      assert.deepStrictEqual(
        rows(found)
          .filter(({ status }) => status === "booked")
          .map(({ transactionId }) => transactionId ?? "")
          .toSorted(),
        ledger.map(({ wireId }) => wireId).toSorted()
      )
      assert.isTrue(found.every(({ statesPending, unreadable }) => statesPending && unreadable.length === 0))
      assert.deepStrictEqual(
        found.flatMap(({ unknownFields }) => [...unknownFields.keys()]),
        []
      )
    }).pipe(Effect.scoped)
  )

  it.live("is asked for as JSON and read as what it is: camt though JSON was asked for", () =>
    Effect.gen(function* () {
      const { account, grant, host, pages, sent } = yield* reading({}, "kontor-de")
      const found = yield* pages(grant, account)
      assert.isTrue(sent.every(({ headers }) => headers["accept"] === "application/json"))
      const booked = rows(found).filter(({ status }) => status === "booked")
      assert.deepStrictEqual(
        booked.map(({ transactionId }) => transactionId ?? "").toSorted(),
        host.bank
          .ledger("paul-giro")
          .map(({ wireId }) => wireId)
          .toSorted()
      )
      assert.isTrue(booked.every(({ indicator }) => indicator !== undefined))
      assert.strictEqual(rows(found).length - booked.length, host.bank.pending("paul-giro").length)
    }).pipe(Effect.scoped)
  )

  it.live("is JSON though it says it is a web page", () =>
    Effect.gen(function* () {
      const { account, grant, pages } = yield* reading({ bank: { wrongContentType: true } })
      assert.isAbove(rows(yield* pages(grant, account)).length, 10)
    }).pipe(Effect.scoped)
  )

  it.live("holds amounts as text or number, ids or none, dates or none: nothing is invented and no row is lost", () =>
    Effect.gen(function* () {
      const { account, grant, host, pages } = yield* reading()
      const count = rows(yield* pages(grant, account)).length
      for (const quirks of [
        { numericAmounts: "mixed" },
        { absentIds: "both", numericAmounts: false },
        { absentIds: false, placeholderId: " " },
        { placeholderId: undefined, noBookingDate: "some" },
        { noBookingDate: false, positiveDebits: "with_parties" }
      ] as const) {
        Object.assign(host.quirks, quirks)
        const found = yield* pages(grant, account)
        assert.strictEqual(rows(found).length + setAside(found).length, count)
        if (quirks.placeholderId === " ")
          assert.isTrue(rows(found).every(({ transactionId }) => transactionId === undefined))
        if (quirks.absentIds === "both")
          assert.isTrue(rows(found).every((row) => row.transactionId === undefined && row.entryReference === undefined))
        if (quirks.noBookingDate === "some")
          assert.isTrue(rows(found).some((row) => row.status === "booked" && row.bookingDate === undefined))
      }
    }).pipe(Effect.scoped)
  )

  it.live("has its remittance in any of four shapes", () =>
    Effect.gen(function* () {
      const { account, grant, host, pages } = yield* reading()
      const plain = rows(yield* pages(grant, account)).map(({ texts }) => texts.join(" "))
      for (const remittance of ["string", "array", "structured", "both"] as const) {
        host.quirks.remittance = remittance
        const texts = rows(yield* pages(grant, account)).map((row) => row.texts.join(" "))
        assert.strictEqual(texts.filter((text) => text === "").length, plain.filter((text) => text === "").length)
      }
    }).pipe(Effect.scoped)
  )

  it.live("may hold lists and fields nobody knows, which are counted by name and stop nothing", () =>
    Effect.gen(function* () {
      const { account, grant, host, pages } = yield* reading({ bank: { unknownArrays: true, extraFields: true } })
      const found = yield* pages(grant, account)
      const names = found.flatMap(({ unknownFields }) => [...unknownFields.keys()])
      assert.isAbove(names.length, 0)
      assert.isTrue(
        names.every((name) => /^[\w$.*]+$/.test(name)),
        names.join()
      )
      assert.isAtLeast(rows(found).filter(({ status }) => status === "booked").length, 1)
      assert.isAtMost(rows(found).length, host.bank.ledger("lena-giro").length + 10)
    }).pipe(Effect.scoped)
  )
})

describe("pitfall 20: a next link", () => {
  for (const [nextLink, says] of [
    ["self", "its own page"],
    ["foreign", "another host"],
    ["null", "no address"],
    ["wrong_path", "another endpoint"]
  ] as const) {
    it.live(
      `that is ${nextLink} is not followed: the page's rows are kept, and the walk is refused with its reason`,
      () =>
        Effect.gen(function* () {
          const { account, grant, page, sent } = yield* reading({ bank: { pageSize: 7, nextLink } })
          const one = yield* page(grant, account, window)
          assert.isAbove(one.entries.length, 0)
          assert.isDefined(one.next)
          const before = sent.length
          const failure = yield* Effect.flip(page(grant, account, window, one.next))
          assert.strictEqual(meaning(failure), "paging")
          assert.include(failure._tag === "Refusal" ? failure.detail : "", says)
          assert.strictEqual(sent.length, before)
        }).pipe(Effect.scoped)
    )
  }

  it.live("out of a store is checked again, and one that is not there is the link's fault, not the account's", () =>
    Effect.gen(function* () {
      const { account, grant, host, page, sent } = yield* reading()
      const before = sent.length
      for (const next of [
        "https://elsewhere.example/v1/accounts/r/transactions",
        `${host.baseUrl}/v1/accounts`,
        "null",
        ""
      ]) {
        assert.strictEqual(meaning(yield* Effect.flip(page(grant, account, window, next))), "paging")
      }
      assert.strictEqual(sent.length, before)
      const gone = `${host.baseUrl}/v1/accounts/${account.resourceId}/transactions/pages/2`
      assert.strictEqual(meaning(yield* Effect.flip(page(grant, account, window, gone))), "paging")
    }).pipe(Effect.scoped)
  )

  it.live("is not counted as a read of its own", () =>
    Effect.gen(function* () {
      const { account, dialect, grant, timed } = yield* reading({ bank: { pageSize: 7 } })
      let spent = 0
      const call = { grant, access: { spend: () => Effect.sync(() => void spent++) } }
      const one = yield* timed(dialect.page(call, account, window, undefined))
      yield* timed(dialect.page(call, account, window, one.next))
      assert.strictEqual(spent, 1)
    }).pipe(Effect.scoped)
  )

  it.live("is no help where a window is too heavy for the bank, which is said so that it can be halved", () =>
    Effect.gen(function* () {
      for (const status of [500, 413] as const) {
        const { account, grant, page } = yield* reading({ bank: { heavyWindow: { rows: 5, status } } })
        assert.strictEqual(meaning(yield* Effect.flip(page(grant, account, window))), "too_much")
        assert.isAbove((yield* page(grant, account, { from: "2026-05-20", to: "2026-05-24" })).entries.length, 0)
      }
    }).pipe(Effect.scoped)
  )
})

describe("pitfall 22: a currency exchange without the amount that was instructed", () => {
  it.live("is read without it", () =>
    Effect.gen(function* () {
      const { account, grant, host, pages } = yield* reading()
      const foreign = rows(yield* pages(grant, account)).filter((row) => row.foreign !== undefined)
      host.quirks.bareExchange = true
      const found = yield* pages(grant, account)
      assert.deepStrictEqual(setAside(found), [])
      assert.isAtMost(rows(found).filter((row) => row.foreign !== undefined).length, foreign.length)
    }).pipe(Effect.scoped)
  )
})

describe("pitfall 14, on the wire: balances", () => {
  it.live("come with the bank's word for each and whether a credit line is in them, all of them", () =>
    Effect.gen(function* () {
      const { account, call, dialect, grant, timed } = yield* reading({
        bank: { creditLimitIncluded: true, twoInterimAvailable: true }
      })
      const balances = yield* timed(dialect.balances(call(grant), account))
      assert.isTrue(balances.some(({ creditLimitIncluded }) => creditLimitIncluded === true))
      assert.isAbove(balances.filter(({ type }) => type === "interimAvailable").length, 1)
      assert.isTrue(balances.some(({ type }) => type === "closingBooked"))
    }).pipe(Effect.scoped)
  )
})

describe("an answer", () => {
  it.live("of more than is read at once is for a smaller window, and one about nothing of that kind is an error", () =>
    Effect.gen(function* () {
      const { dialect } = yield* scripted(recordOf("nordbank-de"), {
        "GET /v1/accounts/r/transactions": { body: "x".repeat(33 * 1024 * 1024) },
        "DELETE /v1/consents/c": { body: "x".repeat(33 * 1024 * 1024) }
      })
      const grant = invented
      const call = { grant, access: { spend: () => Effect.void } }
      const failure = yield* Effect.flip(dialect.page(call, first(grant), window, undefined))
      assert.strictEqual(meaning(failure), "too_much")
      assert.strictEqual(meaning(yield* Effect.flip(dialect.revoke(grant))), "UnexpectedResponse")
    }).pipe(Effect.scoped)
  )
})

describe("a refusal", () => {
  it.live("of a window that begins too early is one the reader can mend", () =>
    Effect.gen(function* () {
      const { account, grant, page, town } = yield* reading({ bank: { historyDays: 90, deepMinutes: 5 } })
      assert.isAbove((yield* page(grant, account, window)).entries.length, 0)
      town.advance({ minutes: 6 })
      assert.strictEqual(meaning(yield* Effect.flip(page(grant, account, window))), "too_old")
    }).pipe(Effect.scoped)
  )

  it.live("for having asked too often says until when, whatever the bank's headers say", () =>
    Effect.gen(function* () {
      for (const exceeded of ["bare", "retry_after", "absurd"] as const) {
        const { account, grant, page, town } = yield* reading({ bank: { exceeded: false } })
        town.institution("nordbank-de").quirks.exceeded = exceeded
        const failure = yield* Effect.flip(page(grant, account, window))
        assert(failure._tag === "ConnectorError" && failure.reason._tag === "RateLimited")
        const wait = Date.parse(failure.reason.until) - town.clock.now
        assert.isAbove(wait, 0)
        assert.isAtMost(wait, 86_400_000)
      }
    }).pipe(Effect.scoped)
  )

  it.live("just after the approval is waited out (pitfall 8)", () =>
    Effect.gen(function* () {
      const { account, grant, host, page } = yield* reading()
      host.quirks.unauthorisedSeconds = 60
      const failure = yield* Effect.flip(page(grant, account, window))
      assert.strictEqual(meaning(failure), "ProviderUnavailable")
    }).pipe(Effect.scoped)
  )

  it.live(
    "of pending entries is met by a record that asks for booked ones alone, and pending ones are not said to be none",
    () =>
      Effect.gen(function* () {
        const { account, grant, pages, sent } = yield* reading({
          bank: { bookedOnly: true },
          quirks: { bookedOnly: true }
        })
        const found = yield* pages(grant, account)
        assert.isAbove(rows(found).length, 10)
        assert.isFalse(found.some(({ statesPending }) => statesPending))
        assert.strictEqual(sent.at(-1)?.url.searchParams.get("bookingStatus"), "booked")
      }).pipe(Effect.scoped)
  )

  it.live("by a web page in front of the bank asks nobody to approve anew", () =>
    Effect.gen(function* () {
      const html = { status: 403, headers: { "content-type": "text/html" }, body: "<html>Request blocked</html>" }
      const { dialect } = yield* scripted(recordOf("nordbank-de"), { "GET /v1/accounts/r/transactions": html })
      const call = { grant: invented, access: { spend: () => Effect.void } }
      const failure = yield* Effect.flip(dialect.page(call, first(invented), window, undefined))
      assert.strictEqual(meaning(failure), "UnexpectedResponse")
    }).pipe(Effect.scoped)
  )

  it.live("at the handshake names the host's certificate, never the person", () =>
    Effect.gen(function* () {
      const { link, sent } = yield* open("nordbank-de", { bare: true })
      const error = yield* Effect.flip(link({ _tag: "Start" }))
      assert.include(["ConfigurationRequired", "ProviderUnavailable"], error.reason._tag)
      assert.strictEqual(sent.length, 1)
    }).pipe(Effect.scoped)
  )
})
