/**
 * UK Open Banking 3.1 and 4.0 to entries and balances. Rows are read by hand, for there are many: each field
 * once, nothing built that is not kept. What makes an entry one (status, indicator, amount) must be there, or the row is
 * set aside with the name of the field; all else may be missing. A day is the day as it is written, in whatever zone.
 */
import type { BankBalance, Entry, Indicator, Page, Party, Written } from "../Entry.ts"
import * as Api from "../Api/obie.ts"
import * as Known from "../Known.ts"
import { type Fields, inside, isFields, list, party, text, word, written } from "./Field.ts"
import { isBooked, isoBalance } from "./isoBalance.ts"
import { page, type Spelling } from "./statements.ts"

const indicators: ReadonlyMap<unknown, Indicator> = new Map([
  ["Credit", "credit"],
  ["Debit", "debit"],
  ["CRDT", "credit"],
  ["DBIT", "debit"]
])

const amountOf = (value: unknown): Written | undefined =>
  isFields(value) ? written({ amount: value["Amount"], currency: value["Currency"] }) : undefined

const day = /^\d{4}-\d{2}-\d{2}(?:[T ]|$)/

/** The day as written; `false` where something else stands there. */
const dayOf = (value: unknown): string | undefined | false => {
  if (value === undefined || value === null || value === "") return undefined
  return typeof value === "string" && day.test(value) ? value.slice(0, 10) : false
}

/** Banks whose books keep no time write midnight; that is no moment. */
const momentOf = (value: unknown): string | undefined =>
  typeof value === "string" && value.length > 10 && !/^.{10}.00:00(?::00(?:\.0+)?)?(?![:.]?\d)/.test(value)
    ? value
    : undefined

const partyOf = (account: unknown, ultimate: unknown): Party | undefined =>
  account === undefined && ultimate === undefined
    ? undefined
    : party(text(inside(ultimate)["Name"]) ?? text(inside(account)["Name"]), word(inside(account)["Identification"]))

const codeOf = (row: Fields): string | undefined => {
  const own = word(inside(row["ProprietaryBankTransactionCode"])["Code"])
  if (own !== undefined) return own
  const iso = inside(row["BankTransactionCode"])
  const code = word(iso["Code"])
  const subCode = word(iso["SubCode"])
  return code === undefined || subCode === undefined ? code : `${code}-${subCode}`
}

const balanceAfterOf = (value: unknown): Entry["balanceAfter"] => {
  if (!isFields(value)) return undefined
  const type = word(value["Type"])
  const amount = amountOf(value["Amount"])
  const indicator = indicators.get(value["CreditDebitIndicator"])
  return type !== undefined && amount !== undefined && indicator !== undefined && isBooked(isoBalance(type))
    ? { ...amount, indicator }
    : undefined
}

const foreignOf = (exchange: unknown, own: string): Written | undefined => {
  const instructed = isFields(exchange) ? amountOf(exchange["InstructedAmount"]) : undefined
  return instructed !== undefined && instructed.currency !== own ? instructed : undefined
}

const entryOf = (row: Fields, status: Entry["status"]): Entry | string => {
  const amount = amountOf(row["Amount"])
  if (amount === undefined) return "Amount"
  const indicator = indicators.get(row["CreditDebitIndicator"])
  if (indicator === undefined) return "CreditDebitIndicator"
  const bookingDate = dayOf(row["BookingDateTime"])
  if (bookingDate === false) return "BookingDateTime"
  const valueDate = dayOf(row["ValueDateTime"])
  if (valueDate === false) return "ValueDateTime"
  // The booking time of what is pending is a guess of the bank's.
  const supplement = inside(row["SupplementaryData"])
  const happenedAt =
    momentOf(supplement["StartedDate"]) ?? (status === "booked" ? momentOf(row["BookingDateTime"]) : undefined)
  return {
    status,
    transactionId: word(row["TransactionId"]),
    entryReference: word(row["TransactionReference"]),
    amount,
    indicator,
    creditor: partyOf(row["CreditorAccount"], row["UltimateCreditor"]),
    debtor: partyOf(row["DebtorAccount"], row["UltimateDebtor"]),
    bookingDate,
    valueDate,
    happenedAt,
    texts: [text(row["TransactionInformation"]), text(supplement["UserComments"])].filter((one) => one !== undefined),
    code: codeOf(row),
    merchant: text(inside(row["MerchantDetails"])["MerchantName"]),
    balanceAfter: balanceAfterOf(row["Balance"]),
    foreign: foreignOf(row["CurrencyExchange"], amount.currency),
    wire: row
  }
}

const spelling: Spelling = {
  knownOfEnvelope: Known.of(Api.Envelope.ast),
  knownOfRow: Known.of(Api.Transaction.ast),
  status: "Status",
  id: "TransactionId",
  statuses: Api.statuses,
  entryOf
}

export interface Transactions extends Page {
  /** The day before which the bank says it has nothing to serve. */
  readonly firstAvailable: string | undefined
}

/** A page of transactions; `next` is the address as the bank wrote it. Nothing where it is no such page. */
export const transactions = (body: unknown, statesPending = true): Transactions | undefined => {
  const whole = inside(body)
  const data = whole["Data"]
  if (!isFields(data)) return undefined
  const rows = data["Transaction"] ?? []
  if (!Array.isArray(rows)) return undefined
  const first = word(inside(whole["Meta"])["FirstAvailableDateTime"])
  return {
    ...page(spelling, whole, rows, statesPending),
    next: word(inside(whole["Links"])["Next"]),
    firstAvailable: first !== undefined && day.test(first) ? first.slice(0, 10) : undefined
  }
}

const balanceOf = (row: Fields): BankBalance | undefined => {
  const amount = amountOf(row["Amount"])
  const type = word(row["Type"])
  const indicator = indicators.get(row["CreditDebitIndicator"])
  if (amount === undefined || type === undefined || indicator === undefined) return undefined
  const creditLimitIncluded = list(row["CreditLine"]).some((line) => inside(line)["Included"] === true)
  return { ...amount, type: isoBalance(type), indicator, creditLimitIncluded, at: word(row["DateTime"]) }
}

/** The balances that can be read; nothing where it is no such answer or not one of them can. */
export const balances = (body: unknown): ReadonlyArray<BankBalance> | undefined => {
  const rows = inside(inside(body)["Data"])["Balance"]
  if (!Array.isArray(rows)) return undefined
  const read = rows.map((row) => balanceOf(inside(row))).filter((one) => one !== undefined)
  return read.length === 0 && rows.length > 0 ? undefined : read
}
