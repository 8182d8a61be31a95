/**
 * A transaction report of NextGenPSD2 1.3 in the connector's words, also of card accounts. Signs, ids and dates are passed
 * on as they came; whether a row can be believed is for the ledger to say.
 */
import type { Entry, Indicator, Page } from "../Entry.ts"
import * as Api from "../Api/berlin.ts"
import * as Known from "../Known.ts"
import {
  accountOf,
  distinct,
  type Fields,
  foreignOf,
  inside,
  isFields,
  list,
  party,
  text,
  word,
  written
} from "./Field.ts"
import { type Asked, link, page, type RowShape } from "./Report.ts"

/** Not in the standard, but some banks send it, and then it is what the sign hangs on. */
const indicators: ReadonlyMap<string, Indicator> = new Map([
  ["CRDT", "credit"],
  ["CREDIT", "credit"],
  ["DBIT", "debit"],
  ["DEBIT", "debit"]
])

export const indicatorOf = (value: unknown): Indicator | undefined => {
  const said = word(value)
  return said === undefined ? undefined : indicators.get(said.toUpperCase())
}

/** A string, or `{reference}`. */
const structured = (value: unknown): string | undefined => text(value) ?? text(inside(value)["reference"])

/** Adds to what is said already: a row is read without a list for each field it does not have. */
const remit = (row: Fields, said: Array<string | undefined>): void => {
  said.push(text(row["remittanceInformationUnstructured"]))
  for (const each of list(row["remittanceInformationUnstructuredArray"])) said.push(text(each))
  said.push(structured(row["remittanceInformationStructured"]))
  for (const each of list(row["remittanceInformationStructuredArray"])) said.push(structured(each))
}

export const balanceAfterOf = (value: unknown): Entry["balanceAfter"] => {
  if (!isFields(value) || value["creditLimitIncluded"] === true) return undefined
  const amount = written(value["balanceAmount"])
  return amount === undefined ? undefined : { ...amount, indicator: indicatorOf(value["creditDebitIndicator"]) }
}

const readRow: RowShape["read"] = (row, status) => {
  const amount = written(row["transactionAmount"])
  if (amount === undefined) return "transactionAmount cannot be read"
  const details = list(row["entryDetails"])
  // A batch of one is that one; of several there is no single other side.
  const only = details.length === 1 ? inside(details[0]) : undefined
  const of = (name: string): unknown => row[name] ?? only?.[name]
  const said: Array<string | undefined> = []
  remit(row, said)
  for (const detail of details) remit(inside(detail), said)
  said.push(text(row["additionalInformation"]))
  return {
    status,
    transactionId: word(row["transactionId"]),
    entryReference: word(row["entryReference"]),
    amount,
    indicator: indicatorOf(row["creditDebitIndicator"]),
    creditor: party(text(of("creditorName")) ?? text(of("ultimateCreditor")), accountOf(of("creditorAccount"))),
    debtor: party(text(of("debtorName")) ?? text(of("ultimateDebtor")), accountOf(of("debtorAccount"))),
    bookingDate: word(row["bookingDate"]),
    valueDate: word(row["valueDate"]),
    texts: distinct(said),
    code: word(row["bankTransactionCode"]) ?? word(row["proprietaryBankTransactionCode"]),
    balanceAfter: balanceAfterOf(row["balanceAfterTransaction"]),
    foreign: foreignOf(of("currencyExchange"), amount.currency),
    wire: row
  }
}

const readCardRow: RowShape["read"] = (row, status) => {
  const amount = written(row["transactionAmount"])
  if (amount === undefined) return "transactionAmount cannot be read"
  const original = written(row["originalAmount"])
  return {
    status,
    transactionId: word(row["cardTransactionId"]),
    amount,
    indicator: indicatorOf(row["creditDebitIndicator"]),
    bookingDate: word(row["bookingDate"]),
    valueDate: word(row["valueDate"]),
    happenedAt: word(row["acceptorTransactionDateTime"]),
    texts: distinct([text(row["transactionDetails"])]),
    code: word(row["proprietaryBankTransactionCode"]),
    foreign: original?.currency === amount.currency ? undefined : original,
    wire: row
  }
}

const rows: RowShape = { read: readRow, known: Known.of(Api.Transaction.ast) }
const cardRows: RowShape = { read: readCardRow, known: Known.of(Api.CardTransaction.ast) }
const known = Known.of(Api.Report.ast)

/** A transaction report. `next` is the link as it was written. */
export const report = (body: unknown, asked: Asked = { pending: false }): Page => {
  const answer = inside(body)
  const unknownFields = new Map<string, number>()
  Known.count(known, body, "$.", (path) => void unknownFields.set(path, (unknownFields.get(path) ?? 0) + 1))
  const isCard = isFields(answer["cardTransactions"])
  const lists = isCard ? answer["cardTransactions"] : answer["transactions"]
  return page({
    report: lists,
    rows: isCard ? cardRows : rows,
    balances: answer["balances"],
    asked,
    unknownFields,
    next: link(lists, "next") ?? link(body, "next")
  })
}
