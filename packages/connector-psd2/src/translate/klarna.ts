/**
 * openFinance 2 in the connector's words: parties are objects, remittance is a list, ids of the payment have moved into
 * `references`, a card purchase names its shop. Balances and accounts are spelled as in NextGenPSD2 1.3.
 */
import * as Api from "../Api/klarna.ts"
import type { Page } from "../Entry.ts"
import * as Known from "../Known.ts"
import { balanceAfterOf, indicatorOf } from "./berlin.ts"
import { accountOf, distinct, type Fields, foreignOf, inside, list, party, text, word, written } from "./Field.ts"
import { type Asked, link, page, type RowShape } from "./Report.ts"

const nameOf = (value: unknown): string | undefined => text(inside(value)["name"]) ?? text(value)

const textsOf = (value: unknown): ReadonlyArray<string | undefined> =>
  Array.isArray(value) ? value.map(text) : [text(value)]

const structured = (value: unknown): ReadonlyArray<string | undefined> =>
  (Array.isArray(value) ? value : [value]).map((each) => text(inside(each)["reference"]) ?? text(each))

const remittanceOf = (row: Fields): ReadonlyArray<string | undefined> => [
  ...textsOf(row["remittanceInformationUnstructured"]),
  ...structured(row["remittanceInformationStructured"])
]

const readRow: RowShape["read"] = (row, status) => {
  const amount = written(row["transactionAmount"])
  if (amount === undefined) return "transactionAmount cannot be read"
  const details = list(row["entryDetails"])
  const only = details.length === 1 ? inside(details[0]) : undefined
  const of = (name: string): unknown => row[name] ?? only?.[name]
  const card = inside(row["cardTransaction"])
  const original = written(inside(row["amountDetails"])["instructedAmount"]) ?? written(card["originalAmount"])
  return {
    status,
    transactionId: word(row["transactionId"]),
    entryReference: word(row["entryReference"]),
    amount,
    indicator: indicatorOf(row["creditDebitIndicator"]),
    creditor: party(nameOf(of("creditor")) ?? nameOf(of("ultimateCreditor")), accountOf(of("creditorAccount"))),
    debtor: party(nameOf(of("debtor")) ?? nameOf(of("ultimateDebtor")), accountOf(of("debtorAccount"))),
    bookingDate: word(row["bookingDate"]),
    valueDate: word(row["valueDate"]),
    happenedAt: word(card["transactionDateTime"]),
    texts: distinct([
      ...remittanceOf(row),
      ...details.flatMap((detail) => remittanceOf(inside(detail))),
      ...textsOf(row["additionalTransactionInformation"])
    ]),
    code: word(row["bankTransactionCode"]) ?? word(row["bankTransactionCodeProprietary"]),
    merchant: text(card["tradeName"]),
    balanceAfter: balanceAfterOf(row["balanceAfterTransaction"]),
    foreign:
      original !== undefined && original.currency !== amount.currency
        ? original
        : foreignOf(of("currencyExchange"), amount.currency),
    wire: row
  }
}

const rows: RowShape = { read: readRow, known: Known.of(Api.Transaction.ast) }
const known = Known.of(Api.Report.ast)

/** A transaction report. `next` is the link as it was written. */
export const report = (body: unknown, asked: Asked = { pending: false }): Page => {
  const answer = inside(body)
  const unknownFields = new Map<string, number>()
  Known.count(known, body, "$.", (path) => void unknownFields.set(path, (unknownFields.get(path) ?? 0) + 1))
  const { transactions } = answer
  return page({
    report: transactions,
    rows,
    balances: answer["balances"],
    asked,
    unknownFields,
    next: link(transactions, "next") ?? link(body, "next")
  })
}
