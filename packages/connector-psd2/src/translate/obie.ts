/**
 * UK Open Banking 3.1 and 4.0 to entries, balances and accounts. Rows are read by hand, for there are many: each field
 * once, nothing built that is not kept. What makes an entry one (status, indicator, amount) must be there, or the row is
 * set aside with the name of the field; all else may be missing. A day is the day as it is written, in whatever zone.
 */
import type { BankAccount, BankBalance, Entry, Indicator, Page, Party, Unreadable, Written } from "../Entry.ts"
import * as Api from "../Api/obie.ts"
import * as Json from "../Json.ts"
import * as Known from "../Known.ts"
import { isBooked, isoBalance } from "./isoBalance.ts"

const knownOfRow = Known.of(Api.Transaction.ast)
const knownOfEnvelope = Known.of(Api.Envelope.ast)

const indicators: ReadonlyMap<unknown, Indicator> = new Map([
  ["Credit", "credit"],
  ["Debit", "debit"],
  ["CRDT", "credit"],
  ["DBIT", "debit"]
])

const written = (value: Json.Json | undefined): Written | undefined => {
  const amount = value?.["Amount"]
  const currency = Json.text(value, "Currency")
  return (typeof amount === "string" || typeof amount === "number") && currency !== undefined
    ? { amount, currency }
    : undefined
}

const day = /^\d{4}-\d{2}-\d{2}(?:[T ]|$)/

/** The day as written; `false` where something else stands there. */
const dayOf = (row: Json.Json, field: string): string | undefined | false => {
  const value = row[field]
  if (value === undefined || value === null || value === "") return undefined
  return typeof value === "string" && day.test(value) ? value.slice(0, 10) : false
}

/** Banks whose books keep no time write midnight; that is no moment. */
const momentOf = (value: unknown): string | undefined =>
  typeof value === "string" && value.length > 10 && !/^.{10}.00:00(?::00(?:\.0+)?)?(?![:.]?\d)/.test(value)
    ? value
    : undefined

const partyOf = (account: Json.Json | undefined, ultimate: Json.Json | undefined): Party | undefined => {
  if (account === undefined && ultimate === undefined) return undefined
  const name = Json.text(ultimate, "Name") ?? Json.text(account, "Name")
  const identification = Json.text(account, "Identification")
  return name === undefined && identification === undefined ? undefined : { name, account: identification }
}

const codeOf = (row: Json.Json): string | undefined => {
  const own = Json.text(Json.inside(row, "ProprietaryBankTransactionCode"), "Code")
  if (own !== undefined) return own
  const iso = Json.inside(row, "BankTransactionCode")
  const code = Json.text(iso, "Code")
  const subCode = Json.text(iso, "SubCode")
  return code === undefined || subCode === undefined ? code : `${code}-${subCode}`
}

const balanceAfterOf = (row: Json.Json): Entry["balanceAfter"] => {
  const balance = Json.inside(row, "Balance")
  const type = Json.text(balance, "Type")
  const amount = written(Json.inside(balance, "Amount"))
  const indicator = indicators.get(balance?.["CreditDebitIndicator"])
  return type !== undefined && amount !== undefined && indicator !== undefined && isBooked(isoBalance(type))
    ? { ...amount, indicator }
    : undefined
}

const foreignOf = (row: Json.Json, own: string): Written | undefined => {
  const instructed = written(Json.inside(Json.inside(row, "CurrencyExchange"), "InstructedAmount"))
  return instructed !== undefined && instructed.currency !== own ? instructed : undefined
}

const textsOf = (row: Json.Json): ReadonlyArray<string> => {
  const information = Json.text(row, "TransactionInformation")
  const comment = Json.text(Json.inside(row, "SupplementaryData"), "UserComments")
  return [information, comment].filter((text) => text !== undefined)
}

const entryOf = (row: Json.Json, status: Entry["status"]): Entry | string => {
  const amount = written(Json.inside(row, "Amount"))
  if (amount === undefined) return "Amount"
  const indicator = indicators.get(row["CreditDebitIndicator"])
  if (indicator === undefined) return "CreditDebitIndicator"
  const bookingDate = dayOf(row, "BookingDateTime")
  if (bookingDate === false) return "BookingDateTime"
  const valueDate = dayOf(row, "ValueDateTime")
  if (valueDate === false) return "ValueDateTime"
  // The booking time of what is pending is a guess of the bank's.
  const happenedAt =
    momentOf(Json.inside(row, "SupplementaryData")?.["StartedDate"]) ??
    (status === "booked" ? momentOf(row["BookingDateTime"]) : undefined)
  return {
    status,
    transactionId: Json.text(row, "TransactionId"),
    entryReference: Json.text(row, "TransactionReference"),
    amount,
    indicator,
    creditor: partyOf(Json.inside(row, "CreditorAccount"), Json.inside(row, "UltimateCreditor")),
    debtor: partyOf(Json.inside(row, "DebtorAccount"), Json.inside(row, "UltimateDebtor")),
    bookingDate,
    valueDate,
    happenedAt,
    texts: textsOf(row),
    code: codeOf(row),
    merchant: Json.text(Json.inside(row, "MerchantDetails"), "MerchantName"),
    balanceAfter: balanceAfterOf(row),
    foreign: foreignOf(row, amount.currency),
    wire: row
  }
}

