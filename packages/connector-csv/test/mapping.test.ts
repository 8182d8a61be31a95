import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { Row } from "@paymirror/core"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { importFile, lines, live, refusal, write } from "./Files.ts"

const template = (name: string): Record<string, unknown> =>
  JSON.parse(readFileSync(new URL(`../templates/${name}.map.json`, import.meta.url), "utf8")) as Record<string, unknown>

const map = (content: unknown): string => write(JSON.stringify(content), "map.json")

const orders = {
  ...template("klarna-orders"),
  market: "US",
  columns: {
    id: "Order ID",
    date: "Order date",
    merchant: "Store",
    gross: "Total",
    currency: "Currency",
    status: "Status"
  },
  status: { Open: "OPEN", Completed: "COMPLETED", Refunded: "REFUNDED", Cancelled: "CANCELLED" }
}

const statement = {
  ...template("klarna-statement"),
  market: "US",
  columns: {
    id: "Reference",
    date: "Date",
    description: "Description",
    gross: "Amount",
    currency: "Currency",
    balance: "Balance"
  }
}

const ordersFile = lines(
  "Order ID,Order date,Store,Total,Currency,Payment option,Status",
  'p_1,06/08/2026,Tea House,"$1,049.99",USD,Pay in 4,Open',
  "p_2,06/18/2026,Cup & Co,$7.00,USD,Pay in full,Refunded",
  "p_3,06/19/2026,Cup & Co,$7.00,USD,Pay in full,Misplaced"
)

describe("a mapping of the user's own", () => {
  it.effect("reads an orders export into purchases under the order's own id", () =>
    Effect.gen(function* () {
      const file = yield* importFile(write(ordersFile), { map: map(orders), market: "" })
      assert.deepStrictEqual(
        file.accounts.map(({ provider, market, displayName }) => [provider, market, displayName]),
        [["klarna", "US", "Klarna USD"]]
      )
      assert.deepStrictEqual(file.purchases, [
        {
          purchaseId: "p_1",
          merchantName: "Tea House",
          amount: { amount: 104_999, currency: "USD" },
          status: "OPEN",
          purchaseDate: "2026-06-08"
        },
        {
          purchaseId: "p_2",
          merchantName: "Cup & Co",
          amount: { amount: 700, currency: "USD" },
          status: "REFUNDED",
          purchaseDate: "2026-06-18"
        }
      ])
      assert.deepStrictEqual(file.ids, ["p_1", "p_2"])
      assert.isTrue(file.purchases.every(Schema.is(Row.schemas.purchases)))
      assert.deepStrictEqual(
        file.only("Quarantined").map(({ locator, stream }) => [locator, stream]),
        [[{ line: 4, column: "Status" }, "purchases"]]
      )
    }).pipe(Effect.provide(live))
  )

  it.effect("reads a statement export into balance entries that chain", () =>
    Effect.gen(function* () {
      const file = yield* importFile(
        write(
          lines(
            "Reference,Date,Description,Amount,Currency,Balance",
            "r1,06/20/2026,Cashback,$5.00,USD,$5.00",
            "r2,06/21/2026,Payment,($2.50),USD,$2.00"
          )
        ),
        { map: map(statement) }
      )
      assert.deepStrictEqual(
        file.entries.map(({ entryId, amount, status }) => [entryId, amount.amount, status]),
        [
          ["r1", 500, "BOOKED"],
          ["r2", -250, "BOOKED"]
        ]
      )
      assert.deepStrictEqual(file.breaks("balance-chain"), [{ locator: { line: 3 }, expected: "2.50", actual: "2.00" }])
    }).pipe(Effect.provide(live))
  )

  it.effect("reads a card export, signs turned round, ids made of several columns or of none", () =>
    Effect.gen(function* () {
      const card = {
        format: "my-card",
        provider: "my-bank",
        market: "DE",
        stream: "card",
        delimiter: ";",
        currency: "EUR",
        inverted: true,
        decimal: "comma",
        dateOrder: "dmy",
        columns: { date: "Tag", merchant: "Wo", gross: "Betrag" }
      }
      const text = lines("Tag;Beleg;Wo;Betrag", "01.02.2024;7;Imbiss;1.234,50", "01.02.2024;8;Imbiss;1.234,50")
      const bare = yield* importFile(write(text), { map: map(card) })
      assert.deepStrictEqual(
        bare.cards.map(({ amount, status, transactionDate }) => [amount.amount, status, transactionDate]),
        [
          [-123_450, "POSTED", "2024-02-01"],
          [-123_450, "POSTED", "2024-02-01"]
        ]
      )
      assert.strictEqual(new Set(bare.ids).size, 2)
      const named = yield* importFile(write(text), {
        map: map({ ...card, columns: { ...card.columns, id: ["Tag", "Beleg"] } })
      })
      assert.deepStrictEqual(named.ids, ["01.02.2024:7", "01.02.2024:8"])
    }).pipe(Effect.provide(live))
  )

  it.effect("is refused while a template's placeholders stand in it, naming the first", () =>
    Effect.gen(function* () {
      for (const name of ["klarna-orders", "klarna-statement"]) {
        const { detail } = yield* refusal(write(ordersFile), { map: map(template(name)) })
        assert.include(detail, "market still holds the template's placeholder")
      }
      const { detail } = yield* refusal(write(ordersFile), {
        map: map({ ...orders, status: { "<word for a completed order>": "COMPLETED" } })
      })
      assert.include(detail, "status.<word for a completed order>")
    }).pipe(Effect.provide(live))
  )

  it.effect("is refused with the name of the field that is wrong", () =>
    Effect.gen(function* () {
      for (const [content, named] of [
        ["not json", "JSON"],
        [JSON.stringify({ ...orders, stream: "points" }), "stream"],
        [JSON.stringify({ ...orders, dateOrder: "ydm" }), "dateOrder"],
        [JSON.stringify({ ...orders, currency: "EURO" }), "currency"],
        [JSON.stringify({ ...orders, colums: {} }), "colums"],
        [JSON.stringify({ ...orders, columns: { ...orders.columns, merchant: 7 } }), "merchant"],
        [
          JSON.stringify({
            ...orders,
            columns: { id: "Order ID", date: "Order date", gross: "Total", currency: "Currency" }
          }),
          "columns.merchant"
        ],
        [
          JSON.stringify({ ...orders, columns: { id: "Order ID", date: "Order date", merchant: "Store" } }),
          "columns.gross"
        ],
        [JSON.stringify({ ...orders, status: { Open: "open" } }), "status.Open"],
        [JSON.stringify({ ...statement, type: { x: "gift" } }), "type"]
      ] as const) {
        const { detail } = yield* refusal(write(ordersFile), { map: write(content, "map.json") })
        assert.include(detail, named)
      }
      assert.include((yield* refusal(write(ordersFile), { map: "no/such/file.json" })).detail, "cannot be read")
    }).pipe(Effect.provide(live))
  )

  it.effect("is refused where the file has other columns, naming those that are missing", () =>
    Effect.gen(function* () {
      const { detail } = yield* refusal(write(ordersFile.replace("Store", "Shop").replace("Order ID", "Order")), {
        map: map(orders)
      })
      assert.include(detail, '"Store"')
      assert.include(detail, '"Order ID"')
    }).pipe(Effect.provide(live))
  )

  it.effect("names no path of the user's in its errors", () =>
    Effect.gen(function* () {
      const { detail, hint } = yield* refusal("home/anna/orders.csv", { map: map(orders) })
      assert.notInclude(detail + hint, "anna")
    }).pipe(Effect.provide(live))
  )
})
