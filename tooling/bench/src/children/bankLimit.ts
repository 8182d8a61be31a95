/**
 * The limit: `bankLimit <port> <page size> <rows> <database>`. The same pages of the same windows by `JSON.parse` into the
 * same rows by hand, with no check of anything, through {@link LimitStore}; a window is stored at once, and the next page
 * is asked for before this one is read.
 */
import { Agent, get } from "node:http"
import { type LimitRow, open } from "../LimitStore.ts"
import * as Measure from "../Measure.ts"
import { dayOf, windows } from "../Transactions.ts"

const [port = "", , count = "", filename = ""] = process.argv.slice(3)
const rows = Number(count)

interface Wire {
  readonly transactions: {
    readonly booked: ReadonlyArray<{
      readonly transactionId: string
      readonly bookingDate: string
      readonly transactionAmount: { readonly currency: string; readonly amount: string }
      readonly creditorName?: string
      readonly debtorName?: string
      readonly remittanceInformationUnstructured: string
      readonly bankTransactionCode: string
    }>
    readonly _links: { readonly next?: { readonly href: string } }
  }
}

const agent = new Agent({ keepAlive: true, maxSockets: 1 })
const fetched = (path: string): Promise<string> =>
  new Promise((resolve, reject) => {
    get({ host: "127.0.0.1", port, path, agent }, (response) => {
      const pieces: Array<Buffer> = []
      response.on("data", (piece: Buffer) => pieces.push(piece))
      response.on("end", () => resolve(Buffer.concat(pieces).toString()))
    }).on("error", reject)
  })

const rowOf = (wire: Wire["transactions"]["booked"][number]): LimitRow => {
  const { bankTransactionCode, bookingDate, transactionAmount, transactionId } = wire
  const id = `${transactionId}@${bookingDate.slice(0, 4)}`
  const body = {
    rowType: "entry",
    entryId: id,
    entryType: bankTransactionCode.startsWith("PMNT-RCDT") ? "transfer" : "payment",
    status: "BOOKED",
    amount: { amount: Math.round(Number(transactionAmount.amount) * 100), currency: transactionAmount.currency },
    providerType: bankTransactionCode,
    description: wire.remittanceInformationUnstructured,
    counterpartyName: wire.creditorName ?? wire.debtorName,
    bookedDate: bookingDate
  }
  return {
    key: `balance\n${id}`,
    stream: "balance",
    id,
    body: JSON.stringify(body),
    version: null
  }
}

const store = open(filename, { stream: "balance", currency: "EUR", rank: 1, again: false })
const watch = Measure.start(rows)
const today = Math.floor(Date.now() / 86_400_000)
let done = 0
for (const { from, to } of windows(today)) {
  const window: Array<LimitRow> = []
  let coming: Promise<string> | undefined = fetched(
    `/v1/accounts/a/transactions?bookingStatus=both&dateFrom=${dayOf(from)}&dateTo=${dayOf(to)}`
  )
  while (coming !== undefined) {
    const { transactions } = JSON.parse(await coming) as Wire
    const next = transactions._links.next?.href
    coming = next === undefined ? undefined : fetched(next)
    for (const wire of transactions.booked) window.push(rowOf(wire))
  }
  store.page(window, `${from}`)
  done += window.length
  watch.at(done)
}
store.end()
watch.stop({ rows, transactions: store.transactions, statements: store.statements })
store.close()
agent.destroy()
