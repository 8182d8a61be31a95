import { assert, describe, it } from "@effect/vitest"
import * as Result from "effect/Result"
import type { BankBalance, Entry } from "../../src/Entry.ts"
import * as Amount from "../../src/ledger/Amount.ts"
import * as BalanceChoice from "../../src/ledger/BalanceChoice.ts"
import * as Fingerprint from "../../src/ledger/Fingerprint.ts"
import { Ledger, type Seen } from "../../src/ledger/Identity.ts"
import * as Memory from "../../src/ledger/Memory.ts"
import * as ProviderId from "../../src/ledger/ProviderId.ts"
import * as Sign from "../../src/ledger/Sign.ts"
import * as Windows from "../../src/ledger/Window.ts"
import { dayOf, judge, rowOf } from "../../src/translate/row.ts"
import { habitsOf } from "../../src/translate/habits.ts"
import { grant, institution } from "./Reader.ts"
import { kindOf } from "../../src/translate/kind.ts"

const own = Sign.account("DE75 5121 0800 1245 1261 99")

describe("an amount", () => {
  const minor = (amount: string | number, currency = "EUR") => {
    const read = Amount.read({ amount, currency })
    return Result.isSuccess(read) ? [read.success.money.amount, read.success.sign] : read.failure
  }

  it("is read from text and from a JSON number alike", () => {
    assert.deepStrictEqual(minor("-46.97"), [4697, "minus"])
    assert.deepStrictEqual(minor(-46.97), [4697, "minus"])
    assert.deepStrictEqual(minor("343.01"), [34_301, "none"])
    assert.deepStrictEqual(minor(" +20 "), [2000, "plus"])
    assert.deepStrictEqual(minor("0.5", "JPY"), "the amount has more decimals than JPY")
    assert.deepStrictEqual(minor("1.234", "KWD"), [1234, "none"])
    assert.deepStrictEqual(minor("1000", "JPY"), [1000, "none"])
  })

  it("is refused rather than rounded, and the refusal does not repeat it", () => {
    assert.strictEqual(minor(0.1 + 0.2), "the amount has more decimals than EUR")
    assert.strictEqual(minor("12,50"), "the amount is not a decimal number")
    assert.strictEqual(minor(1e21), "the amount is not a decimal number")
    assert.strictEqual(minor("99999999999999999"), "the amount is too large")
    assert.strictEqual(minor("1.00", "EURO"), "the currency is not an ISO 4217 code")
  })
})

describe("which way the money went", () => {
  const other = { name: "Them", account: "FR7630006000011234567890189" }
  const me = { name: "Me", account: "DE75512108001245126199" }
  const resolve = (evidence: Partial<Sign.Evidence>) => {
    const direction = Sign.resolve({ sign: "none", own, minusSeen: false, ...evidence })
    return typeof direction === "string" ? direction : "undecided"
  }

  it.each<readonly [string, Partial<Sign.Evidence>, string]>([
    ["an indicator decides", { indicator: "debit" }, "debit"],
    ["an indicator stands over the parties", { indicator: "credit", creditor: other }, "credit"],
    ["a debit with a minus is one", { indicator: "debit", sign: "minus" }, "debit"],
    ["a credit with a negative amount contradicts itself", { indicator: "credit", sign: "minus" }, "undecided"],
    ["a minus is a debit", { sign: "minus" }, "debit"],
    ["a minus stands over one party", { sign: "minus", debtor: other }, "debit"],
    [
      "a minus on what the account received contradicts it",
      { sign: "minus", debtor: other, creditor: me },
      "undecided"
    ],
    ["no sign and a creditor only is a debit", { creditor: other }, "debit"],
    ["unless debits have a minus here", { creditor: other, minusSeen: true }, "undecided"],
    ["or the bank is known to sign", { creditor: other, convention: "signed" }, "credit"],
    ["no sign and a debtor only is a credit", { debtor: other }, "credit"],
    ["both named, the account pays", { creditor: other, debtor: me }, "debit"],
    ["both named, the account receives", { creditor: me, debtor: other }, "credit"],
    ["both named and neither is the account", { creditor: other, debtor: { name: "X" } }, "undecided"],
    ["the only party is the account itself", { creditor: me }, "undecided"],
    ["nothing decides", {}, "undecided"],
    ["nothing but that debits have a minus here", { minusSeen: true }, "credit"],
    ["an account that quotes debits as positive", { debitsPositive: true }, "debit"],
    ["a negative amount on such an account", { debitsPositive: true, sign: "minus" }, "undecided"],
    ["and from somebody", { debitsPositive: true, sign: "minus", debtor: other }, "credit"],
    ["a bank known to invert", { convention: "debits_positive", sign: "minus" }, "credit"],
    ["signs that mean nothing", { convention: "unsigned", minusSeen: true }, "undecided"]
  ])("%s", (_title, evidence, expected) => {
    assert.strictEqual(resolve(evidence), expected)
  })
})

