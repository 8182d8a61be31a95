import { assert, describe, it } from "@effect/vitest"
import { CalendarDate, Instant } from "@paymirror/core"
import { Mirror } from "@paymirror/connector-testing"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import { History, linesOf, truthOf } from "./histories.ts"
import { ModelBank, own } from "./ModelBank.ts"
import { NaiveReader } from "./naive.ts"
import { plain, Reader } from "./Reader.ts"

const histories = Number(process.env["HISTORIES"] ?? 300)
const first = Number(process.env["FIRST_HISTORY"] ?? 1)

const at = (day: string): number => Instant.toEpochMillis(`${day}T12:00:00.000Z`)

const virtues = { ids: "stable", pageSize: 1000, overlap: 0, heavy: undefined } as const

/** Lives one history through. What the mirror and the bank then say. */
export const live = (seed: number) =>
  Effect.gen(function* () {
    const history = new History(seed)
    const { bank, random } = history
    const reader = new Reader(bank.dialect, bank.habits.ids === "shifting" ? "none" : "transactionId")
    for (let steps = 4 + Math.floor(random() * 10); steps > 0; steps -= 1) {
      const step = history.next()
      yield* TestClock.setTime(at(history.today))
      if (step === "forget") reader.forget()
      if (step === "break_off" || step === "crash") {
        yield* reader.read({ keep: Math.floor(random() * 40), atomic: step === "crash" || !history.isRepeatable })
        continue
      }
      const { failure } = yield* reader.read()
      if (failure !== undefined) return yield* failure
      history.wasRead()
    }
    history.settle()
    yield* TestClock.setTime(at(history.today))
    const last = yield* reader.read()
    if (last.failure !== undefined) return yield* last.failure
    const before = Mirror.of(plain(last.events))
    const again = yield* reader.read()
    return {
      mirror: linesOf(reader.mirror.rows().values()),
      bank: truthOf(bank),
      quarantined: reader.mirror.quarantined().size,
      changed: Mirror.difference(before, Mirror.of(plain(last.events), plain(again.events))),
      habits: bank.habits
    }
  })

describe("a mirror of a bank", () => {
  it.effect(
    `equals the bank's own ledger after ${histories} random histories`,
    () =>
      Effect.gen(function* () {
        for (let seed = first; seed < first + histories; seed += 1) {
          const { bank, changed, habits, mirror, quarantined } = yield* live(seed)
          const what = `history ${seed} ${JSON.stringify(habits)}`
          assert.deepStrictEqual(mirror, bank, what)
          assert.strictEqual(quarantined, 0, what)
          assert.isUndefined(changed, `${what}: a second look says the same`)
        }
      }),
    Math.max(60_000, histories * 60)
  )

  it.effect.each(["content hash", "bare id", "clock watermark", "order only"] as const)(
    "is told from one that makes the mistake of: %s",
    (mistake) =>
      Effect.gen(function* () {
        let right = 0
        for (let seed = 1; seed <= 40; seed += 1) {
          const history = new History(seed)
          // On a bank with every virtue, so that it is the mistake that is found.
          const bank = new ModelBank({ ...history.bank.habits, ...virtues })
          for (const { day, minor, text } of history.bank.booked) bank.book(day, minor, text)
          const reader = new NaiveReader(bank, mistake, own)
          yield* reader.read(history.today)
          const day = CalendarDate.addDays(history.today, -3)
          const twin = bank.book(history.today, -350, "coffee")
          bank.book(history.today, -350, "coffee")
          yield* reader.read(history.today)
          bank.book(day, -1999, "late")
          if (seed % 2 === 0) bank.reissue()
          twin.text = "coffee *7"
          yield* reader.read(CalendarDate.addDays(history.today, 1))
          const mirror = linesOf(reader.mirror.rows().values())
          if (mirror.join("\n") === truthOf(bank).join("\n")) right += 1
        }
        assert.isBelow(right, 40)
      })
  )
})
