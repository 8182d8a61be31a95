/**
 * The wire of Klarna's XS2A v2 (Berlin Group openFinance 2.x) where it differs from 1.3: names of fields, parties as
 * objects, remittance text as an array, references apart. What both have in common is `berlin/spell.ts`.
 */
import type { Account, Bank } from "../Bank.ts"
import { balancesOf } from "../berlin/spell.ts"
import type { Json } from "../berlin/spell.ts"
import type { Quirks } from "../Quirks.ts"
import type { Row } from "../Row.ts"

export const reference = ({ currency, iban }: Account): Json => ({ iban, currency })

export const accountOf = (
  { bank, quirks }: { readonly bank: Bank; readonly quirks: Quirks },
  account: Account,
  shown: {
    readonly resourceId: string
    readonly origin: string
    readonly balances: boolean
    readonly transactions: boolean
    readonly withBalance: boolean
    readonly owner: boolean
  }
): Json => {
  const home = `${shown.origin}/v2/accounts/${shown.resourceId}`
  return {
    resourceId: shown.resourceId,
    iban: account.iban,
    bic: account.bic ?? bank.bic,
    currency: account.currency,
    ...(account.name === undefined ? {} : { name: account.name }),
    ...(account.product === undefined ? {} : { product: account.product }),
    ...(shown.owner ? { ownerName: bank.customer(account.customer).name } : {}),
    cashAccountType: account.kind === "savings" ? "SVGS" : "CACC",
    status: "enabled",
    usage: "PRIV",
    ...(shown.withBalance && shown.balances ? { balances: balancesOf(bank, account, quirks) } : {}),
    _links: {
      ...(shown.balances ? { balances: { href: `${home}/balances` } } : {}),
      ...(shown.transactions ? { transactions: { href: `${home}/transactions` } } : {})
    }
  }
}

const remittanceOf = (text: string, { remittance }: Quirks): Json => {
  const parts = text.match(/.{1,140}/g) ?? [text]
  const structured = { remittanceInformationStructured: [{ reference: text.slice(0, 140), referenceType: "SCOR" }] }
  switch (remittance) {
    case "structured":
      return structured
    case "both":
      return { remittanceInformationUnstructured: parts, ...structured }
    case "array":
    case "string":
      return { remittanceInformationUnstructured: parts }
  }
}

export const transactionOf = (row: Row, quirks: Quirks): Json => {
  const { entry, exchange, party } = row
  const references = {
    ...(row.endToEndId === undefined ? {} : { endToEndId: row.endToEndId }),
    ...(entry.status === "booked" && quirks.absentIds === false
      ? { accountServicerReference: entry.entryReference }
      : {})
  }
  return {
    ...(row.transactionId === undefined ? {} : { transactionId: row.transactionId }),
    ...(row.entryReference === undefined ? {} : { entryReference: row.entryReference }),
    ...(Object.keys(references).length === 0 ? {} : { references }),
    ...(row.bookingDate === undefined ? {} : { bookingDate: row.bookingDate }),
    ...(row.valueDate === undefined ? {} : { valueDate: row.valueDate }),
    transactionAmount: row.amount,
    ...(exchange === undefined
      ? {}
      : {
          currencyExchange: [
            {
              sourceCurrency: exchange.source,
              exchangeRate: exchange.rate,
              unitCurrency: exchange.source,
              targetCurrency: exchange.target,
              quotationDate: exchange.on
            }
          ],
          ...(exchange.instructed === undefined ? {} : { amountDetails: { instructedAmount: exchange.instructed } })
        }),
    ...(party === undefined ? {} : { [party.side]: { name: party.name } }),
    ...(party?.iban === undefined ? {} : { [`${party.side}Account`]: { iban: party.iban } }),
    ...(entry.kind === "card"
      ? {
          cardTransaction: {
            tradeName: entry.counterparty?.name ?? entry.text,
            ...(entry.mcc === undefined ? {} : { merchantCategoryCode: entry.mcc })
          }
        }
      : {}),
    ...remittanceOf(row.text, quirks),
    ...(row.bankTransactionCode === undefined ? {} : { bankTransactionCode: row.bankTransactionCode }),
    ...(row.balanceAfter === undefined
      ? {}
      : { balanceAfterTransaction: { balanceAmount: row.balanceAfter, balanceType: "interimBooked" } }),
    ...(quirks.extraFields ? { merchantMood: "cheerful" } : {})
  }
}