export interface Transactions extends Page {
  /** The day before which the bank says it has nothing to serve. */
  readonly firstAvailable: string | undefined
}

/** A page of transactions; `next` is the address as the bank wrote it. Nothing where it is no such page. */
export const transactions = (body: unknown, statesPending = true): Transactions | undefined => {
  const whole = Json.object(body)
  const data = Json.inside(whole, "Data")
  if (whole === undefined || data === undefined) return undefined
  const rows = data["Transaction"] === undefined || data["Transaction"] === null ? [] : Json.list(data, "Transaction")
  if (rows === undefined) return undefined
  const entries: Array<Entry> = []
  const unreadable: Array<Unreadable> = []
  const skipped = new Map<string, number>()
  const unknownFields = new Map<string, number>()
  const unknown = (path: string) => unknownFields.set(path, (unknownFields.get(path) ?? 0) + 1)
  Known.count(knownOfEnvelope, whole, "$.", unknown)
  for (const raw of rows) {
    Known.count(knownOfRow, raw, "", unknown)
    const row = Json.object(raw)
    if (row === undefined) {
      unreadable.push({ reason: "not an object", wire: raw })
      continue
    }
    const word = Json.text(row, "Status")
    const status = word === undefined ? undefined : Api.statuses.get(word)
    if (status === "skipped") {
      skipped.set(word ?? "", (skipped.get(word ?? "") ?? 0) + 1)
      continue
    }
    const entry = status === undefined ? "Status" : entryOf(row, status)
    if (typeof entry === "string") {
      unreadable.push({ reason: `cannot be read at ${entry}`, id: Json.text(row, "TransactionId"), wire: raw })
    } else {
      entries.push(entry)
    }
  }
  const first = Json.text(Json.inside(whole, "Meta"), "FirstAvailableDateTime")
  return {
    entries,
    unreadable,
    skipped,
    statesPending,
    unknownFields,
    next: Json.text(Json.inside(whole, "Links"), "Next"),
    firstAvailable: first !== undefined && day.test(first) ? first.slice(0, 10) : undefined
  }
}

/** The balances that can be read; nothing where it is no such answer or not one of them can. */
export const balances = (body: unknown): ReadonlyArray<BankBalance> | undefined => {
  const rows = Json.list(Json.inside(Json.object(body), "Data"), "Balance")
  const read = rows?.flatMap((raw): ReadonlyArray<BankBalance> => {
    const row = Json.object(raw)
    const amount = written(Json.inside(row, "Amount"))
    const type = Json.text(row, "Type")
    const indicator = indicators.get(row?.["CreditDebitIndicator"])
    if (amount === undefined || type === undefined || indicator === undefined) return []
    const lines = Json.list(row, "CreditLine") ?? []
    return [
      {
        ...amount,
        type: isoBalance(type),
        indicator,
        creditLimitIncluded: lines.some((line) => Json.object(line)?.["Included"] === true),
        at: Json.text(row, "DateTime")
      }
    ]
  })
  return read === undefined || (read.length === 0 && rows !== undefined && rows.length > 0) ? undefined : read
}

const schemes = ["iban", "sortcodeaccountnumber", "bban"]

const rankOf = (scheme: string): number => {
  const rank = schemes.indexOf((scheme.split(".").at(-1) ?? "").toLowerCase())
  return rank === -1 ? schemes.length : rank
}

/** IBAN before sort code and number before the bank's own; never one with digits masked, which others may share. */
const identificationOf = (row: Json.Json): string | undefined =>
  (Json.list(row, "Account") ?? [])
    .map((one) => Json.object(one))
    .map((one) => ({ scheme: Json.text(one, "SchemeName") ?? "", value: Json.text(one, "Identification") }))
    .filter(({ value }) => value !== undefined && !/[*]|x{4}/i.test(value))
    .toSorted((a, b) => rankOf(a.scheme) - rankOf(b.scheme))
    .map(({ value }) => value?.replace(/\s/g, ""))[0]

const isCard = (row: Json.Json): boolean =>
  /^(?:CARD|CreditCard|ChargeCard|PrePaidCard)$/i.test(
    Json.text(row, "AccountTypeCode") ?? Json.text(row, "AccountSubType") ?? ""
  )

/** An account as the bank lists it; 4.0 allows it to name no currency. */
export type ListedAccount = Omit<BankAccount, "currency"> & { readonly currency: string | undefined }

export interface Accounts {
  readonly accounts: ReadonlyArray<ListedAccount>
  readonly next: string | undefined
}

/** Accounts that are still accounts; nothing where it is no such answer. */
export const accounts = (body: unknown): Accounts | undefined => {
  const whole = Json.object(body)
  const data = Json.inside(whole, "Data")
  if (data === undefined) return undefined
  const found = (Json.list(data, "Account") ?? []).flatMap((raw): ReadonlyArray<ListedAccount> => {
    const row = Json.object(raw)
    const resourceId = Json.text(row, "AccountId")
    if (row === undefined || resourceId === undefined) return []
    return [
      {
        resourceId,
        identification: identificationOf(row) ?? resourceId,
        currency: Json.text(row, "Currency"),
        name: Json.text(row, "Nickname") ?? Json.text(row, "Description"),
        kind: isCard(row) ? "card" : "payment",
        status: Json.text(row, "Status")
      }
    ]
  })
  return { accounts: found, next: Json.text(Json.inside(whole, "Links"), "Next") }
}
