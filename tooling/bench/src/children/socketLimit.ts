/**
 * The limit: `socketLimit <port> <page size> <rows> <database> [again [held]]`. The same pages by `JSON.parse` into the same rows by
 * hand, with no check of anything, through {@link LimitStore}. The next page is asked for before this one is stored;
 * `held`, all of them before the time starts.
 */
import { Agent, get } from "node:http"
import { type LimitRow, open } from "../LimitStore.ts"
import * as Measure from "../Measure.ts"
import * as Pace from "../Pace.ts"

const [port = "", size = "", count = "", filename = "", again, held] = process.argv.slice(3)
const rows = Number(count)

interface Wire {
  readonly purchases: ReadonlyArray<{
    readonly id: string
    readonly merchant: string
    readonly mcc: string
    readonly order_reference: string
    readonly amount_minor: number
    readonly currency: string
    readonly plan: string
    readonly purchased_at: string
    readonly installments: ReadonlyArray<{
      readonly number: number
      readonly due: string
      readonly amount_minor: number
      readonly state: string
    }>
    readonly updated_at: string
  }>
  readonly next_cursor: string
}

const agent = new Agent({ keepAlive: true, maxSockets: 1 })
const fetched = (cursor: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const path = `/consumer/v2/purchases?page_size=${size}${cursor === "" ? "" : `&updated_after=${cursor}`}`
    get({ host: "127.0.0.1", port, path, agent }, (response) => {
      const pieces: Array<Buffer> = []
      response.on("data", (piece: Buffer) => pieces.push(piece))
      response.on("end", () => resolve(Buffer.concat(pieces).toString()))
    }).on("error", reject)
  })

const millis = (instant: string): string => `${instant.slice(0, 19)}.000Z`

const rowsOf = ({ purchases }: Wire): ReadonlyArray<LimitRow> =>
  purchases.flatMap((wire): ReadonlyArray<LimitRow> => {
    const { currency, id } = wire
    const planId = `${id}:plan`
    const version = millis(wire.updated_at)
    const amount = { amount: wire.amount_minor, currency }
    const order = {
      purchaseId: id,
      merchantName: wire.merchant,
      amount,
      status: "OPEN",
      planId,
      merchantCategoryCode: wire.mcc,
      orderReference: wire.order_reference,
      purchasedAt: millis(wire.purchased_at)
    }
    const plan = {
      planId,
      purchaseId: id,
      planType: "pay_in_n",
      planNickname: wire.plan,
      merchantName: wire.merchant,
      amount,
      status: "ACTIVE",
      schedule: wire.installments.map((each) => ({
        installmentNumber: each.number,
        dueDate: each.due,
        amountDue: { amount: each.amount_minor, currency },
        state: each.state
      }))
    }
    const installments = wire.installments.map((each) => ({
      number: each.number,
      due: each.due,
      state: each.state,
      amount: each.amount_minor
    }))
    return [
      { key: `purchases\n${id}`, stream: "purchases", id, body: JSON.stringify(order), version },
      { key: `plans\n${planId}`, stream: "plans", id: planId, body: JSON.stringify(plan), version, installments }
    ]
  })

const store = open(filename, { stream: "purchases", currency: "USD", rank: 1, again: again !== undefined })
interface Page {
  readonly rows: ReadonlyArray<LimitRow>
  readonly cursor: string
}

/** The feed page by page; the next one is asked for before this one is given. */
async function* feed(): AsyncGenerator<Page> {
  let text = await fetched("")
  while (true) {
    const page = JSON.parse(text) as Wire
    if (page.purchases.length === 0) return
    const next = fetched(page.next_cursor)
    yield { rows: rowsOf(page), cursor: page.next_cursor }
    text = await next
  }
}

const kept: Array<Page> = []
if (held !== undefined) for await (const page of feed()) kept.push(page)
const pages = held === undefined ? feed() : kept
const watch = Measure.start(rows)
const pace = Pace.start(rows, Number(size))
let done = 0
let transactions = 0
for await (const page of pages) {
  store.page(page.rows, page.cursor)
  done += page.rows.length / 2
  if (store.transactions > transactions) pace.at(done)
  transactions = store.transactions
  watch.at(done)
}
store.end()
watch.stop({ rows, transactions: store.transactions, statements: store.statements, more: { ...pace.read() } })
store.close()
agent.destroy()