describe("a bank's id", () => {
  it.each([
    "0",
    " ",
    "",
    "9998",
    "0000000000",
    "9999999",
    "00DEBIT12345678",
    "0123456789",
    "2024-06-01-3",
    "NOTPROVIDED"
  ])('is not believed where it is "%s"', (id) => {
    assert.isUndefined(ProviderId.of({ ...entry, transactionId: id }, "transactionId"))
  })

  it("is believed where it can be one, and only under the policy that names it", () => {
    assert.strictEqual(ProviderId.of({ ...entry, transactionId: " 1234567 " }, "transactionId"), "1234567")
    assert.isUndefined(ProviderId.of({ ...entry, transactionId: "1234567" }, "none"))
    assert.isUndefined(ProviderId.of({ ...entry, transactionId: "1234567" }, "entryReference"))
    assert.isUndefined(ProviderId.of({ ...entry, transactionId: "12345" }, "transactionId", /^\d{7}$/))
  })
})

const entry: Entry = {
  status: "booked",
  amount: { amount: "-10.00", currency: "EUR" },
  bookingDate: "2024-06-01",
  texts: ["coffee"],
  wire: {}
}

const account = grant.accounts[0] ?? assert.fail("no account")
const habits = habitsOf(institution, account, { booked: true, pending: false })

describe("a row", () => {
  const aside = (change: Partial<Entry>) => {
    const judged = judge({ ...entry, ...change }, habits)
    return "aside" in judged ? judged.aside : undefined
  }
  const row = (change: Partial<Entry>) => {
    const judged = judge({ ...entry, ...change }, habits)
    if ("aside" in judged) return assert.fail(judged.aside)
    return rowOf(judged, "r", false)
  }

  it("keeps the day as it is written, also of an instant", () => {
    assert.strictEqual(row({ bookingDate: "2024-06-01T23:30:00-02:00" }).bookedDate, "2024-06-01")
    assert.strictEqual(row({ bookingDate: "2024-05-31T22:00:00Z" }).bookedDate, "2024-05-31")
  })

  it("without a booking date is filed under its value date, and claims no booking date", () => {
    const { bookedDate, entryDate } = row({ bookingDate: undefined, valueDate: "2024-06-02" })
    assert.deepStrictEqual([bookedDate, entryDate], [undefined, "2024-06-02"])
    assert.strictEqual(row({ bookingDate: undefined, entryDate: "2024-06-03" }).entryDate, "2024-06-03")
  })

  it("is put aside without any date, with one that cannot be read, in another currency", () => {
    assert.strictEqual(aside({ bookingDate: undefined }), "booked without a date")
    assert.strictEqual(aside({ bookingDate: "01.06.2024" }), "its booking date cannot be read")
    assert.strictEqual(aside({ amount: { amount: "1.00", currency: "USD" } }), "it is in USD, on an account in EUR")
  })

  it("stands without the foreign amount or the balance that cannot be read", () => {
    const stated = row({
      foreign: { amount: "n/a", currency: "USD" },
      balanceAfter: { amount: "?", currency: "EUR" }
    })
    assert.isUndefined(stated.foreignAmount)
    assert.isUndefined(stated.balanceAfter)
  })

  it("has a kind only where its code leaves no doubt", () => {
    assert.strictEqual(kindOf("PMNT-RCDT-ESCT", "credit"), "transfer")
    assert.strictEqual(kindOf("PMNT-CCRD-POSD", "debit"), "payment")
    assert.strictEqual(kindOf("PMNT-CCRD-POSD", "credit"), "other")
    assert.strictEqual(kindOf("PMNT-MCRD-CWDL", "debit"), "withdrawal")
    assert.strictEqual(kindOf("EXCHANGE", "debit"), "exchange")
    assert.strictEqual(kindOf("ÜBERWEISUNG (DIRECT BANKING", "debit"), "other")
    assert.strictEqual(kindOf("constructor", "debit"), "other")
  })

  it("of a text that is told with a date in front one day and without it the next is the same", () => {
    assert.strictEqual(Fingerprint.normalise("2024-05-30  Card  PAYMENT"), Fingerprint.normalise("card payment"))
    assert.strictEqual(Fingerprint.normalise("30.05.2024 Rema 1000"), "rema 1000")
    assert.strictEqual(Fingerprint.normalise("30.05 Rema"), "rema")
    assert.strictEqual(Fingerprint.normalise("7-Eleven"), "7-eleven")
    assert.isUndefined(dayOf({ ...entry, bookingDate: "2024-02-30" }))
  })
})

