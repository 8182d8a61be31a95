/** A real export that nobody documents, looked at where they lie beside the repository. */
import { existsSync } from "node:fs"
import { resolve } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { live, refusal } from "./Files.ts"

const samples = resolve(import.meta.dirname, "../../../../shared/samples")

describe.skipIf(!existsSync(samples))("real exports (skipped where ../shared/samples is absent)", () => {
  it.effect("an export nobody documents is refused, never guessed at", () =>
    Effect.gen(function* () {
      const { detail, hint } = yield* refusal(`${samples}/klarna/REFERENCE-ONLY.unofficial-purchases-export-se.csv`)
      assert.include(detail, '"merchant"')
      assert.include(hint, "mapping file")
    }).pipe(Effect.provide(live))
  )
})
