/**
 * The minutes after an approval, in which some of a bank's machines do not know of it yet and answer 401 without a word:
 * that is neither a token that ran out nor the end of a consent, and is not taken for either.
 */
import { assert, describe, it } from "@effect/vitest"
import { host } from "@paymirror/sandbox/far"
import * as Effect from "effect/Effect"
import { open } from "./far/host.ts"

const { town } = await host()

describe("a bank that does not know of the approval yet", () => {
  for (const bank of ["nordbank-de", "alpenbank-at", "revolut-gb", "thames-gb"]) {
    it.live(`is an outage at ${bank}, and read when it knows`, () =>
      Effect.gen(function* () {
        const { read } = yield* open(bank)
        town.institution(bank).quirks.unauthorisedSeconds = 60
        const error = yield* Effect.flip(read)
        assert.strictEqual(error.reason._tag, "ProviderUnavailable")
        town.advance({ seconds: 61 })
        assert.isAbove((yield* read).filter(({ _tag }) => _tag === "Upsert").length, 10)
      }).pipe(Effect.scoped)
    )
  }

  it.live("is not one where the consent was withdrawn meanwhile", () =>
    Effect.gen(function* () {
      const { far, read } = yield* open("thames-gb")
      yield* far.revoke ?? Effect.void
      yield* far.expireAccess ?? Effect.void
      assert.strictEqual((yield* Effect.flip(read)).reason._tag, "ConsentRequired")
    }).pipe(Effect.scoped)
  )
})
