/**
 * A format of the user's own: a JSON file that names the columns of any other export. Everything a shipped format states
 * can be stated here, and what it leaves open has to be proven from the file just the same. A template's placeholder is
 * refused until it is filled in.
 */
import { Account, Balance, Card, Money, Purchase } from "@paymirror/core"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { type Field, fields } from "./Format.ts"

const Header = Schema.NonEmptyString

const columnsFields = Object.fromEntries(
  fields.filter((field) => field !== "id").map((field) => [field, Schema.optionalKey(Header)])
) as {
  readonly [F in Exclude<Field, "id">]: Schema.optionalKey<typeof Header>
}

export const Mapping = Schema.Struct({
  /** A name for the format, `klarna-orders`. */
  format: Schema.String.check(Schema.isPattern(/^[a-z][a-z0-9-]*$/)),
  provider: Schema.String.check(Schema.isPattern(/^[a-z][a-z0-9-]*$/)),
  providerName: Schema.optionalKey(Schema.NonEmptyString),
  legalEntity: Schema.optionalKey(Schema.NonEmptyString),
  market: Schema.optionalKey(Account.Market),
  stream: Schema.Literals(["purchases", "balance", "card"]),
  delimiter: Schema.optionalKey(Schema.Literals([",", ";", "\t"])),
  /** Header names by field; `id` may be several columns that are unique together. */
  columns: Schema.Struct({
    ...columnsFields,
    id: Schema.optionalKey(Schema.Union([Header, Schema.Array(Header)]))
  }),
  dateOrder: Schema.optionalKey(Schema.Literals(["mdy", "dmy", "ymd"])),
  decimal: Schema.optionalKey(Schema.Literals(["point", "comma"])),
  /** The currency of every row, where the file has no column for it. */
  currency: Schema.optionalKey(Money.Currency),
  /** Amounts are written from the provider's side: what the person pays is positive. */
  inverted: Schema.optionalKey(Schema.Boolean),
  /** The file's status words and what they mean in the model. */
  status: Schema.optionalKey(Schema.Record(Schema.String, Schema.String)),
  /** The status of rows that state none. */
  defaultStatus: Schema.optionalKey(Schema.String),
  /** The file's type words and what they mean in the model (balance only). */
  type: Schema.optionalKey(Schema.Record(Schema.String, Balance.BalanceEntryType))
})
export type Mapping = typeof Mapping.Type

const statusSchemas = {
  balance: Balance.EntryStatus,
  card: Card.CardTransactionStatus,
  purchases: Purchase.PurchaseStatus
}

const needed: Readonly<Record<Mapping["stream"], ReadonlyArray<Field>>> = {
  balance: ["date"],
  card: ["date"],
  purchases: ["id", "date", "merchant"]
}

/** The path of the first `<placeholder>` still in the file. */
const placeholder = (value: unknown, path: string): string | undefined => {
  if (typeof value === "string") return /^<.*>$/.test(value.trim()) ? path : undefined
  if (typeof value !== "object" || value === null) return undefined
  for (const [key, inner] of Object.entries(value)) {
    const here = path === "" ? key : `${path}.${key}`
    if (/^<.*>$/.test(key.trim())) return here
    const found = placeholder(inner, here)
    if (found !== undefined) return found
  }
  return undefined
}

const decode = Schema.decodeUnknownResult(Mapping, { errors: "all", onExcessProperty: "error" })

/** Reads a mapping file, or says what is wrong with which field. */
export const parse = (text: string): Result.Result<Mapping, string> => {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return Result.fail("it is not JSON")
  }
  const open = placeholder(json, "")
  if (open !== undefined)
    return Result.fail(`${open} still holds the template's placeholder; put in what your file says`)
  const mapping = decode(json)
  if (Result.isFailure(mapping)) return Result.fail(mapping.failure.message.replace(/\s*\n\s*/g, " "))
  const wrong = complain(mapping.success)
  return wrong === undefined ? Result.succeed(mapping.success) : Result.fail(wrong)
}

const complain = (mapping: Mapping): string | undefined => {
  const { columns, stream } = mapping
  for (const field of needed[stream]) {
    if (columns[field] === undefined) return `columns.${field} is missing; ${stream} cannot do without it`
  }
  if (columns.gross === undefined && columns.net === undefined)
    return "columns.gross or columns.net is missing; one holds the amount"
  if (columns.currency === undefined && mapping.currency === undefined) return "columns.currency or currency is missing"
  const isStatus = Schema.is(statusSchemas[stream])
  for (const [word, status] of Object.entries(mapping.status ?? {})) {
    if (!isStatus(status)) return `status.${word} is not one of ${statusSchemas[stream].literals.join(", ")}`
  }
  if (mapping.defaultStatus !== undefined && !isStatus(mapping.defaultStatus)) {
    return `defaultStatus is not one of ${statusSchemas[stream].literals.join(", ")}`
  }
  if (columns.status === undefined && mapping.defaultStatus === undefined && stream === "purchases") {
    return "columns.status or defaultStatus is missing; purchases cannot do without it"
  }
  return undefined
}
