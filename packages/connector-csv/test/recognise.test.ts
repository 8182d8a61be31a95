import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { columns, formats } from "../src/index.ts"
import { importFile, lines, live, refusal, write } from "./Files.ts"

/** One invented row per field, in whatever language the header is. */
const values: Readonly<Record<string, string>> = {
  id: "ID1",
  date: "2024-05-17 9:05:00",
  time: "9:05:00",
  zone: "UTC",
  completed: "2024-05-17 9:06:00",
  type: "zzz",
  status: "COMPLETED",
  product: "Current",
  currency: "EUR",
  gross: "-10.00",
  fee: "0.00",
  net: "-10.00",
  balance: "90.00",
  description: "tea",
  counterparty: "Tea House",
  account: "Your Cash",
  reference: "R1"
}

const header = (id: string): ReadonlyArray<readonly [field: string, name: string]> => {
  const format = formats.find((candidate) => candidate.id === id)
  const named = Object.entries(format?.columns ?? {}).map(([field, names]): readonly [string, string] => [
    field,
    names[0] ?? ""
  ])
  const first = named.filter(([field]) => field === format?.first)
  return [...first, ...named.filter((pair) => !first.includes(pair))]
}

describe("recognising a file", () => {
  for (const { id } of formats.filter(({ provider }) => provider !== "cash-app")) {
    it.effect(`knows ${id} by its header, whatever the order of its columns`, () =>
      Effect.gen(function* () {
        const named = header(id)
        const status: Readonly<Record<string, string>> = { "paypal-activity-de": "Abgeschlossen" }
        const cell = (field: string): string =>
          field === "date" && named.some(([other]) => other === "time")
            ? "2024-05-17"
            : field === "status"
              ? (status[id] ?? "COMPLETED")
              : (values[field] ?? "")
        for (const order of [named, named.toReversed()]) {
          const path = write(
            lines(order.map(([, name]) => name).join(","), order.map(([field]) => cell(field)).join(","))
          )
          const file = yield* importFile(path)
          assert.deepStrictEqual(
            file.entries.map(({ amount }) => amount),
            [{ amount: -1000, currency: "EUR" }]
          )
          assert.strictEqual(file.entries[0]?.status, "BOOKED")
          assert.strictEqual(file.entries[0]?.entryDate, "2024-05-17")
        }
      }).pipe(Effect.provide(live))
    )
  }

  it.effect("tells Cash App's two generations apart by their first column", () =>
    Effect.gen(function* () {
      const rest =
        "Transaction Type,Currency,Amount,Fee,Net Amount,Asset Type,Asset Price,Asset Amount,Status,Notes,Name of sender/receiver,Account"
      const row = "P2P,USD,$1,$0,$1,,,,COMPLETE,,A,Your Cash"
      const old = yield* importFile(write(lines(`Transaction ID,Date,${rest}`, `a1,2024-01-02 03:04:05 EST,${row}`)))
      const current = yield* importFile(
        write(lines(`Date,Transaction ID,${rest}`, `2024-01-02 03:04:05 EST,a1,${row}`))
      )
      assert.deepStrictEqual(old.ids, ["cash-app:a1"])
      assert.deepStrictEqual(current.ids, old.ids)
      assert.strictEqual(current.entries[0]?.createdAt, "2024-01-02T08:04:05.000Z")
    }).pipe(Effect.provide(live))
  )

  it.effect("asks which it is where two formats fit equally well", () =>
    Effect.gen(function* () {
      const path = write(
        lines(
          "Account,Transaction ID,Date,Transaction Type,Currency,Amount,Fee,Net Amount,Status,Notes,Name of sender/receiver",
          "Your Cash,a1,2024-01-02 03:04:05 EST,P2P,USD,$1,$0,$1,COMPLETE,,A"
        )
      )
      const { detail, hint } = yield* refusal(path)
      assert.include(detail, "cash-app-v1 and cash-app-v2")
      assert.include(hint, "format")
      assert.deepStrictEqual((yield* importFile(path, { format: "cash-app-v2" })).ids, ["cash-app:a1"])
    }).pipe(Effect.provide(live))
  )

  it.effect("accepts Revolut's Portuguese spellings", () =>
    Effect.gen(function* () {
      const file = yield* importFile(
        write(
          lines(
            "Tipo,Produto,Data de início,Data de conclusão,Descrição,Montante,Taxa,Moeda,Estado,Saldo",
            "Câmbio,Atual,2024-01-01 10:00:00,2024-01-01 10:00:01,a,5.00,0.00,EUR,CONCLUÍDA,5.00"
          )
        )
      )
      assert.deepStrictEqual(
        file.entries.map(({ entryType, status }) => [entryType, status]),
        [["exchange", "BOOKED"]]
      )
    }).pipe(Effect.provide(live))
  )

  it.effect("refuses a header nobody knows with what it saw and the nearest format", () =>
    Effect.gen(function* () {
      const { detail, hint, line } = yield* refusal(
        write(
          lines(
            "Type,Product,Started Date,Completed Date,Description,Betrag,Fee,Currency,State,Balance",
            "a,b,c,d,e,f,g,h,i,j"
          )
        )
      )
      assert.include(detail, '"Started Date"')
      assert.include(detail, "revolut-en")
      assert.include(detail, 'without "Amount"')
      assert.include(detail, 'with "Betrag" besides')
      assert.include(hint, "mapping file")
      assert.strictEqual(line, 1)
      assert.include((yield* refusal(write(lines("a,b,c", "1,2,3")))).detail, "No known format shares a column")
    }).pipe(Effect.provide(live))
  )

  it.effect("refuses a column that is named twice", () =>
    Effect.gen(function* () {
      const { detail } = yield* refusal(
        write(
          lines("Type,Product,Started Date,Completed Date,Description,Amount,Amount,Fee,Currency,State,Balance", "")
        )
      )
      assert.include(detail, '"amount" twice')
    }).pipe(Effect.provide(live))
  )

  it.effect("takes the format the person names, and says what that format still lacks", () =>
    Effect.gen(function* () {
      const path = write(lines("Date,Payee", "2024-01-01,a"))
      assert.include((yield* refusal(path, { format: "n26-en" })).detail, 'without "Transaction type"')
      assert.include((yield* refusal(path, { format: "n26-xx" })).hint, "n26-en")
      assert.include((yield* refusal(path, { formt: "n26-en" })).hint, "dateOrder")
    }).pipe(Effect.provide(live))
  )

  it.effect("leaves the market out where neither the file nor the person says it", () =>
    Effect.gen(function* () {
      const path = write(
        lines(
          header("revolut-en")
            .map(([, name]) => name)
            .join(","),
          header("revolut-en")
            .map(([field]) => values[field])
            .join(",")
        )
      )
      assert.isUndefined((yield* importFile(path, { market: "" })).accounts[0]?.market)
      assert.include((yield* refusal(path, { market: "usa" })).detail, "market")
      const { accounts } = yield* importFile(path, { market: "LT", account: "joint" })
      assert.deepStrictEqual(accounts, [
        {
          provider: "revolut",
          identification: "csv:revolut:joint",
          currency: "EUR",
          market: "LT",
          legalEntity: "Revolut",
          status: "OPEN",
          displayName: "Revolut EUR (joint)"
        }
      ])
    }).pipe(Effect.provide(live))
  )

  it("lists what every format needs, for help", () => {
    assert.strictEqual(new Set(formats.map(({ id }) => id)).size, formats.length)
    for (const format of formats) assert.isAbove(columns(format).required.length, 5)
  })
})
