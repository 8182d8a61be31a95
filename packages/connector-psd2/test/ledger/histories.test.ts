import { assert, describe, it } from "@effect/vitest"
import { Instant } from "@paymirror/core"
import { Mirror } from "@paymirror/connector-testing"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import { History, linesOf, truthOf } from "./histories.ts"
import { plain, Reader } from "./Reader.ts"

const histories = Number(process.env["HISTORIES"] ?? 300)
const first = Number(process.env["FIRST_HISTORY"] ?? 1)

const at = (day: string): number => Instant.toEpochMillis(`${day}T12:00:00.000Z`)

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
})