describe("the ledger", () => {
  const seen = (id: string | undefined, day: number, minor: number, text = "t", after?: number): Seen => ({
    id,
    day,
    minor,
    currency: "EUR",
    text,
    after
  })
  const all = { from: 0, to: 1000 }
  const again = (ledger: Ledger): Ledger => new Ledger(Memory.decode(Memory.encode(ledger.known, 0)), ledger.distrusted)

  it("remembers through a checkpoint what it knew", () => {
    const ledger = new Ledger()
    ledger.place([seen("an id with spaces %", 1, -5), seen(undefined, 2, 7, "", 3)], all)
    assert.deepStrictEqual(again(ledger).known, ledger.known)
  })

  it("puts aside what an id hits with another amount while the entry it belonged to is missing", () => {
    const ledger = new Ledger()
    ledger.place([seen("TX-1", 10, 100), seen("TX-2", 11, 200), seen("TX-3", 12, 300)], all)
    const { aside, rows } = again(ledger).place(
      [seen("TX-1", 10, 150), seen("TX-2", 11, 200), seen("TX-3", 12, 300)],
      all
    )
    assert.strictEqual(aside.length, 1)
    assert.deepStrictEqual(
      rows.map(({ row }) => row),
      ["TX-2@1970", "TX-3@1970"]
    )
  })

  it("gives an id that is met again on another entry to neither, where the first is still there", () => {
    const ledger = new Ledger()
    ledger.place([seen("REF-77", 10, 100), seen("TX-2", 11, 200), seen("TX-3", 12, 300), seen("TX-4", 13, 1)], all)
    const { aside, rows } = again(ledger).place(
      [
        seen("REF-77", 60, 100),
        seen(undefined, 10, 100),
        seen("TX-2", 11, 200),
        seen("TX-3", 12, 300),
        seen("TX-4", 13, 1)
      ],
      all
    )
    assert.strictEqual(aside.length, 0)
    assert.strictEqual(new Set(rows.map(({ row }) => row)).size, 5)
    assert.strictEqual(rows[1]?.row, "REF-77@1970")
  })

  it("forgets what is older than any regular read, and keeps no word of it", () => {
    const ledger = new Ledger()
    ledger.place([seen("TX-1", 10, 100, Fingerprint.hash("secret words"))], all)
    assert.strictEqual(Memory.encode(ledger.known, 11), "")
    assert.notInclude(Memory.encode(ledger.known, 0), "secret")
  })
})

describe("the days to ask for", () => {
  const today = "2024-06-30"
  const past: Windows.Past = {
    floor: "2023-01-01",
    covered: "2024-06-29",
    newest: "2024-06-28",
    whole: "2024-06-28",
    unread: []
  }
  const now: Windows.Now = { today, fresh: false, attended: false }

  it("begin fourteen before the newest booked one, however often they are asked for", () => {
    for (let run = 0; run < 5; run += 1) {
      assert.deepStrictEqual(Windows.plan(past, now).recent, { from: "2024-06-14" })
    }
  })

  it("are all ninety at first, and again after a week", () => {
    assert.strictEqual(Windows.plan({ floor: "2023-01-01", unread: [] }, now).recent.from, "2024-04-01")
    assert.strictEqual(Windows.plan({ ...past, whole: "2024-06-23" }, now).recent.from, "2024-04-01")
  })

  it("reach back to the oldest pending entry, or it would pass for gone", () => {
    assert.strictEqual(Windows.plan({ ...past, pending: "2024-06-02" }, now).recent.from, "2024-06-02")
  })

  it("do not follow an entry dated in the future", () => {
    assert.strictEqual(Windows.plan({ ...past, newest: "2025-01-01" }, now).recent.from, "2024-06-17")
  })

  it("go back to the floor at once while the person's approval is fresh, newest first, in one piece when calls are counted", () => {
    const first: Windows.Past = { floor: "2023-07-01", unread: [] }
    assert.deepStrictEqual(Windows.plan(first, { ...now, fresh: true }).older, [
      { from: "2023-07-01", to: "2024-03-31" }
    ])
    const pieces = Windows.plan(first, { ...now, fresh: true, attended: true }).older
    assert.deepStrictEqual(pieces[0], { from: "2024-01-02", to: "2024-03-31" })
    assert.strictEqual(pieces.at(-1)?.from, "2023-07-01")
  })

  it("never lie before the floor or, without a fresh approval, before ninety days", () => {
    const { older, recent, unread } = Windows.plan({ floor: "2023-07-01", unread: [] }, now)
    assert.deepStrictEqual([recent.from, older], ["2024-04-01", []])
    assert.deepStrictEqual(unread, [{ from: "2023-07-01", to: "2024-03-31", why: "history" }])
    assert.strictEqual(Windows.plan({ floor: "2024-06-01", unread: [] }, now).recent.from, "2024-06-01")
  })

  it("leave out nothing after a long pause without saying so, and are read when the person approves anew", () => {
    const paused: Windows.Past = { ...past, covered: "2024-01-10", newest: "2024-01-09", whole: "2024-01-09" }
    const { older, recent, unread } = Windows.plan(paused, now)
    assert.deepStrictEqual([recent.from, older], ["2024-04-01", []])
    assert.deepStrictEqual(unread, [{ from: "2024-01-10", to: "2024-03-31", why: "pause" }])
    const fresh = Windows.plan({ ...paused, covered: today, newest: today, unread }, { ...now, fresh: true })
    assert.deepStrictEqual([fresh.older, fresh.unread], [[{ from: "2024-01-10", to: "2024-03-31" }], []])
  })

  it("are halved down to one and no further", () => {
    let ask: Windows.Ask | undefined = { from: "2024-04-01" }
    let calls = 0
    while (ask !== undefined) {
      ask = Windows.halve(ask, today, 1)?.[0]
      calls += 1
    }
    assert.isBelow(calls, 10)
    assert.deepStrictEqual(Windows.halve({ from: "2024-04-01" }, today, 2)?.[0], { from: today })
  })
})

