/**
 * Histories longer than what is remembered: ids a bank counts anew every year, years read at once, and how far back a
 * read says it has come.
 */
import { assert, describe, it } from "@effect/vitest"
import { CalendarDate, type ReadEvent } from "@paymirror/core"
import { Mirror } from "@paymirror/connector-testing"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import * as Checkpoint from "../../src/Checkpoint.ts"
import type { Entry } from "../../src/Entry.ts"
import * as Agenda from "../../src/ledger/Agenda.ts"
import * as Pages from "../../src/ledger/Pages.ts"
import { settings as settingsOf } from "../../src/Options.ts"
import { Reading } from "../../src/Reading.ts"
import { Refusal } from "../../src/Refusal.ts"
import { linesOf } from "./histories.ts"
import { type Asking, type Event, grant, institution, lastCheckpoint, listen, plain } from "./Reader.ts"
import { page, row, Scripted } from "./Scripted.ts"

const at = (day: string) => TestClock.setTime(Date.parse(`${day}T12:00:00Z`))

/** Approved a moment ago, so that two years are shown. */
const approved = (day: string): Asking => ({ grant: { ...grant, authorisedAt: `${day}T11:59:00.000Z` } })

const reaches = (events: ReadonlyArray<Event>) =>
  events.flatMap((event) => (event._tag === "Reach" ? [event.from] : []))

describe("ids a bank counts anew every year", () => {
  const june = row("2023-06-10", "-10.00", "of one year", { transactionId: "TX-0000417" })
  const later = row("2024-06-10", "-10.00", "of the next", { transactionId: "TX-0000417" })
  const both = ["2023-06-10 -1000 of one year", "2024-06-10 -1000 of the next"]

  it.effect("name an entry of each, over reads a year apart", () =>
    Effect.gen(function* () {
      const bank = new Scripted()
      const mirror = Mirror.make()
      let checkpoint: Checkpoint.Checkpoint | undefined
      for (const [day, rows] of [
        ["2023-06-20", [june]],
        ["2023-09-10", [june]],
        ["2023-12-20", []],
        ["2024-03-20", []],
        ["2024-06-12", [later]],
        ["2024-06-20", [later]]
      ] as const) {
        yield* at(day)
        bank.rows = rows
        const { events, failure } = yield* listen(bank.dialect, {
          checkpoint,
          grant: { ...grant, authorisedAt: "2023-06-01T08:00:00.000Z" }
        })
        assert.isUndefined(failure)
        checkpoint = lastCheckpoint(events)
        mirror.apply(plain(events))
      }
      assert.deepStrictEqual(linesOf(mirror.rows().values()), both)
      assert.strictEqual(mirror.quarantined().size, 0)
    })
  )

  it.effect("name an entry of each, in one read of two years, and in every read of them again", () =>
    Effect.gen(function* () {
      yield* at("2024-06-20")
      const bank = new Scripted()
      bank.rows = [later, june]
      const first = yield* listen(bank.dialect, approved("2024-06-20"))
      const mirror = Mirror.of(plain(first.events))
      assert.deepStrictEqual(linesOf(mirror.rows().values()), both)
      for (const attended of [false, true]) {
        const again = yield* listen(bank.dialect, { ...approved("2024-06-20"), attended })
        assert.isUndefined(Mirror.difference(mirror, Mirror.of(plain(again.events))))
      }
    })
  )
})

describe("an id that comes back within a year", () => {
  it.effect("names two entries no more, however far apart they are and in however many pieces they are read", () =>
    Effect.gen(function* () {
      yield* at("2024-06-20")
      const bank = new Scripted()
      bank.rows = [
        row("2023-11-10", "-10.00", "one", { transactionId: "TX-0000417" }),
        row("2023-07-10", "-20.00", "another", { transactionId: "TX-0000417" }),
        row("2023-02-10", "-20.00", "a third", { transactionId: "TX-0000417" })
      ]
      for (const attended of [false, true]) {
        const { events } = yield* listen(bank.dialect, { ...approved("2024-06-20"), attended })
        const mirror = Mirror.of(plain(events))
        assert.deepStrictEqual(
          linesOf(mirror.rows().values()),
          ["2023-02-10 -2000 a third", "2023-07-10 -2000 another", "2023-11-10 -1000 one"],
          attended ? "in pieces" : "at once"
        )
      }
    })
  )
})

