/** The files of real people, read where they lie beside the repository, and what is particular to this provider's. */
import { existsSync } from "node:fs"
import { resolve } from "node:path"
import { NodeFileSystem } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { importFile, link } from "@paymirror/connector-testing/files"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { layer } from "../src/index.ts"

const samples = resolve(import.meta.dirname, "../../../../shared/samples")
const live = Layer.provide(layer(), NodeFileSystem.layer)

describe.skipIf(!existsSync(samples))("real exports (skipped where ../shared/samples is absent)", () => {
  it.effect("N26 reads in German and English, foreign amounts beside the euros", () =>
    Effect.gen(function* () {
      const german = yield* importFile(`${samples}/n26/de-2017-10col.csv`)
      assert.deepStrictEqual(
        german.entries.map(({ amount, entryType }) => [amount.amount, entryType]),
        [[-5999, "payment"]]
      )
      const english = yield* importFile(`${samples}/n26/en-10col-with-category-and-fx.csv`)
      assert.strictEqual(english.entries.length, 4)
      assert.deepStrictEqual(english.entries[2]?.foreignAmount, { amount: 913, currency: "CHF" })
    }).pipe(Effect.provide(live))
  )

  it.effect("a header without rows is recognised, and is no account", () =>
    Effect.gen(function* () {
      const linked = yield* link(`${samples}/n26/de-10col-header-only.csv`)
      assert.deepStrictEqual([linked.found?.["format"], linked.found?.["rows"], linked.accounts], ["n26-de", 0, []])
    }).pipe(Effect.provide(live))
  )
})