describe("the balance", () => {
  const context = { currency: "EUR" }
  const of = (type: string, amount: string, more: Partial<BankBalance> = {}): BankBalance => ({
    type,
    amount,
    currency: "EUR",
    ...more
  })
  const chosen = (balances: ReadonlyArray<BankBalance>, more: Partial<BalanceChoice.Context> = {}) => {
    const { row } = BalanceChoice.choose(balances, { ...context, ...more }) ?? {}
    return row === undefined ? undefined : `${row.balanceType} ${row.amount.amount}`
  }

  it("is a booked one before an available one", () => {
    assert.strictEqual(
      chosen([of("interimAvailable", "9"), of("expected", "8"), of("interimBooked", "7")]),
      "interimBooked 700"
    )
  })

  it("is the newest of two of a kind", () => {
    const two = [of("interimAvailable", "1", { at: "2024-01-02" }), of("interimAvailable", "2", { at: "2024-01-01" })]
    assert.strictEqual(chosen(two), "interimAvailable 100")
    assert.strictEqual(chosen(two.toReversed()), "interimAvailable 100")
  })

  it("never holds a credit line, and is none where there is no other", () => {
    assert.isUndefined(chosen([of("interimBooked", "9", { creditLimitIncluded: true }), of("forwardAvailable", "3")]))
  })

  it("is of yesterday only where nothing was booked since", () => {
    const closing = [of("closingBooked", "5", { at: "2024-06-01" }), of("expected", "6")]
    assert.strictEqual(chosen(closing, { newest: "2024-06-01" }), "closingBooked 500")
    assert.strictEqual(chosen(closing, { newest: "2024-06-02" }), "expected 600")
  })

  it("is signed by its indicator, and what is owed is negative where debits are quoted positive", () => {
    assert.strictEqual(chosen([of("interimBooked", "5", { indicator: "debit" })]), "interimBooked -500")
    assert.strictEqual(chosen([of("interimBooked", "5")], { debitsPositive: true }), "interimBooked -500")
    assert.isUndefined(chosen([of("interimBooked", "-5", { indicator: "credit" })]))
  })

  it("is of the kinds the institution's record names, in their order", () => {
    assert.strictEqual(
      chosen([of("interimBooked", "5"), of("expected", "6"), of("interimAvailable", "7")], {
        types: ["interimAvailable", "expected"]
      }),
      "interimAvailable 700"
    )
  })

  it("carries the instant it is of as its version, and no made-up one", () => {
    assert.strictEqual(
      BalanceChoice.choose([of("interimBooked", "5", { at: "2024-06-01T10:00:00+02:00" })], context)?.version,
      "2024-06-01T08:00:00.000Z"
    )
    assert.isUndefined(BalanceChoice.choose([of("interimBooked", "5", { at: "2024-06-01" })], context)?.version)
  })
})
