/** The downloaded files: the sandbox's own layout, the wire's ids and sums. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { emptyStory, Sandbox } from "../src/index.ts"
import { ask, signIn, walk } from "./reader.ts"

/** Cells of a CSV text, quotes and all. */
const cells = (csv: string): ReadonlyArray<ReadonlyArray<string>> =>
  csv
    .split("\r\n")
    .filter((line) => line !== "")
    .map((line) =>
      [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)]
        .map(([, cell = ""]) => (cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell))
        .slice(0, -1)
    )

const minor = (amount: string): number => Number(amount.replaceAll(/[$,.]/g, ""))

const sum = (numbers: ReadonlyArray<number>): number => numbers.reduce((total, number) => total + number, 0)

describe("an export", () => {
  it.effect("of orders has the ids and totals of the purchases feed", () =>
    Effect.gen(function* () {
      const sandbox = yield* Sandbox.make()
      const heard = yield* ask(`${sandbox.baseUrl}/_sandbox/people/alex/exports/orders.csv`)
      assert.include(heard.headers.get("content-type") ?? "", "text/csv")
      assert.strictEqual(heard.text, sandbox.exportOrders("alex"))
      const [header, ...orders] = cells(heard.text)
      assert.deepStrictEqual(header?.join(","), "Order ID,Order date,Store,Total,Currency,Payment option,Status")
      const { rows } = yield* walk(sandbox, yield* signIn(sandbox, "alex"), "purchases")
      const ids = rows.map((row) => row.id).toSorted()
      assert.deepStrictEqual(orders.map(([id = ""]) => id).toSorted(), ids)
      assert.strictEqual(
        sum(orders.map(([, , , total = ""]) => minor(total))),
        sum(rows.map((row) => Number(row["amount_minor"])))
      )
      const days = orders.map(([, day = ""]) => day)
      assert.isTrue(days.every((day) => /^\d{2}\/\d{2}\/\d{4}$/.test(day)))
      assert.strictEqual(days[0], "10/03/2025")
      assert.isTrue(orders.some(([, , , total]) => total === "$1,049.99"))
      assert.deepStrictEqual(new Set(orders.map((order) => order[6])).size, 4)
    })
  )

  it.effect("of orders ends with the day it is asked for", () =>
    Effect.gen(function* () {
      const sandbox = yield* Sandbox.make()
      const url = `${sandbox.baseUrl}/_sandbox/people/alex/exports/orders.csv?until=2025-11-30`
      const days = cells((yield* ask(url)).text).map(([, day]) => day)
      assert.strictEqual(days.length, 1 + 6)
      assert.strictEqual(days.at(-1), "11/30/2025")
    })
  )

  it.effect("of the statement adds up to the balance, line by line", () =>
    Effect.gen(function* () {
      const sandbox = yield* Sandbox.make()
      sandbox.world.topUp("alex", { amount: 999 })
      const heard = yield* ask(`${sandbox.baseUrl}/_sandbox/people/alex/exports/statement.csv`)
      const [header, ...lines] = cells(heard.text)
      assert.deepStrictEqual(header?.join(","), "Reference,Date,Description,Amount,Currency,Balance")
      let balance = 0
      for (const [, , , amount = "", , after = ""] of lines) {
        balance += minor(amount)
        assert.strictEqual(minor(after), balance)
      }
      assert.strictEqual(balance, sandbox.world.person("alex").balance.amount)
      const { rows } = yield* walk(sandbox, yield* signIn(sandbox, "alex"), "balance")
      const booked = rows.filter((row) => row["state"] === "booked").map((row) => row.id)
      assert.deepStrictEqual(
        lines.map(([id]) => id),
        booked
      )
    })
  )

  it.effect("quotes a store that has a comma or a quote in its name", () =>
    Effect.gen(function* () {
      const sandbox = yield* Sandbox.make({ story: emptyStory })
      sandbox.world.addPerson({ id: "kim", givenName: "Kim", familyName: "Testwell" })
      sandbox.world.shop("kim", { merchant: 'Nut, Bolt & "Sons"', amount: 5, plan: "pay_in_30" })
      const [, order] = cells(sandbox.exportOrders("kim"))
      assert.deepStrictEqual([order?.[2], order?.[3]], ['Nut, Bolt & "Sons"', "$0.05"])
    })
  )
})
