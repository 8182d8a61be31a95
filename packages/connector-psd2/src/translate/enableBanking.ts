/**
 * Enable Banking's answers to entries, balances and accounts. Rows are read by hand, for there are many. What makes an
 * entry one (status, indicator, amount) must be there, or the row is set aside with the name of the field; dates may all
 * be missing, and then they are. Nothing is judged.
 */
import type { BankAccount, BankBalance, Entry, Indicator, Page } from "../Entry.ts"
import * as Api from "../Api/enableBanking.ts"
import * as Known from "../Known.ts"
import { accountOf, distinct, type Fields, inside, isFields, list, party, text, word, written } from "./Field.ts"
import { isoBalance } from "./isoBalance.ts"
import { page, type Spelling } from "./statements.ts"

const indicators: ReadonlyMap<unknown, Indicator> = new Map([
  ["CRDT", "credit"],
  ["DBIT", "debit"]
])

const day = /^\d{4}-\d{2}-\d{2}(?:T|$)/

/** The day as written; `false` where something else stands there. */
const dayOf = (value: unknown): string | undefined | false => {
  if (value === undefined || value === null || value === "") return undefined
  return typeof value === "string" && day.test(value) ? value.slice(0, 10) : false
}

const codeOf = (value: unknown): string | undefined => {
  if (!isFields(value)) return undefined
  const code = word(value["code"])
  const subCode = word(value["sub_code"])
  const both = code === undefined || subCode === undefined ? (code ?? subCode) : `${code}-${subCode}`
  return both ?? text(value["description"])
}

const partyOf = (who: unknown, account: unknown): Entry["creditor"] =>
  party(text(inside(who)["name"]), isFields(account) ? accountOf(account) : undefined)

const entryOf = (row: Fields, status: Entry["status"]): Entry | string => {
  const amount = written(row["transaction_amount"])
  if (amount === undefined) return "transaction_amount"
  const indicator = indicators.get(row["credit_debit_indicator"])
  if (indicator === undefined) return "credit_debit_indicator"
  const bookingDate = dayOf(row["booking_date"])
  if (bookingDate === false) return "booking_date"
  const valueDate = dayOf(row["value_date"])
  if (valueDate === false) return "value_date"
  const entryDate = dayOf(row["transaction_date"])
  if (entryDate === false) return "transaction_date"
  const instructed = written(inside(row["exchange_rate"])["instructed_amount"])
  return {
    status,
    transactionId: word(row["transaction_id"]),
    entryReference: word(row["entry_reference"]),
    amount,
    indicator,
    creditor: partyOf(row["creditor"], row["creditor_account"]),
    debtor: partyOf(row["debtor"], row["debtor_account"]),
    bookingDate,
    valueDate,
    entryDate,
    texts: distinct([
      ...list(row["remittance_information"]).map(text),
      text(row["note"]),
      word(row["reference_number"])
    ]),
    code: codeOf(row["bank_transaction_code"]),
    balanceAfter: written(row["balance_after_transaction"]),
    foreign: instructed !== undefined && instructed.currency !== amount.currency ? instructed : undefined,
    wire: row
  }
}

const spelling: Spelling = {
  knownOfEnvelope: Known.of(Api.Envelope.ast),
  knownOfRow: Known.of(Api.Transaction.ast),
  status: "status",
  id: "entry_reference",
  statuses: Api.statuses,
  entryOf
}

/** A page of transactions; `next` is the continuation key. Nothing where it is no such page. */
export const transactions = (body: unknown, statesPending = true): Page | undefined => {
  const whole = inside(body)
  const rows = whole["transactions"]
  if (!Array.isArray(rows)) return undefined
  return { ...page(spelling, whole, rows, statesPending), next: word(whole["continuation_key"]) }
}

const balanceOf = (row: Fields): BankBalance | undefined => {
  const amount = written(row["balance_amount"])
  const type = word(row["balance_type"])
  return amount === undefined || type === undefined
    ? undefined
    : { ...amount, type: isoBalance(type), at: word(row["last_change_date_time"]) ?? word(row["reference_date"]) }
}

/** The balances that can be read; nothing where it is no such answer or not one of them can. */
export const balances = (body: unknown): ReadonlyArray<BankBalance> | undefined => {
  const rows = inside(body)["balances"]
  if (!Array.isArray(rows)) return undefined
  const read = rows.map((row) => balanceOf(inside(row))).filter((one) => one !== undefined)
  return read.length === 0 && rows.length > 0 ? undefined : read
}

/** An account, found again by its hash; its `uid` is good for one session. Nothing where it cannot be reached or named. */
export const account = (value: unknown): BankAccount | undefined => {
  const row = inside(value)
  const resourceId = word(row["uid"])
  const identification = word(row["identification_hash"])
  const currency = word(row["currency"])
  return resourceId === undefined || identification === undefined || currency === undefined
    ? undefined
    : {
        resourceId,
        identification,
        currency,
        name: text(row["details"]) ?? text(row["product"]),
        kind: word(row["cash_account_type"]) === "CARD" ? "card" : "payment"
      }
}
