/** The files of real people, read where they lie beside the repository, and what is particular to this provider's. */
import { existsSync } from "node:fs"
import { resolve } from "node:path"
import { NodeFileSystem } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { folder, importFile, lines } from "@paymirror/connector-testing/files"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { layer } from "../src/file.ts"

const samples = resolve(import.meta.dirname, "../../../../shared/samples")
const live = Layer.provide(layer(), NodeFileSystem.layer)
const sum = (amounts: ReadonlyArray<{ readonly amount: { readonly amount: number } }>): number =>
  amounts.reduce((total, { amount }) => total + amount.amount, 0)

describe.skipIf(!existsSync(samples))("real exports (skipped where ../shared/samples is absent)", () => {
  it.effect("Revolut's seven rows chain, fees and unpadded hours included", () =>
    Effect.gen(function* () {
      const file = yield* importFile(`${samples}/revolut/en-2021-october.csv`)
      assert.strictEqual(file.entries.length, 7)
      assert.deepStrictEqual(file.breaks("balance-chain"), [])
      assert.strictEqual(file.entries[2]?.bookedDate, "2021-09-06")
      assert.strictEqual(file.entries[1]?.description, "company äöå")
      assert.strictEqual(sum(file.entries), 58_083 - 16_552 - 25_000)
    }).pipe(Effect.provide(live))
  )

  it.effect("a reverted Revolut row counts toward nothing and a charge is all fee", () =>
    Effect.gen(function* () {
      const file = yield* importFile(`${samples}/revolut/REFERENCE-ONLY.en-titlecase-sek-reverted-fee-cashback.csv`)
      assert.strictEqual(file.entries.length, 8)
      const reverted = file.entries.find(({ entryDate }) => entryDate === "2026-02-01")
      assert.strictEqual(reverted?.status, "REJECTED")
      const charge = file.entries.find(({ entryType }) => entryType === "fee")
      assert.deepStrictEqual(charge?.amount, { amount: -10_499, currency: "SEK" })
      assert.deepStrictEqual(charge?.fee, { amount: 10_499, currency: "SEK" })
    }).pipe(Effect.provide(live))
  )
})

describe("what is particular to Revolut's files", () => {
  const { write } = folder()

  it.effect("Portuguese has two spellings of a column", () =>
    Effect.gen(function* () {
      const { entries } = yield* importFile(
        write(
          lines(
            "Tipo,Produto,Data de início,Data de conclusão,Descrição,Montante,Taxa,Moeda,Estado,Saldo",
            "Câmbio,Atual,2024-01-01 10:00:00,2024-01-01 10:00:01,a,5.00,0.00,EUR,CONCLUÍDA,5.00"
          )
        )
      )
      assert.deepStrictEqual(
        entries.map(({ entryType, status }) => [entryType, status]),
        [["exchange", "BOOKED"]]
      )
    }).pipe(Effect.provide(live))
  )
})
