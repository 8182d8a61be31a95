/** `HISTORIES=10000` plays the full number, `SEED=123` one history alone. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Histories } from "./History.ts"

const count = Number(process.env["HISTORIES"] ?? 80)
const alone = process.env["SEED"]
const seeds = alone === undefined ? Array.from({ length: count }, (_, index) => index + 1) : [Number(alone)]
const perDatabase = 250

describe("after whatever happened", () => {
  it.effect(
    `the mirror is what the provider is, and its change log replays to it (${seeds.length} random histories)`,
    () =>
      Effect.gen(function* () {
        let played = 0
        for (let from = 0; from < seeds.length; from += perDatabase) {
          const histories = new Histories()
          const some = seeds.slice(from, from + perDatabase)
          yield* Effect.forEach(some, (seed) => histories.play(seed), { discard: true }).pipe(
            Effect.provide(histories.layer)
          )
          played += some.length
        }
        assert.strictEqual(played, seeds.length)
      }),
    900_000
  )
})
