/** Rows of NextGenPSD2 as banks write them, read into entries: the recorded answers, and each shape a field may take. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { report } from "../src/translate/berlin.ts"
import { accounts, balances, cardAccounts } from "../src/translate/berlinAccounts.ts"
import { link } from "../src/translate/Report.ts"
import { quarantined } from "../src/translate/notice.ts"
import { report as reportV2 } from "../src/translate/klarna.ts"

const amount = { currency: "EUR", amount: "-1.00" }
const booked = (...rows: ReadonlyArray<unknown>) => report({ account: { iban: "DE1" }, transactions: { booked: rows } })
const one = (row: object) => booked({ transactionAmount: amount, ...row }).entries[0] ?? assert.fail("not read")

describe("a row", () => {
  it("keeps amounts as written, text or number", () => {
    assert.deepStrictEqual(one({ transactionAmount: { currency: "EUR", amount: -256.67 } }).amount, {
      currency: "EUR",
      amount: -256.67
    })
    assert.deepStrictEqual(one({ transactionAmount: { currency: " EUR", amount: " +3,5 " } }).amount, {
      currency: "EUR",
      amount: "+3,5"
    })
  })

  it("trims ids, and a blank one is none", () => {
    const { entryReference, transactionId } = one({ transactionId: "  ", entryReference: " 7 " })
    assert.deepStrictEqual([transactionId, entryReference], [undefined, "7"])
    assert.strictEqual(one({ transactionId: 12_345 }).transactionId, "12345")
  })

  it("has its remittance in four shapes, each text once, in order", () => {
    assert.deepStrictEqual(
      one({
        remittanceInformationUnstructured: "a",
        remittanceInformationUnstructuredArray: ["a", "b", " ", null],
        remittanceInformationStructured: { reference: "c" },
        remittanceInformationStructuredArray: [{ reference: "d" }, "e"],
        additionalInformation: "b"
      }).texts,
      ["a", "b", "c", "d", "e"]
    )
    assert.deepStrictEqual(one({ remittanceInformationStructured: "c" }).texts, ["c"])
  })

  it("finds the other side in the only part of a batch of one, and in none of a batch of several", () => {
    const part = { creditorName: "ACME", creditorAccount: { bban: "1" }, remittanceInformationUnstructured: "x" }
    assert.deepStrictEqual(one({ entryDetails: [part] }).creditor, { name: "ACME", account: "1" })
    const several = one({ entryDetails: [part, { ...part, remittanceInformationUnstructured: "y" }] })
    assert.isUndefined(several.creditor)
    assert.deepStrictEqual(several.texts, ["x", "y"])
  })

  it("may have null wherever it may have nothing", () => {
    const nulls = Object.fromEntries(
      [
        "transactionId",
        "bookingDate",
        "creditorName",
        "creditorAccount",
        "currencyExchange",
        "entryDetails",
        "balanceAfterTransaction",
        "remittanceInformationUnstructuredArray",
        "_links"
      ].map((name) => [name, null])
    )
    const page = booked({ transactionAmount: amount, ...nulls })
    assert.deepStrictEqual([page.entries.length, page.unreadable.length, page.unknownFields.size], [1, 0, 0])
  })

  it("says what was paid abroad where the bank does, and is read where it does not (pitfall 22)", () => {
    const bare = { sourceCurrency: "USD", exchangeRate: "1.1", targetCurrency: "EUR" }
    assert.isUndefined(one({ currencyExchange: [bare] }).foreign)
    const instructedAmount = { currency: "USD", amount: "1.10" }
    assert.deepStrictEqual(one({ currencyExchange: [{ ...bare, instructedAmount }] }).foreign, instructedAmount)
    assert.deepStrictEqual(one({ currencyExchange: { ...bare, instructedAmount } }).foreign, instructedAmount)
  })

  it("has no balance after it where a credit line is in that balance", () => {
    const after = { balanceType: "interimBooked", balanceAmount: { currency: "EUR", amount: "5.00" } }
    assert.strictEqual(one({ balanceAfterTransaction: after }).balanceAfter?.amount, "5.00")
    assert.isUndefined(one({ balanceAfterTransaction: { ...after, creditLimitIncluded: true } }).balanceAfter)
  })

  it("that cannot be read is set aside with its reason and its id, and the others are read", () => {
    const { entries, unreadable } = booked(
      { transactionAmount: amount },
      { transactionId: "t", transactionAmount: { amount: "1" } },
      { entryReference: "e" },
      "no row",
      null
    )
    assert.strictEqual(entries.length, 1)
    assert.deepStrictEqual(
      unreadable.map(({ id }) => id),
      ["t", "e", undefined, undefined]
    )
  })
})

describe("fields and lists nobody knows", () => {
  it("are counted by their path, never by what they hold, and by no name that could be a person's", () => {
    const page = report({
      account: {},
      extra: 1,
      transactions: {
        booked: [
          {
            "transactionAmount": { ...amount, scale: 2 },
            "Paula Beispiel": 1,
            "DE02120300000000202051": 1,
            "creditorName": { first: "Paula" }
          }
        ],
        information: [{}],
        declined: [{ transactionId: "d-1" }, {}],
        _links: {}
      }
    })
    assert.deepStrictEqual(
      [...page.unknownFields].toSorted(([a], [b]) => (a < b ? -1 : 1)),
      [
        ["$.extra", 1],
        ["*", 2],
        ["creditorName", 1],
        ["transactionAmount.scale", 1],
        ["transactions.declined", 1]
      ]
    )
    assert.deepStrictEqual([...page.skipped], [["information", 1]])
    assert.deepStrictEqual(
      page.unreadable.map(({ id, reason }) => [id, reason]),
      [
        ["d-1", "it stands in a list nobody knows"],
        [undefined, "it stands in a list nobody knows"]
      ]
    )
  })
})

describe("a row that nests without an end", () => {
  it("is set aside, and neither it nor its neighbours end the read", () => {
    const nested = JSON.parse(`${"[".repeat(100_000)}${"]".repeat(100_000)}`) as unknown
    const page = booked(nested, { transactionAmount: amount, entryDetails: nested }, { transactionAmount: amount })
    assert.deepStrictEqual([page.entries.length, page.unreadable.length], [2, 1])
    for (const { reason, wire } of page.unreadable) assert.strictEqual(quarantined(reason, wire, undefined).raw, "")
  })
})

describe("pending entries", () => {
  it("are stated by a list of them, or by its absence where they were asked for", () => {
    const states = (transactions: object, pending: boolean) => report({ transactions }, { pending }).statesPending
    assert.isTrue(states({ booked: [], pending: [] }, false))
    assert.isTrue(states({ booked: [] }, true))
    assert.isFalse(states({ booked: [] }, false))
    assert.isFalse(states({}, true))
  })
})

describe("accounts and balances", () => {
  it("go by IBAN, else by what the bank has; one that cannot be asked for is left out", () => {
    const found = accounts({
      accounts: [
        { resourceId: "1", iban: "de75 2004 0060 0123 4567 00", currency: "eur", name: "Giro" },
        { resourceId: "2", currency: "EUR", product: "Space" },
        { iban: "DE1", currency: "EUR" },
        { resourceId: "3", other: { identification: "x-1" }, currency: "EUR", status: "deleted" }
      ]
    })
    assert.deepStrictEqual(
      found?.map(({ currency, identification, name }) => [identification, currency, name]),
      [
        ["DE75200400600123456700", "EUR", "Giro"],
        [undefined, "EUR", "Space"],
        ["x-1", "EUR", undefined]
      ]
    )
    const cards = cardAccounts({
      cardAccounts: [{ resourceId: "c", maskedPan: "5254****3241", currency: "EUR", debitAccounting: true }]
    })
    assert.deepStrictEqual(
      cards?.map(({ debitsPositive, kind }) => [kind, debitsPositive]),
      [["card", true]]
    )
    assert.isUndefined(accounts({ error: "no" }))
  })

  it("keep every balance with its kind, day and whether a credit line is in it (pitfall 14)", () => {
    assert.deepStrictEqual(
      balances({
        balances: [
          {
            balanceType: "interimAvailable",
            creditLimitIncluded: true,
            balanceAmount: { currency: "EUR", amount: 900 },
            referenceDate: "2026-01-01"
          },
          { balanceType: "closingBooked", balanceAmount: { currency: "EUR" } }
        ]
      }),
      [
        {
          amount: 900,
          currency: "EUR",
          type: "interimAvailable",
          indicator: undefined,
          creditLimitIncluded: true,
          at: "2026-01-01"
        }
      ]
    )
  })
})

const samples = new URL("../../../../shared/samples/", import.meta.url)
const absent = existsSync(samples) ? "" : " (skipped: ../shared/samples is not here)"
const under = (folder: URL): ReadonlyArray<URL> =>
  readdirSync(folder).flatMap((name) => {
    const path = new URL(name, folder)
    return statSync(path).isDirectory() ? under(new URL(`${name}/`, folder)) : [path]
  })
const reports =
  absent === ""
    ? under(samples).filter(({ pathname }) =>
        /(?:psd2\/(?:xs2a|bg-v2)|berlin-group).*ransactions[^/]*\.json$/.test(pathname)
      )
    : []

const bodyOf = (path: URL): unknown => {
  const whole = JSON.parse(readFileSync(path, "utf8"))
  const body = whole.response?.body ?? whole.response?.jsonBody ?? whole
  return typeof body === "string" ? JSON.parse(body) : body
}

describe.skipIf(absent !== "")(`recorded answers${absent}`, () => {
  for (const path of reports) {
    const name = decodeURIComponent(path.pathname).split("/samples/")[1] ?? ""
    it(`loses no row of ${name}`, () => {
      const body = Object(bodyOf(path))
      const lists: Record<string, unknown> = Object(body.transactions ?? {})
      const count = Object.values(lists).reduce<number>((sum, list) => sum + (Array.isArray(list) ? list.length : 0), 0)
      const page = (name.includes("bg-v2") ? reportV2 : report)(body, { pending: true })
      const skipped = [...page.skipped.values()].reduce((sum, left) => sum + left, 0)
      assert.strictEqual(page.entries.length + page.unreadable.length + skipped, count)
      assert.deepStrictEqual(page.unreadable, [])
      if (body.transactions !== undefined) assert.deepStrictEqual([...page.unknownFields.keys()], [])
      else if (body.account !== undefined) assert.isDefined(link(body, "download"))
    })
  }
})
