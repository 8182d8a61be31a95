/** Files damaged at random, from a fixed seed: each is refused whole or accounts for every one of its rows. */
import { assert, describe, it } from "@effect/vitest"
import { Row } from "@paymirror/core"
import * as Csv from "effect/encoding/Csv"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { importFile, lines, live, write } from "./Files.ts"

const random = (seed: number): (() => number) => {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0
    return (state >>> 0) / 4_294_967_296
  }
}

const bank = (next: () => number): string =>
  lines(
    "Type,Product,Started Date,Completed Date,Description,Amount,Fee,Currency,State,Balance",
    ...Array.from({ length: 12 }, (_, index) => {
      const at = `2024-03-${String(1 + (index % 28)).padStart(2, "0")} ${index}:15:00`
      return `Card Payment,Current,${at},${at},"Shop ${index}, ""x""",-${Math.floor(next() * 90)}.50,0.00,${index % 3 ? "EUR" : "SEK"},COMPLETED,${index}.00`
    })
  )

const app = (next: () => number): string =>
  lines(
    "Moment,Reference,Kind,Currency,Gross,Fee,Net,Asset,Outcome,Notes,Account",
    ...Array.from({ length: 12 }, (_, index) => {
      const kind = ["Card", "Sent", "Notice", "Deposit"][index % 4]
      const amount = kind === "Notice" ? "$0" : `-$${Math.floor(next() * 900)}`
      return `2024-03-${10 + index} 10:00:00 EST,id${index},${kind},USD,${amount},$0,${amount},,DONE,note ${index},Own`
    })
  )

const wallet = (next: () => number): string =>
  lines(
    "Date;Time;TimeZone;Name;Type;Status;Currency;Amount;Fees;Total;Exchange Rate;Receipt ID;Balance;Transaction ID;Item Title",
    ...Array.from({ length: 12 }, (_, index) => {
      const amount = `"-${1 + Math.floor(next() * 8)},0${index % 10}0.5${index % 10}"`
      return `03/${14 + index}/2024;9:00:00;PDT;Name ${index};General Payment;Completed;USD;${amount};0;${amount};;;0;TX${index};`
    })
  )

const scraps = [
  '"',
  '""',
  ",",
  ";",
  "\n",
  "\r\n",
  "\r",
  "\t",
  " ",
  "\u0000",
  "\u00a0",
  "\ufeff",
  "−",
  "(",
  ")",
  "$",
  "€",
  ".",
  "13/13/2024",
  "01/13/2024",
  "31/12/2024",
  "NaN",
  "1e9",
  "-",
  "PENDING",
  "EURO",
  "__proto__",
  "constructor",
  "é",
  "𝄞",
  ",,,,",
  "999999999999999999"
]

const damage = (text: string, next: () => number): Uint8Array => {
  let damaged = text
  const at = (): number => Math.floor(next() * (damaged.length + 1))
  for (let times = 1 + Math.floor(next() * 4); times > 0; times--) {
    const spot = at()
    const rows = damaged.split("\n")
    const row = 1 + Math.floor(next() * (rows.length - 1))
    switch (Math.floor(next() * 8)) {
      case 0:
        damaged = damaged.slice(0, spot) + (scraps[Math.floor(next() * scraps.length)] ?? "") + damaged.slice(spot)
        break
      case 1:
        damaged = damaged.slice(0, spot) + damaged.slice(spot + 1 + Math.floor(next() * 6))
        break
      case 2:
        damaged = rows.toSpliced(row, 0, rows[row] ?? "").join("\n")
        break
      case 3:
        damaged = rows.toSpliced(row, 1).join("\n")
        break
      case 4:
        damaged = rows
          .with(Math.min(row, rows.length - 1), (rows[row] ?? "").split(",").toReversed().join(","))
          .join("\n")
        break
      case 5:
        damaged = next() < 0.2 ? damaged.slice(0, spot) : damaged
        break
      case 6:
        damaged = damaged.replaceAll("\n", next() < 0.5 ? "\r\n" : "\n\n")
        break
      default: {
        const cells = (rows[row] ?? "").split(",")
        cells[Math.floor(next() * cells.length)] = scraps[Math.floor(next() * scraps.length)] ?? ""
        damaged = rows.with(Math.min(row, rows.length - 1), cells.join(",")).join("\n")
      }
    }
  }
  return next() < 0.15
    ? Uint8Array.from(damaged, (letter) => letter.charCodeAt(0) & 255)
    : new TextEncoder().encode(next() < 0.1 ? `\ufeff${damaged}` : damaged)
}

const decode = (bytes: Uint8Array): string => {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder("windows-1252").decode(bytes)
  }
}

/** Records after the header, counted without the connector. */
const records = (bytes: Uint8Array, delimiter: string) =>
  Stream.make(decode(bytes)).pipe(
    Stream.pipeThroughChannel(Csv.decodeString<never>({ delimiter })),
    Stream.runCollect,
    Effect.map((all) => {
      const header = all.findIndex((cells) => cells.some((cell) => cell.trim() !== ""))
      return all.length - header - 1
    })
  )

const schemas = { balance: Schema.is(Row.schemas.balance), card: Schema.is(Row.schemas.card) }

describe("damaged files", () => {
  for (const [name, make, delimiter, seeds] of [
    ["a bank", bank, ",", 100],
    ["an app with a card", app, ",", 100],
    ["a wallet", wallet, ";", 100]
  ] as const) {
    it.effect(`rows of ${name} in are rows kept, set aside and left out, or nothing is imported (${seeds} files)`, () =>
      Effect.gen(function* () {
        let accepted = 0
        for (let seed = 1; seed <= seeds; seed++) {
          const next = random(seed * 7919)
          const bytes = damage(make(next), next)
          const path = write(bytes)
          const result = yield* Effect.result(importFile(path))
          if (Result.isFailure(result)) {
            assert.strictEqual(result.failure.reason._tag, "UnsupportedFile", `seed ${seed}`)
            continue
          }
          accepted += 1
          const file = result.success
          const kept = file.only("Upsert")
          assert.strictEqual(
            kept.length + file.only("Quarantined").length + file.skipped,
            yield* records(bytes, delimiter),
            `seed ${seed}`
          )
          for (const { stream, id, row } of kept) {
            assert.isTrue(
              stream === "balance" ? schemas.balance(row) : stream === "card" && schemas.card(row),
              `seed ${seed}, ${id}`
            )
          }
          assert.deepStrictEqual((yield* importFile(path)).ids, file.ids, `seed ${seed}`)
        }
        assert.isAbove(accepted, seeds / 3)
      }).pipe(Effect.provide(live))
    )
  }
})