describe("a history of years, read at once", () => {
  const today = "2024-06-20"
  const perDay = 3
  const entriesOf = (days: number): Array<Entry> =>
    Array.from({ length: days * perDay }, (_, index) =>
      row(CalendarDate.addDays(today, -Math.floor(index / perDay)), `-${1 + (index % 7)}.00`, `shop ${index % 5}`, {
        transactionId: `TX-${String(1_000_000 - index)}`
      })
    )
  const shown = (entries: ReadonlyArray<Entry>) =>
    entries
      .map(({ amount, bookingDate, texts }) => `${bookingDate} ${Number(amount.amount) * 100} ${texts[0]}`)
      .toSorted()

  /** Reads as `read` does, and looks at what is remembered after each window. */
  const readAll = (entries: ReadonlyArray<Entry>, fresh: boolean) => {
    const settings = settingsOf({ institution })
    const place = Checkpoint.open(undefined, CalendarDate.addDays(today, -729))
    const [granted] = grant.accounts
    if (granted === undefined) return assert.fail("no account")
    const reading = new Reading(settings, granted, place, { today, fresh, attended: true })
    const events: Array<ReadEvent.ReadEvent<Checkpoint.Checkpoint>> = []
    let most = 0
    while (!reading.agenda.isDone) {
      const task: Agenda.Task = reading.agenda.next
      const inside = entries.filter(
        ({ bookingDate = "" }) => bookingDate >= task.from && bookingDate <= (task.to ?? "9999-12-31")
      )
      events.push(...reading.take(task, Pages.join([page(inside)], reading.recognising, false)))
      most = Math.max(most, place.ledger.known.length)
    }
    return { events, most }
  }

  it("keeps no more in memory than a short one, and ends in the bank's own rows", () => {
    const entries = entriesOf(730)
    const { events: few, most: short } = readAll(entries, false)
    const { events: all, most: long } = readAll(entries, true)
    assert.strictEqual(few.filter(({ _tag }) => _tag === "Upsert").length, 91 * perDay)
    assert.deepStrictEqual(linesOf(Mirror.of(plain(all)).rows().values()), shown(entries))
    // A hundred days are remembered, and some at the edge of the window that is being read.
    assert.isAtMost(short, 100 * perDay)
    assert.isAtMost(long, 135 * perDay)
  })
})

describe("how far back a read says it has come", () => {
  it.effect("is the window at first, two years right after the approval, and the overlap later", () =>
    Effect.gen(function* () {
      yield* at("2024-06-20")
      const bank = new Scripted()
      bank.rows = [row("2024-06-18", "-1.00", "a")]
      const first = yield* listen(bank.dialect)
      assert.strictEqual(reaches(first.events)[0], bank.asked[0]?.window.from)
      const again = yield* listen(bank.dialect, { checkpoint: lastCheckpoint(first.events) })
      assert.deepStrictEqual(reaches(again.events), ["2024-06-04"])
      const fresh = yield* listen(bank.dialect, approved("2024-06-20"))
      assert.deepStrictEqual(reaches(fresh.events), ["2022-06-22"])
    })
  )

  it.effect("is the day the bank served from, where that is later than what was asked for", () =>
    Effect.gen(function* () {
      yield* at("2024-06-20")
      const bank = new Scripted()
      const rows = [row("2024-06-18", "-1.00", "a")]
      bank.answer = ({ next }) =>
        Effect.succeed(
          next === undefined
            ? page(rows, { next: "2", servedFrom: "2024-05-01" })
            : page([], { servedFrom: "2024-05-01" })
        )
      assert.deepStrictEqual(reaches((yield* listen(bank.dialect)).events), ["2024-05-01"])
      bank.answer = () => Effect.succeed(page(rows, { servedFrom: "2020-01-01" }))
      const [asked] = reaches((yield* listen(bank.dialect)).events)
      assert.strictEqual(asked, bank.asked.at(-1)?.window.from)
    })
  )

  it.effect("is not said by a read that ended before all its windows were walked", () =>
    Effect.gen(function* () {
      yield* at("2024-06-20")
      const bank = new Scripted()
      bank.answer = ({ window }) =>
        window.to === undefined
          ? Effect.succeed(page([row("2024-06-18", "-1.00", "a")]))
          : Effect.fail(new Refusal("token", "401"))
      const { events, failure } = yield* listen(bank.dialect, approved("2024-06-20"))
      assert.isDefined(failure)
      assert.deepStrictEqual(reaches(events), [])
    })
  )
})
