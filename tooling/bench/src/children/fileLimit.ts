/**
 * The limit: `fileLimit <kind> <path> <rows> <database>`. The file once through a splitter that knows quotes and nothing
 * else, into the same rows by hand, through {@link LimitStore}.
 */
import { createReadStream } from "node:fs"
import { type LimitRow, open } from "../LimitStore.ts"
import * as Measure from "../Measure.ts"
import { scrambled } from "../Purchases.ts"

const [kind = "", path = "", count = "", filename = ""] = process.argv.slice(3)
const rows = Number(count)

const split = (line: string): ReadonlyArray<string> => {
  if (!line.includes('"')) return line.split(",")
  const cells: Array<string> = []
  let cell = ""
  let quoted = false
  for (const letter of line) {
    if (letter === '"') quoted = !quoted
    else if (letter === "," && !quoted) {
      cells.push(cell)
      cell = ""
    } else cell += letter
  }
  cells.push(cell)
  return cells
}

const minor = (text: string): number => Math.round(Number(text) * 100)
const pacific = 8 * 3_600_000

const paypal = (cells: ReadonlyArray<string>): LimitRow => {
  const [day = "", time = "", , name, type = "", , currency = "", , , net = "", , , balance = "", id = "", item] = cells
  const date = `${day.slice(6)}-${day.slice(0, 2)}-${day.slice(3, 5)}`
  const entryId = `paypal:${id}:${type.toLowerCase().replaceAll(" ", "-")}:${date}T${time}:${currency}`
  const row = {
    rowType: "entry",
    entryId,
    entryType: type === "General Card Deposit" ? "top_up" : "payment",
    providerType: type,
    status: "BOOKED",
    amount: { amount: minor(net), currency },
    description: item,
    counterpartyName: name,
    createdAt: new Date(Date.parse(`${date}T${time}Z`) + pacific).toISOString(),
    entryDate: date,
    balanceAfter: { amount: minor(balance), currency }
  }
  return { key: `balance\n${entryId}`, stream: "balance", id: entryId, body: JSON.stringify(row), version: null }
}

let seen = 0

const revolut = (cells: ReadonlyArray<string>): LimitRow => {
  const [type, , started = "", completed = "", description, amount = "", , currency = "", , balance = ""] = cells
  seen += 1
  // As long as a fingerprint, and as scattered.
  const entryId = `revolut:${scrambled(seen)}fedcba-1`
  const row = {
    rowType: "entry",
    entryId,
    entryType: type === "TOPUP" ? "top_up" : "payment",
    providerType: type,
    status: "BOOKED",
    amount: { amount: minor(amount), currency },
    description,
    entryDate: started.slice(0, 10),
    bookedDate: completed.slice(0, 10),
    balanceAfter: { amount: minor(balance), currency }
  }
  return { key: `balance\n${entryId}`, stream: "balance", id: entryId, body: JSON.stringify(row), version: null }
}

const rowOf = kind === "paypal" ? paypal : revolut
const watch = Measure.start(rows)
const store = open(filename, { stream: "balance", currency: kind === "paypal" ? "USD" : "EUR", rank: 0, again: false })
let rest = ""
let header = true
let done = 0
for await (const piece of createReadStream(path, { encoding: "utf8", highWaterMark: 64 * 1024 })) {
  const lines = (rest + String(piece)).split("\n")
  rest = lines.pop() ?? ""
  if (header) lines.shift()
  header = false
  store.page(
    lines.map((line) => rowOf(split(line))),
    String(done)
  )
  done += lines.length
  watch.at(done)
}
store.end()
watch.stop({ rows, transactions: store.transactions, statements: store.statements })
store.close()
