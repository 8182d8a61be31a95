/**
 * Invented account files, written once before anything is measured: the 15 columns of a PayPal download and the ten of a
 * Revolut statement. Balances add up, so that no check of the connector has a break to spell out.
 */
import { closeSync, openSync, writeSync } from "node:fs"
import { scrambled } from "./Purchases.ts"

export type FileKind = "paypal" | "revolut"

const two = (value: number): string => String(value).padStart(2, "0")

const money = (minor: number): string =>
  `${minor < 0 ? "-" : ""}${Math.trunc(Math.abs(minor) / 100)}.${two(Math.abs(minor) % 100)}`

/** Seconds between two rows. */
const step = 97

const line = (kind: FileKind, n: number, amount: number, balance: number): string => {
  const at = new Date(Date.UTC(2020, 0, 13) + n * step * 1000)
  const [month, day] = [two(at.getUTCMonth() + 1), two(at.getUTCDate())]
  const time = `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())}`
  const year = at.getUTCFullYear()
  if (kind === "paypal") {
    const type = amount < 0 ? "Express Checkout Payment" : "General Card Deposit"
    const name = n % 10 === 0 ? `"Shop ${n % 500}, Inc."` : `Shop ${n % 500}`
    return `${month}/${day}/${year},${time},PST,${name},${type},Completed,USD,${money(amount)},0.00,${money(amount)},,,${money(balance)},${scrambled(n)},Item ${n}\n`
  }
  const type = amount < 0 ? "CARD_PAYMENT" : "TOPUP"
  const moment = `${year}-${month}-${day} ${time}`
  return `${type},Current,${moment},${moment},Shop ${n % 500},${money(amount)},0.00,EUR,COMPLETED,${money(balance)}\n`
}

const headers: Readonly<Record<FileKind, string>> = {
  paypal:
    "Date,Time,TimeZone,Name,Type,Status,Currency,Amount,Fees,Total,Exchange Rate,Receipt ID,Balance,Transaction ID,Item Title\n",
  revolut: "Type,Product,Started Date,Completed Date,Description,Amount,Fee,Currency,State,Balance\n"
}

/** Writes a file of so many rows. */
export const write = (path: string, kind: FileKind, rows: number): void => {
  const file = openSync(path, "w")
  let text = headers[kind]
  let balance = 0
  for (let n = 0; n < rows; n++) {
    const amount = n % 8 === 0 ? 70_000 : -(100 + ((n * 37) % 19_900))
    balance += amount
    text += line(kind, n, amount, balance)
    if (text.length < 1 << 20) continue
    writeSync(file, text)
    text = ""
  }
  writeSync(file, text)
  closeSync(file)
}
