/**
 * What a fault does to the rows of a bank's own answer: there are none, the first one cannot be read, or it is of a kind
 * nobody knows. It knows where each dialect keeps its rows, works on a copy, and leaves every other answer alone. Fields
 * nobody knows are a quirk (`extraFields`), except in XML.
 */
import type { Drift, Fault } from "@paymirror/connector-testing/simulator"

type Json = Readonly<Record<string, unknown>>
type Rows = ReadonlyArray<unknown>

const isObject = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value)

/** Where entries stand: at Berlin Group banks, at the aggregator, at UK banks. */
const lists = ["booked", "pending", "transactions", "Transaction"]
const holders = ["transactions", "cardTransactions", "Data"]
const amounts = ["transactionAmount", "transaction_amount", "Amount"]
const statuses = ["status", "Status"]

const mapped = (body: Json, change: (rows: Rows, name: string) => Json): Json =>
  Object.fromEntries(
    Object.entries(body).flatMap(([name, value]): ReadonlyArray<readonly [string, unknown]> => {
      if (Array.isArray(value) && lists.includes(name)) return Object.entries(change(value, name))
      return [[name, holders.includes(name) && isObject(value) ? mapped(value, change) : value]]
    })
  )

const broken = (row: unknown): unknown => {
  const field = isObject(row) ? amounts.find((name) => name in row) : undefined
  return isObject(row) && field !== undefined ? { ...row, [field]: { malformed: true } } : row
}

/** In a status where the row has one; in another list, where lists are the statuses. */
const unheardOf = ([first, ...others]: Rows, name: string): Json => {
  const status = isObject(first) ? statuses.find((field) => field in first) : undefined
  if (isObject(first) && status !== undefined) return { [name]: [{ ...first, [status]: "TRNS" }, ...others] }
  return name === "booked" ? { [name]: others, inTransition: [first] } : { [name]: [first, ...others] }
}

const changes: Readonly<Partial<Record<Drift["change"], (rows: Rows, name: string) => Json>>> = {
  "malformed-row": ([first, ...others], name) => ({ [name]: [broken(first), ...others] }),
  "unknown-value": unheardOf
}

const xmlChanges: Readonly<Partial<Record<Drift["change"], (text: string) => string>>> = {
  "extra-fields": (text) => text.replaceAll("<Ntry>", "<Ntry><Mood>cheerful</Mood>"),
  "malformed-row": (text) => text.replace(/(<Ntry>.*?<Amt [^>]*>)[^<]*/s, "$1malformed"),
  "unknown-value": (text) => text.replace(/(<Ntry>.*?<Sts>)[^<]*/s, "$1TRNS")
}

/** The body as the fault leaves it. */
export const rowsSpoilt = (body: unknown, fault: Fault | undefined): unknown => {
  if (fault?.kind !== "empty-rows" && fault?.kind !== "drift") return body
  if (typeof body === "string") {
    if (fault.kind === "empty-rows") return body.replace(/<Ntry>.*<\/Ntry>/s, "")
    return xmlChanges[fault.change]?.(body) ?? body
  }
  if (!isObject(body)) return body
  if (fault.kind === "empty-rows") return mapped(body, (_, name) => ({ [name]: [] }))
  const change = changes[fault.change]
  return change === undefined
    ? body
    : mapped(body, (rows, name) => (rows.length === 0 ? { [name]: rows } : change(rows, name)))
}
