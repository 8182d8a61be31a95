/** What each row of Chime's becomes, told as a person would notice it; every one also satisfies the model's own schema. */
import { readFileSync } from "node:fs"
import { assert, it } from "@effect/vitest"
import { Row } from "@paymirror/core"
import type { Translation } from "@paymirror/session/translation"
import * as Schema from "effect/Schema"
import * as Api from "../src/Api.ts"
import { provider } from "../src/read.ts"
import { balance, transaction } from "../src/translate.ts"

const fixture: { readonly transactions: unknown } = JSON.parse(
  readFileSync(new URL("fixtures/transactions.json", import.meta.url), "utf8")
)

const rowsOf = (translations: ReadonlyArray<Translation>) =>
  translations.flatMap((translation) => {
    if ("_tag" in translation) return assert.fail(`refused at ${translation.path}`)
    const upserts = translation.flatMap((event) => (event._tag === "Upsert" ? [event] : []))
    for (const { row, stream } of upserts) {
      Schema.decodeUnknownSync(Row.schemas[stream])(row, { onExcessProperty: "error" })
    }
    return upserts
  })

const transactions = Schema.decodeUnknownSync(Schema.Array(Api.Transaction))(fixture.transactions)
const told = rowsOf(transactions.map(transaction))
const entries = told.flatMap(({ row, stream }) => (stream === "balance" && row.rowType === "entry" ? [row] : []))
const cards = told.flatMap((each) => (each.stream === "card" ? [each] : []))

it("every transaction is an entry of its account, signed as the holder sees it, in Chime's own word for it", () => {
  assert.deepStrictEqual(
    entries.map(({ amount, entryType, providerType, status }) => [providerType, entryType, status, amount.amount]),
    [
      ["Deposit", "top_up", "BOOKED", 180_000],
      ["Purchase", "payment", "BOOKED", -2350],
      ["Round Up", "transfer", "BOOKED", -50],
      ["ATM Withdrawal", "withdrawal", "BOOKED", -6000],
      ["Fee", "fee", "BOOKED", -250],
      ["Purchase", "payment", "BOOKED", 500],
      ["Purchase", "payment", "PENDING", -890],
      ["Purchase", "payment", "REJECTED", -4000]
    ]
  )
})

it("a day stays the day Chime shows, and a move between two accounts keeps the name both sides have", () => {
  assert.deepInclude(entries[0], { entryDate: "2026-05-01", bookedDate: "2026-05-02" })
  assert.deepInclude(entries[2], { reference: "tr1", description: "To Savings" })
})

it("what the card paid is in the card's ledger too, under the same id", () => {
  assert.deepStrictEqual(
    cards.map(({ pending, row }) => [
      row.transactionId,
      row.status,
      row.amount.amount,
      pending,
      row.referenceTransactionId
    ]),
    [
      ["tx2", "POSTED", -2350, false, undefined],
      ["tx7", "POSTED", 500, false, "tx2"],
      ["tx8", "AUTHORIZATION", -890, true, undefined],
      ["tx9", "REVERSED", -4000, false, undefined]
    ]
  )
})

it("what is owed on Credit Builder is a balance below zero", () => {
  const stated = { balance: { amount_minor: -1500, currency: "USD", as_of: "2026-05-08T11:00:00Z" } }
  assert.deepStrictEqual(rowsOf([balance(Schema.decodeUnknownSync(Api.Balance)(stated))])[0]?.row, {
    rowType: "balance",
    balanceType: "interimBooked",
    amount: { amount: -1500, currency: "USD" }
  })
})

it("a type nobody has documented is kept as other and noted; a status refuses the row", () => {
  const [first] = transactions
  assert.isDefined(first)
  if (first === undefined) return
  const { balance: feed } = provider("spending").feeds
  assert.isObject(feed)
  const read = (row: object) => (typeof feed === "object" ? feed.events([row], "balance").events : [])
  const [entry, ...more] = read({ ...first, type: "Mobile Check" })
  assert.deepInclude(entry?._tag === "Upsert" ? entry.row : {}, { entryType: "other", providerType: "Mobile Check" })
  assert.deepInclude(more.at(-1), { kind: "unknown_value", path: "type" })
  const [aside] = read({ ...first, status: "hibernating" })
  assert.deepInclude(aside, { _tag: "Quarantined", reason: "status has a value that is not known" })
})
