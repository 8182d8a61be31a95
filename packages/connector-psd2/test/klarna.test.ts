/** Klarna's XS2A v2 over the sandbox's TLS: an e-mail, a push in the app, ten minutes; then pages in openFinance's words. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { first, open, presence } from "./berlinTown.ts"
import { report } from "../src/translate/klarna.ts"

const start = { _tag: "Start" } as const
const poll = { _tag: "Poll" } as const
const entered = (psuId: string) => ({ _tag: "Entered", values: { psuId: Redacted.make(psuId) } }) as const

describe("linking", () => {
  for (const [id, email, iban, currency] of [
    ["klarna-de", "john.doe@example.com", "DE23100000001234567890", "EUR"],
    ["klarna-se", "sven.svensson+home@example.com", "SE6297800000097802578096", "SEK"]
  ] as const) {
    it.live(`at ${id} goes by e-mail and the app, and finds the published account`, () =>
      Effect.gen(function* () {
        const { linked, sent } = yield* open(id)
        const { accounts, grant, validUntil } = yield* linked({ psuId: email })
        assert.deepStrictEqual(
          accounts.map((account) => [account.identification, account.currency, account.legalEntity]),
          [[iban, currency, "Klarna Bank AB (publ)"]]
        )
        assert.strictEqual(validUntil?.slice(0, 10), "2026-11-28")
        assert.isUndefined(grant.accessToken)
        const [created, authorised] = sent
        assert.deepStrictEqual(JSON.parse(created?.body ?? ""), {
          access: { payments: [{ rights: ["ais"] }] },
          consentType: "global",
          recurringIndicator: true,
          validTo: "2026-11-28",
          frequencyPerDay: 4
        })
        assert.strictEqual(created?.headers["psu-id"], email)
        assert.strictEqual(created?.headers["psu-ip-address"], presence.ipAddress)
        assert.strictEqual(authorised?.body, "")
        assert.isFalse(sent.some(({ url }) => url.href.includes("example.com")))
      }).pipe(Effect.scoped)
    )
  }

  it.live("asks for one account's rights where it is configured to", () =>
    Effect.gen(function* () {
      const { linked, sent } = yield* open("klarna-de", { quirks: { access: "named" } })
      yield* linked({ psuId: "john.doe@example.com", iban: "DE23 1000 0000 1234 5678 90" })
      const { access, consentType } = JSON.parse(sent[0]?.body ?? "")
      assert.strictEqual(consentType, "detailed")
      assert.deepStrictEqual(access.payments, [
        { account: { iban: "DE23100000001234567890" }, rights: ["accountDetails", "balances", "transactions"] }
      ])
    }).pipe(Effect.scoped)
  )

  it.live("asks for the e-mail and nothing secret, and keeps it out of the conversation", () =>
    Effect.gen(function* () {
      const { link, sent } = yield* open("klarna-de")
      const asked = yield* link(start)
      assert(asked._tag === "Prompt")
      assert.deepStrictEqual(
        asked.fields.map(({ name, secret }) => [name, secret]),
        [["psuId", false]]
      )
      for (const wrong of ["", "a\r\nX-Evil: 1"]) {
        assert.strictEqual((yield* link(entered(wrong), asked.state))._tag, "Prompt")
      }
      assert.strictEqual(sent.length, 0)
      const step = yield* link(entered("john.doe@example.com"), asked.state)
      assert(step._tag === "Approve")
      assert.notInclude(step.state, "john")
      assert.strictEqual(step.until, "2026-06-01T09:10:00.000Z")
    }).pipe(Effect.scoped)
  )

  it.live("says what to do where the person declines, does not answer within ten minutes, or is not known", () =>
    Effect.gen(function* () {
      const { host, link, linked, town } = yield* open("klarna-de")
      const declined = yield* Effect.flip(linked({ psuId: "john.doe+reject@example.com" }))
      assert.strictEqual(declined.reason._tag, "ConsentRequired")
      const asked = yield* link(start)
      const step = yield* link(entered("john.doe+ignore@example.com"), asked._tag === "Prompt" ? asked.state : "")
      assert(step._tag === "Approve")
      town.advance({ minutes: 9 })
      const still = yield* link(poll, step.state)
      assert(still._tag === "Approve")
      town.advance({ minutes: 1 })
      const late = yield* Effect.flip(link(poll, still.state))
      assert.include(["InteractionRequired", "ConsentRequired"], late.reason._tag)
      assert.include(late.message, "again")
      assert.isTrue(host.consents.all.every(({ status }) => ["terminated", "rejected", "expired"].includes(status)))
      const unknown = yield* Effect.flip(linked({ psuId: "nobody@example.com" }))
      assert.notInclude(unknown.message, "nobody")
    }).pipe(Effect.scoped)
  )
})

describe("reading", () => {
  it.live("walks every page, with the shop's name and the balance after each entry", () =>
    Effect.gen(function* () {
      const { host, linked, pages } = yield* open("klarna-de", { bank: { pageSize: 9 } })
      const { grant } = yield* linked({ psuId: "john.doe@example.com" })
      const found = yield* pages(grant, first(grant))
      const booked = found.flatMap(({ entries }) => entries).filter(({ status }) => status === "booked")
      assert.deepStrictEqual(
        booked.map(({ transactionId }) => transactionId ?? "").toSorted(),
        host.bank
          .ledger("john-eur")
          .map(({ wireId }) => wireId)
          .toSorted()
      )
      assert.isTrue(booked.some(({ merchant }) => merchant !== undefined))
      assert.isTrue(booked.every(({ balanceAfter }) => balanceAfter !== undefined))
      assert.deepStrictEqual(
        found.flatMap(({ unknownFields }) => [...unknownFields.keys()]),
        []
      )
    }).pipe(Effect.scoped)
  )

  it.live("ends with the consent, which can be ended twice", () =>
    Effect.gen(function* () {
      const { dialect, linked, page, timed } = yield* open("klarna-de")
      const { grant } = yield* linked({ psuId: "john.doe@example.com" })
      yield* timed(dialect.revoke(grant))
      yield* timed(dialect.revoke(grant))
      const failure = yield* Effect.flip(page(grant, first(grant), { from: "2026-05-01" }))
      assert.strictEqual(failure._tag === "ConnectorError" ? failure.reason._tag : failure.meaning, "ConsentRequired")
    }).pipe(Effect.scoped)
  )
})

describe("a row of openFinance 2", () => {
  const read = (row: object) =>
    report({
      account: {},
      transactions: { booked: [{ transactionAmount: { currency: "UAH", amount: "-100.02" }, ...row }] }
    })

  it("names parties by objects, remittance by a list and a purchase by its shop", () => {
    const { entries } = read({
      transactionId: "t1",
      creditor: { name: "ACME" },
      cardTransaction: { transactionDateTime: "2024-01-02T15:04:05.123456789Z", tradeName: "ACME Store" },
      remittanceInformationUnstructured: ["one", "two", "one"],
      remittanceInformationStructured: [{ reference: "RF18" }],
      bankTransactionCodeProprietary: "CARD"
    })
    const [entry] = entries
    assert.deepStrictEqual(entry?.creditor, { name: "ACME", account: undefined })
    assert.strictEqual(entry?.merchant, "ACME Store")
    assert.strictEqual(entry?.happenedAt, "2024-01-02T15:04:05.123456789Z")
    assert.deepStrictEqual(entry?.texts, ["one", "two", "RF18"])
    assert.strictEqual(entry?.code, "CARD")
  })

  it("says what was paid abroad only in another currency", () => {
    const amounts = (currency: string) => ({ amountDetails: { instructedAmount: { currency, amount: "3" } } })
    assert.deepStrictEqual(read(amounts("EUR")).entries[0]?.foreign, { currency: "EUR", amount: "3" })
    assert.isUndefined(read(amounts("UAH")).entries[0]?.foreign)
  })
})
