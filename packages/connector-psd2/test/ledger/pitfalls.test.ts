/**
 * What users of other tools have complained about (the numbers of the research's table), each as a promise. Here is what is
 * the ledger's business: 1 to 7, 10, 13 to 22, 24, 25. The rest is held where it belongs: 8 and 9 (consents that end early,
 * two clocks) and 11 (a budget that survives a restart) in `@paymirror/sync`, 12 (the person's address) and 23 (one flow
 * for all) in the dialects' own tests, 26 (replay) in the quarantine of `@paymirror/sync`.
 */
import { assert, describe, it } from "@effect/vitest"
import { Access, ConnectorError, Session } from "@paymirror/core"
import { Mirror } from "@paymirror/connector-testing"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import type { Checkpoint } from "../../src/Checkpoint.ts"
import type { Entry } from "../../src/Entry.ts"
import { Refusal } from "../../src/Refusal.ts"
import { linesOf } from "./histories.ts"
import { type Asking, type Event, grant, institution, lastCheckpoint, listen, plain } from "./Reader.ts"
import { page, row, Scripted } from "./Scripted.ts"

const today = "2024-06-30"
const at = (day: string) => TestClock.setTime(Date.parse(`${day}T12:00:00Z`))

/** A mirror of a scripted bank, and what each read said. */
class Account {
  readonly bank = new Scripted()
  readonly mirror = Mirror.make()
  checkpoint: Checkpoint | undefined
  said: ReadonlyArray<Event> = []
  failure: ConnectorError.ConnectorError | undefined

  read(day = today, asking: Asking = {}) {
    return Effect.gen({ self: this }, function* () {
      yield* at(day)
      const { events, failure } = yield* listen(this.bank.dialect, { checkpoint: this.checkpoint, ...asking })
      this.said = events
      this.failure = failure
      this.checkpoint = lastCheckpoint(events) ?? this.checkpoint
      this.mirror.apply(plain(events))
    })
  }

  get lines() {
    return linesOf(this.mirror.rows().values())
  }

  get reasons() {
    return this.said.flatMap((event) => (event._tag === "Quarantined" ? [event.reason] : []))
  }

  get drift() {
    return this.said.flatMap((event) => (event._tag === "Drift" ? [`${event.path} ${event.count}`] : []))
  }

  breaks(name: string) {
    return this.said.flatMap((event) => (event._tag === "Check" && event.name === name ? event.breaks : []))
  }
}

const pending = (day: string, amount: string, text: string, more: Partial<Entry> = {}): Entry =>
  row(day, amount, text, { status: "pending", ...more })

