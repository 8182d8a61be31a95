/**
 * Random lives at the simulator: rows that are late, that wait for weeks, that share an id, more of them than a window may
 * hold, reads that are killed anywhere. In the end the mirror is the simulator's own ledger, row by row.
 */
import { assert, describe, it } from "@effect/vitest"
import { hour, minute, Random } from "@paymirror/connector-testing/simulator"
import { paypalReporting, Refused } from "@paymirror/sandbox"
import * as Effect from "effect/Effect"
import { Reader } from "./Reader.ts"

const histories = Number(process.env["HISTORIES"] ?? 15)
const first = Number(process.env["FIRST_HISTORY"] ?? 1)

const start = "2026-03-02T09:07:00Z"

/** What a row is, by PayPal's own rules: written down here once more, and not taken from the connector. */
const statusOf = (code: string, status: string): string => {
  if (status === "D") return "REJECTED"
  if (code.startsWith("T13")) return status === "P" ? "PENDING" : "REJECTED"
  return status === "P" && !/^T0[34]/.test(code) ? "PENDING" : "BOOKED"
}

const live = (seed: number) =>
  Effect.gen(function* () {
    const random = new Random(`paypal-reporting/${seed}`)
    const by = random.pick<"initiated" | "updated">(["initiated", "updated"])
    // Everything that settles at night changes in one second, so a window by that date cannot be cut as small.
    const most = by === "initiated" ? random.pick([10_000, 40, 9]) : random.pick([10_000, 60])
    const pageSize = random.pick([2, 5, 500])
    const side = paypalReporting({ seed, start, story: random.int(0, 1) === 1, by, most })
    const { acts, simulator } = side
    const { clock } = simulator
    const readers = [new Reader(side, { pageSize }), new Reader(side, { pageSize, currency: "EUR" })]
    const waiting: Array<string> = []
    const held: Array<string> = []
    const amount = (): number => random.int(1, 4_000)
    const can = (act: () => unknown): void => {
      try {
        act()
      } catch (refusal) {
        if (!(refusal instanceof Refused)) throw refusal
      }
    }
    const deeds = [
      () => acts.deposit("alex", amount() * 20),
      () => acts.withdraw("alex", amount()),
      () => acts.receive("alex", { from: "Robin Oakhurst", amount: amount() + 100, fee: random.int(0, 99) }),
      () => acts.send("alex", { to: "Larder Lane", amount: amount(), pending: random.int(0, 1) === 1 }),
      () => acts.convert("alex", { usd: amount(), eur: amount() }),
      () => waiting.push(acts.sendUnclaimed("alex", { to: "new@ember.example", amount: amount() })),
      () => acts.claim("alex", waiting.shift() ?? ""),
      () => held.push(acts.authorize("alex", { to: "Tallow Street", amount: amount() })),
      () => acts.capture("alex", held.shift() ?? ""),
      () => acts.deny("alex", waiting.pop() ?? ""),
      () => acts.refundUnlinked("alex", { from: "Bramble & Volt", amount: amount() })
    ] as const
    can(deeds[0])
    for (let steps = random.int(20, 60); steps > 0; steps -= 1) {
      const kind = random.int(0, 9)
      if (kind < 6) can(random.pick([deeds[0], ...deeds]))
      else if (kind === 6) simulator.advance(random.pick([1, 1, 2, 5, 12, 40]))
      else {
        const reader = random.pick([readers[0], ...readers] as [Reader, ...ReadonlyArray<Reader>])
        const breaksOff = random.int(0, 1) === 0 ? random.int(1, 120) : Infinity
        let heard = 0
        const busy = random.int(0, 2) === 0 ? random.int(1, 80) : Infinity
        const { error } = yield* reader.read(breaksOff, () => {
          heard += 1
          if (heard !== busy) return
          can(random.pick([deeds[0], ...deeds]))
          clock.moveTo(clock.now + hour)
        })
        if (error !== undefined) return yield* error
      }
      clock.moveTo(clock.now + random.int(1, 170) * minute)
    }
    clock.moveTo(clock.now + 4 * hour)
    for (const reader of readers) {
      const { error } = yield* reader.read()
      if (error !== undefined) return yield* error
    }
    return {
      mirrors: readers.map(({ lines }) => lines),
      truth: truthOf(side),
      what: `history ${seed} (by ${by}, at most ${most}, pages of ${pageSize})`
    }
  })

/** The simulator's ledger and balances, in the words of `Reader.lines`. */
const truthOf = (side: ReturnType<typeof paypalReporting>) =>
  (["USD", "EUR"] as const).map((currency) => {
    const rows = side.ledger("alex", currency)
    const entries = rows.map(({ amount, code, fee = 0, id, status }) => ({
      id,
      is: statusOf(code, status),
      net: amount - fee
    }))
    const booked = entries.reduce((sum, { is, net }) => sum + (is === "BOOKED" ? net : 0), 0)
    return [
      ...entries.map(({ id, is, net }) => `${id} ${is} ${net}`),
      `interimAvailable ${booked}`,
      `interimBooked ${booked}`
    ].toSorted()
  })

describe("a mirror over Transaction Search", () => {
  it.effect(
    `equals PayPal's own ledger after ${histories} random histories`,
    () =>
      Effect.gen(function* () {
        for (let seed = first; seed < first + histories; seed += 1) {
          const { mirrors, truth, what } = yield* live(seed)
          assert.deepStrictEqual(mirrors, truth, what)
        }
      }),
    Math.max(60_000, histories * 500)
  )
})
