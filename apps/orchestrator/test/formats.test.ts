/** Every file this program knows, of all providers together: each is known by its header, and none is taken for another. */
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import { assert, describe, it } from "@effect/vitest"
import * as Csv from "@paymirror/connector-csv"
import { folder, importFile, lines, refusal } from "@paymirror/connector-testing/files"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Connectors from "../src/Connectors.ts"

const formats = (await Connectors.formats()).flat()
const live = Layer.provide(Csv.layer(formats), NodeFileSystem.layer)
const { write } = folder()

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

const statusOf: Readonly<Record<string, string>> = { "paypal-activity-de": "Abgeschlossen" }

describe("the files this program knows", () => {
  for (const format of formats.filter(({ provider }) => provider !== "cash-app")) {
    it.effect(`${format.id} is known by its header, whatever the order of its columns`, () =>
      Effect.gen(function* () {
        const named = Object.entries(format.columns).map(([field, names]) => [field, names[0] ?? ""] as const)
        const hasTime = named.some(([field]) => field === "time")
        const cell = (field: string): string => {
          if (field === "date" && hasTime) return "2024-05-17"
          return (field === "status" ? statusOf[format.id] : undefined) ?? values[field] ?? ""
        }
        for (const order of [named, named.toReversed()]) {
          const path = write(
            lines(order.map(([, name]) => name).join(","), order.map(([field]) => cell(field)).join(","))
          )
          const { accounts, entries } = yield* importFile(path, { market: "US" })
          assert.deepStrictEqual(
            accounts.map(({ provider }) => provider),
            [format.provider]
          )
          assert.deepStrictEqual(
            entries.map(({ amount, entryDate, status }) => [amount, entryDate, status]),
            [[{ amount: -1000, currency: format.currency ?? "EUR" }, "2024-05-17", "BOOKED"]]
          )
        }
      }).pipe(Effect.provide(live))
    )
  }

  it.effect(
    "of Cash App are two generations that only their first column tells apart, so it asks where neither leads",
    () =>
      Effect.gen(function* () {
        const rest = "Transaction Type,Currency,Amount,Fee,Net Amount,Status,Notes,Name of sender/receiver"
        const path = write(
          lines(
            `Account,Transaction ID,Date,${rest}`,
            "Your Cash,a1,2024-01-02 03:04:05 EST,P2P,USD,$1,$0,$1,COMPLETE,,A"
          )
        )
        assert.include((yield* refusal(path)).detail, "cash-app-v1 and cash-app-v2")
        assert.deepStrictEqual((yield* importFile(path, { format: "cash-app-v2" })).ids, ["cash-app:a1"])
      }).pipe(Effect.provide(live))
  )

  it.effect("are the nearest ones told of where a header is none of them", () =>
    Effect.gen(function* () {
      const header = "Type,Product,Started Date,Completed Date,Description,Betrag,Fee,Currency,State,Balance"
      assert.include((yield* refusal(write(lines(header, "a,b,c,d,e,f,g,h,i,j")))).detail, "revolut-en")
    }).pipe(Effect.provide(live))
  )

  it("have ids of their own, and say what they need", () => {
    assert.strictEqual(new Set(formats.map(({ id }) => id)).size, formats.length)
    for (const format of formats) assert.isAbove(Csv.columns(format).required.length, 4)
  })
})