describe("a ledger read over account information", () => {
  it.effect("1: a pending entry that is booked under another id, day, text and amount is one entry", () =>
    Effect.gen(function* () {
      const account = new Account()
      account.bank.rows = [pending("2024-06-28", "-10.00", "HOLD 123", { transactionId: "P-000001" })]
      yield* account.read()
      assert.deepStrictEqual(account.lines, ["pending 2024-06-28 -1000 HOLD 123"])
      account.bank.rows = [row("2024-06-29", "-10.40", "Cafe", { transactionId: "B-999999" })]
      yield* account.read()
      assert.deepStrictEqual(account.lines, ["2024-06-29 -1040 Cafe"])
    })
  )

  it.effect("1: where the bank does not state what is pending, what is pending stays", () =>
    Effect.gen(function* () {
      const account = new Account()
      account.bank.rows = [pending("2024-06-28", "-10.00", "HOLD")]
      yield* account.read()
      account.bank.answer = () => Effect.succeed(page([], { statesPending: false }))
      yield* account.read()
      assert.strictEqual(account.lines.length, 1)
    })
  )

  it.effect("2: a late entry that shifts positional references overwrites nothing", () =>
    Effect.gen(function* () {
      const account = new Account()
      const asking: Asking = { institution: { ...institution, ids: "entryReference" } }
      account.bank.rows = [
        row("2024-06-20", "-1.00", "a", { entryReference: "2024-06-20-1" }),
        row("2024-06-20", "-2.00", "b", { entryReference: "2024-06-20-2" })
      ]
      yield* account.read(today, asking)
      account.bank.rows = [
        row("2024-06-20", "-9.00", "late", { entryReference: "2024-06-20-1" }),
        row("2024-06-20", "-1.00", "a", { entryReference: "2024-06-20-2" }),
        row("2024-06-20", "-2.00", "b", { entryReference: "2024-06-20-3" })
      ]
      yield* account.read(today, asking)
      assert.deepStrictEqual(account.lines, ["2024-06-20 -100 a", "2024-06-20 -200 b", "2024-06-20 -900 late"])
    })
  )

  it.effect("2: an id that comes back with another amount is not taken for a new amount", () =>
    Effect.gen(function* () {
      const account = new Account()
      account.bank.rows = [
        row("2024-06-20", "-1.00", "a", { transactionId: "TX-100001" }),
        row("2024-06-21", "-2.00", "b", { transactionId: "TX-100002" }),
        row("2024-06-22", "-3.00", "c", { transactionId: "TX-100003" })
      ]
      yield* account.read()
      account.bank.rows = [
        row("2024-06-20", "-5.00", "a", { transactionId: "TX-100001" }),
        ...account.bank.rows.slice(1)
      ]
      yield* account.read()
      assert.include(account.lines, "2024-06-20 -100 a")
      assert.strictEqual(account.reasons.length, 1)
    })
  )

  it.effect("3: an id that several entries share names none of them", () =>
    Effect.gen(function* () {
      const account = new Account()
      account.bank.rows = ["a", "b", "c"].map((text, index) =>
        row(`2024-06-2${index}`, `-${index + 1}.00`, text, { transactionId: "CO-OP-9998" })
      )
      yield* account.read()
      assert.strictEqual(account.lines.length, 3)
      yield* account.read()
      assert.strictEqual(account.lines.length, 3)
    })
  )

  it.effect("4: entries without any id are kept, and known again", () =>
    Effect.gen(function* () {
      const account = new Account()
      account.bank.rows = [
        row("2024-06-20", "-1.00", "a"),
        row("2024-06-20", "-1.00", ""),
        row("2024-06-21", "-1.00", "a")
      ]
      yield* account.read()
      const rows = [...account.mirror.rows().keys()]
      account.bank.rows = account.bank.rows.toReversed()
      yield* account.read()
      assert.deepStrictEqual([...account.mirror.rows().keys()], rows)
    })
  )

  it.effect("5: genuine twins stay two, and a third that comes late makes three", () =>
    Effect.gen(function* () {
      const account = new Account()
      const coffee = row("2024-06-20", "-2.80", "coffee")
      account.bank.rows = [coffee, coffee]
      yield* account.read()
      account.bank.rows = [coffee, coffee, coffee]
      yield* account.read()
      yield* account.read()
      assert.strictEqual(account.lines.length, 3)
    })
  )

  it.effect("5: an entry the bank enriches on a second look is the same entry", () =>
    Effect.gen(function* () {
      const account = new Account()
      account.bank.rows = [row("2024-06-20", "-2.80", "coffee")]
      yield* account.read()
      account.bank.rows = [
        row("2024-06-20", "-2.80", "COFFEE  Berlin", {
          creditor: { name: "Cafe" },
          code: "PMNT-CCRD-POSD",
          transactionId: "TX-100001"
        })
      ]
      yield* account.read()
      assert.deepStrictEqual(account.lines, ["2024-06-20 -280 COFFEE  Berlin"])
    })
  )

  it.effect("6: all ids new and dates stripped from the texts is told as drift, and doubles nothing", () =>
    Effect.gen(function* () {
      const account = new Account()
      const told = (issue: string, date: string) =>
        [1, 2, 3].map((n) => row(`2024-06-2${n}`, "-5.00", `${date}Rema 1000`, { transactionId: `${issue}-00000${n}` }))
      account.bank.rows = told("OLD", "21.06 ")
      yield* account.read()
      account.bank.rows = told("NEW", "")
      yield* account.read()
      assert.strictEqual(account.lines.length, 3)
      assert.deepStrictEqual(account.drift, ["transactionId: all new 3"])
      yield* account.read()
      assert.deepStrictEqual(account.drift, [])
    })
  )

  it.effect("7: an account that has another name after a new consent is found by what stays of it", () =>
    Effect.gen(function* () {
      const account = new Account()
      const { bank } = account
      bank.rows = [row("2024-06-20", "-1.00", "a")]
      yield* account.read()
      bank.answer = ({ resourceId }) =>
        resourceId === "r1" ? Effect.fail(new Refusal("unknown_account", "gone")) : Effect.succeed(page(bank.rows))
      bank.more = {
        accounts: () =>
          Effect.succeed([
            { resourceId: "other", identification: "DE1", currency: "EUR", kind: "payment" },
            { resourceId: "r2", identification: grant.accounts[0]?.identification, currency: "EUR", kind: "payment" }
          ])
      }
      const session = Session.memory({ connector: "psd2", grant })
      yield* account.read(today, { session })
      assert.isUndefined(account.failure)
      assert.deepStrictEqual(account.lines, ["2024-06-20 -100 a"])
      assert.strictEqual((yield* session.current).grant.accounts[0]?.resourceId, "r2", "the next run knows")
    })
  )

  it.effect("10: transactions are kept although the balances cannot be had any more today", () =>
    Effect.gen(function* () {
      const account = new Account()
      account.bank.rows = [row("2024-06-20", "-1.00", "a")]
      const access: Access.Access = {
        spend: () => Effect.void
      }
      const until = "2024-07-01T00:00:00.000Z"
      account.bank.more = {
        balances: () =>
          Effect.fail(
            new ConnectorError.ConnectorError({ connector: "psd2", reason: new ConnectorError.RateLimited({ until }) })
          )
      }
      yield* account.read(today, { access })
      assert.strictEqual(account.failure?.reason._tag, "RateLimited")
      assert.strictEqual(account.lines.length, 1)
      assert.isDefined(account.checkpoint)
    })
  )

  it.effect("13: an entry that nothing says the way of is put aside, and told once something does", () =>
    Effect.gen(function* () {
      const account = new Account()
      account.bank.rows = [row("2024-06-20", "20.00", "who knows", { transactionId: "TX-100001" })]
      yield* account.read()
      assert.deepStrictEqual(account.lines, [])
      assert.strictEqual(account.reasons.length, 1)
      account.bank.rows = [row("2024-06-20", "20.00", "who knows", { transactionId: "TX-100001", indicator: "debit" })]
      yield* account.read()
      assert.deepStrictEqual(account.lines, ["2024-06-20 -2000 who knows"])
    })
  )

  it.effect("14: the balance told is a booked one, never what could be borrowed", () =>
    Effect.gen(function* () {
      const account = new Account()
      account.bank.balances = [
        { type: "interimAvailable", amount: "5000.00", currency: "EUR", creditLimitIncluded: true },
        { type: "interimAvailable", amount: "120.00", currency: "EUR" },
        { type: "interimBooked", amount: "100.00", currency: "EUR" }
      ]
      yield* account.read()
      const balances = account.said.flatMap((event) =>
        event._tag === "Upsert" && event.stream === "balance" && event.row.rowType === "balance"
          ? [event.row.amount.amount]
          : []
      )
      assert.deepStrictEqual(balances, [10_000])
    })
  )

  it.effect("15: an entry without a date or of an unreadable shape does not end the read", () =>
    Effect.gen(function* () {
      const account = new Account()
      account.bank.answer = () =>
        Effect.succeed(
          page([row("2024-06-20", "-1.00", "a"), { ...row("", "-2.00", "b"), bookingDate: undefined }], {
            unreadable: [{ reason: "no amount", wire: {} }]
          })
        )
      yield* account.read()
      assert.isUndefined(account.failure)
      assert.strictEqual(account.lines.length, 1)
      assert.sameMembers(account.reasons, ["booked without a date", "no amount"])
    })
  )

  it.effect("16: a day stays the day the bank wrote, whatever the zone", () =>
    Effect.gen(function* () {
      const account = new Account()
      account.bank.answer = () => Effect.succeed(page([row("2024-06-20T00:00:00+02:00", "-1.00", "a")]))
      yield* account.read()
      assert.deepStrictEqual(account.lines, ["2024-06-20 -100 a"])
    })
  )

  it.effect("17: what is dated ahead moves no window, and is pending until its day", () =>
    Effect.gen(function* () {
      const account = new Account()
      account.bank.rows = [
        row("2024-06-20", "-1.00", "a"),
        row("2024-07-20", "-2.00", "standing order"),
        pending("2024-08-01", "-3.00", "hold")
      ]
      yield* account.read()
      assert.deepStrictEqual(account.lines, [
        "2024-06-20 -100 a",
        "pending 2024-07-20 -200 standing order",
        "pending 2024-08-01 -300 hold"
      ])
      yield* account.read("2024-07-02")
      assert.strictEqual(account.bank.asked.at(-1)?.window.from, "2024-06-06")
      yield* account.read("2024-07-21")
      assert.include(account.lines, "2024-07-20 -200 standing order")
    })
  )

  it.effect(
    "17: what waits for weeks without a day of its own is still pending where the bank lists by when it began",
    () =>
      Effect.gen(function* () {
        const account = new Account()
        const { bank } = account
        const { bookingDate: _, ...hold } = pending("", "-3.00", "hold")
        bank.answer = ({ window }) =>
          Effect.succeed(
            page([row("2024-07-19", "-1.00", "a"), ...("2024-07-01" >= window.from && !isOver ? [hold] : [])])
          )
        let isOver = true
        yield* account.read("2024-06-30")
        isOver = false
        for (const day of ["2024-07-02", "2024-07-05", "2024-07-18", "2024-07-20", "2024-07-23"]) {
          yield* account.read(day)
          assert.include(account.lines, "pending ? -300 hold", day)
        }
        isOver = true
        yield* account.read("2024-07-24")
        assert.deepStrictEqual(account.lines, ["2024-07-19 -100 a"])
        yield* account.read("2024-07-24")
        assert.strictEqual(bank.asked.at(-1)?.window.from, "2024-07-05")
      })
  )

  it.effect("18: an entry booked ten days back, and one sixty days back, are found", () =>
    Effect.gen(function* () {
      const account = new Account()
      account.bank.rows = [row("2024-06-29", "-1.00", "a")]
      yield* account.read()
      account.bank.rows = [
        ...account.bank.rows,
        row("2024-06-19", "-2.00", "late"),
        row("2024-05-01", "-3.00", "later")
      ]
      yield* account.read("2024-07-01")
      assert.strictEqual(account.lines.length, 2)
      yield* account.read("2024-07-07")
      assert.strictEqual(account.lines.length, 3)
    })
  )

  it.effect("19: the first day asked for does not creep, and history is asked for once", () =>
    Effect.gen(function* () {
      const account = new Account()
      account.bank.rows = [row("2024-06-29", "-1.00", "a")]
      const fresh = { ...grant, authorisedAt: `${today}T11:58:00.000Z` }
      yield* account.read(today, { grant: fresh, attended: true })
      assert.strictEqual(account.checkpoint?.floor, "2022-07-02")
      assert.strictEqual(account.bank.asked.at(-1)?.window.from, "2022-07-02")
      for (const day of ["2024-07-01", "2024-07-02", "2024-07-03"]) {
        const before = account.bank.asked.length
        yield* account.read(day, { grant: fresh })
        assert.strictEqual(account.bank.asked.length, before + 1)
        assert.strictEqual(account.bank.asked.at(-1)?.window.from, "2024-06-15")
      }
    })
  )

  it.effect("20: a walk in a circle, and one without an end, is incomplete and deletes nothing", () =>
    Effect.gen(function* () {
      const account = new Account()
      account.bank.rows = [row("2024-06-29", "-1.00", "a")]
      yield* account.read()
      for (const next of [() => "self", (call: number) => `page-${call}`]) {
        account.bank.answer = (_asked, call) =>
          Effect.succeed(page([row("2024-06-29", "-9.00", "again and again")], { next: next(call) }))
        yield* account.read("2024-07-01", { maxPages: 20 })
        assert.strictEqual(account.failure?.reason._tag, "UnexpectedResponse")
        assert.deepStrictEqual(account.lines, ["2024-06-29 -100 a"])
      }
    })
  )

  it.effect("20: a window that is too much for the bank is halved until it is not", () =>
    Effect.gen(function* () {
      const account = new Account()
      const { bank } = account
      bank.rows = Array.from({ length: 30 }, (_, index) =>
        row(`2024-06-${String(index + 1).padStart(2, "0")}`, "-1.00", `row ${index}`)
      )
      bank.answer = ({ window: { from, to = "9999" } }) => {
        const rows = bank.rows.filter(({ bookingDate = "" }) => bookingDate >= from && bookingDate <= to)
        return rows.length > 8 ? Effect.fail(new Refusal("too_much", "500")) : Effect.succeed(page(rows))
      }
      yield* account.read()
      assert.isUndefined(account.failure)
      assert.strictEqual(account.lines.length, 30)
    })
  )

  it.effect("20: what is pending in one piece of a window is not taken for what is pending in another", () =>
    Effect.gen(function* () {
      const account = new Account()
      const { bank } = account
      const holds = ["one", "one", "another"].map((text) => {
        const { bookingDate: _, ...hold } = pending("", "-2.80", text)
        return hold
      })
      const began = ["2024-06-29", "2024-06-29", "2024-04-20"]
      for (const listsAll of [false, true]) {
        bank.answer = ({ window: { from, to = "9999" } }) =>
          from < "2024-06-01" && to > "2024-06-29"
            ? Effect.fail(new Refusal("too_much", "500"))
            : Effect.succeed(
                page(
                  holds.filter((_, index) => listsAll || ((began[index] ?? "") >= from && (began[index] ?? "") <= to))
                )
              )
        yield* account.read()
        assert.deepStrictEqual(account.lines, ["pending ? -280 another", "pending ? -280 one", "pending ? -280 one"])
        account.checkpoint = undefined
      }
    })
  )

  it.effect("20: a bank that fails for everything is unavailable after a few calls", () =>
    Effect.gen(function* () {
      const account = new Account()
      account.bank.answer = () => Effect.fail(new Refusal("too_much", "500"))
      yield* account.read()
      assert.strictEqual(account.failure?.reason._tag, "ProviderUnavailable")
      assert.isAtMost(account.bank.asked.length, 3)
    })
  )

  it.effect("20: a period that begins too early is shortened and told, and nobody is asked to consent again", () =>
    Effect.gen(function* () {
      const account = new Account()
      const { bank } = account
      bank.rows = [row("2024-06-25", "-1.00", "a")]
      bank.answer = ({ window }) =>
        window.from < "2024-05-31"
          ? Effect.fail(new Refusal("too_old", "PERIOD_INVALID"))
          : Effect.succeed(page(bank.rows))
      yield* account.read()
      assert.isUndefined(account.failure)
      assert.strictEqual(account.lines.length, 1)
      assert.isAbove(account.drift.length, 0)
      // While the person is there and nobody counts the calls, all that is served is found.
      const attended = new Account()
      attended.bank.answer = bank.answer
      yield* attended.read(today, { attended: true })
      const served = attended.bank.asked.filter(({ window }) => window.from >= "2024-05-31")
      assert.include(
        served.map(({ window }) => window.from),
        "2024-05-31"
      )
    })
  )

  it.effect("20: days that fell out of reach in a long pause are a break, until they are read", () =>
    Effect.gen(function* () {
      const account = new Account()
      account.bank.rows = [row("2024-01-05", "-1.00", "a"), row("2024-02-20", "-2.00", "in the pause")]
      yield* account.read("2024-01-06")
      yield* account.read()
      assert.strictEqual(account.breaks("coverage").length, 1)
      yield* account.read("2024-07-01")
      assert.strictEqual(account.breaks("coverage").length, 1)
      yield* account.read("2024-07-02", { grant: { ...grant, authorisedAt: "2024-07-02T11:59:00.000Z" } })
      assert.deepStrictEqual(account.breaks("coverage"), [])
      assert.include(account.lines, "2024-02-20 -200 in the pause")
    })
  )

  it.effect("20: the bank's word for its last committed entry is held against what it showed", () =>
    Effect.gen(function* () {
      const account = new Account()
      const rows = [row("2024-06-25", "-1.00", "a", { entryReference: "E-1" })]
      account.bank.answer = () => Effect.succeed(page(rows, { lastCommitted: "E-1" }))
      yield* account.read()
      assert.deepStrictEqual(account.breaks("last_committed"), [])
      account.bank.answer = () => Effect.succeed(page(rows, { lastCommitted: "E-2" }))
      yield* account.read()
      assert.strictEqual(account.breaks("last_committed").length, 1)
    })
  )

  it.effect("21: rows of a status that never counts are no entries, and are counted by the bank's own word", () =>
    Effect.gen(function* () {
      const account = new Account()
      account.bank.answer = () =>
        Effect.succeed(page([], { skipped: new Map([["RJCT", 2]]), unknownFields: new Map([["$.x", 3]]) }))
      yield* account.read()
      assert.sameMembers(account.drift, ["status RJCT 2", "$.x 3"])
    })
  )

  it.effect("22: an exchange without the amount that was instructed is an entry like any other", () =>
    Effect.gen(function* () {
      const account = new Account()
      account.bank.rows = [row("2024-06-25", "-1.00", "a", { foreign: { amount: "", currency: "USD" } })]
      yield* account.read()
      assert.strictEqual(account.lines.length, 1)
    })
  )

  it.effect("24: on a card whose debits are quoted positive a purchase is a debit", () =>
    Effect.gen(function* () {
      const account = new Account()
      account.bank.rows = [row("2024-06-25", "12.50", "shop")]
      const card = grant.accounts.map((one) => ({ ...one, kind: "card" as const, debitsPositive: true }))
      yield* account.read(today, { grant: { ...grant, accounts: card } })
      assert.deepStrictEqual(account.lines, ["2024-06-25 -1250 shop"])
    })
  )

  it.effect("25: all pages are walked, and a row that two of them show is one row", () =>
    Effect.gen(function* () {
      const account = new Account()
      const rows = Array.from({ length: 25 }, (_, index) =>
        row(`2024-06-${String(index + 1).padStart(2, "0")}`, "-1.00", "same", {
          transactionId: `TX-${1000 + index}-${index}`
        })
      )
      account.bank.answer = ({ next = "0" }) => {
        const offset = Number(next)
        const more = offset + 10 < rows.length
        return Effect.succeed(
          page(rows.slice(Math.max(0, offset - 3), offset + 10), more ? { next: String(offset + 10) } : {})
        )
      }
      yield* account.read()
      assert.strictEqual(account.lines.length, 25)
    })
  )

  it.effect("25: a row is the same one where one page writes its amount as text and the next as a number", () =>
    Effect.gen(function* () {
      const account = new Account()
      const rows = Array.from({ length: 25 }, (_, index) => (asNumber: boolean) => ({
        ...row(`2024-06-${String(index + 1).padStart(2, "0")}`, "-1.50", "same"),
        amount: { amount: asNumber ? -1.5 : "-1.50", currency: "EUR" }
      }))
      account.bank.answer = ({ next = "0" }) => {
        const offset = Number(next)
        const shown = rows.slice(Math.max(0, offset - 2), offset + 5).map((spell, index) => spell(index % 2 === 0))
        return Effect.succeed(page(shown, offset + 5 < rows.length ? { next: String(offset + 5) } : {}))
      }
      yield* account.read()
      assert.strictEqual(account.lines.length, 25)
    })
  )

  it.effect("25: where neither id nor balance tells a repeated row from a twin, the day is read alone", () =>
    Effect.gen(function* () {
      const account = new Account()
      const { bank } = account
      const coffee = row("2024-06-20", "-2.80", "coffee")
      bank.rows = [row("2024-06-22", "-1.00", "a"), coffee, coffee, row("2024-06-18", "-3.00", "b")]
      bank.answer = ({ next, window }) =>
        window.from === window.to
          ? Effect.succeed(page(bank.rows.filter(({ bookingDate }) => bookingDate === window.from)))
          : Effect.succeed(next === undefined ? page(bank.rows.slice(0, 2), { next: "2" }) : page(bank.rows.slice(2)))
      yield* account.read()
      assert.strictEqual(account.lines.length, 4)
      assert.deepStrictEqual(bank.asked.at(-1)?.window, { from: "2024-06-20", to: "2024-06-20" })
    })
  )
})
