/** The wire of Berlin Group NextGenPSD2 1.3: accounts, balances, transactions and statuses, in its spelling. */
import { addDays, iso } from "@paymirror/connector-testing/simulator"
import type { Account, Bank } from "../Bank.ts"
import type { Consent, ConsentStatus } from "../Consents.ts"
import { decimal } from "../decimal.ts"
import type { Quirks } from "../Quirks.ts"
import { amountOf } from "../Row.ts"
import type { Row } from "../Row.ts"

export type Json = Readonly<Record<string, unknown>>

const statuses: Readonly<Record<ConsentStatus, string>> = {
  received: "received",
  valid: "valid",
  partially: "partiallyAuthorised",
  rejected: "rejected",
  expired: "expired",
  revoked: "revokedByPsu",
  terminated: "terminatedByTpp"
}

const upper = (text: string): string => text.replace(/([A-Z])/g, "_$1").toUpperCase()

export const statusOf = (consent: Consent, quirks: Quirks): string => {
  const status = quirks.unknownStatus ?? statuses[consent.status]
  return quirks.upperCaseStatuses ? upper(status) : status
}

export const scaStatusOf = (status: string, quirks: Quirks): string =>
  quirks.upperCaseStatuses ? upper(status) : status

export const link = (href: string): Json => ({ href })

export const reference = (account: Account): Json =>
  account.iban === undefined
    ? { maskedPan: account.maskedPan ?? account.id, currency: account.currency }
    : { iban: account.iban, currency: account.currency }

/** The balances a bank reports, as either version of the standard names them. */
export const balancesOf = (
  bank: Bank,
  account: Account,
  quirks: Quirks,
  debitsPositive = false
): ReadonlyArray<Json> => {
  const { clock } = bank
  const { available, booked, creditLine } = bank.balances(account.id)
  const turned = (minor: number): number => (debitsPositive ? -minor : minor)
  const balance = (balanceType: string, minor: number, more: Json = {}): Json => ({
    balanceAmount: amountOf(turned(minor), account.currency),
    balanceType,
    ...more
  })
  const ledger = bank.ledger(account.id)
  const last = ledger.at(-1)
  const today = ledger.filter(({ bookedOn }) => bookedOn === clock.today).reduce((sum, { amount }) => sum + amount, 0)
  const committed = quirks.lastCommitted && last !== undefined ? { lastCommittedTransaction: last.entryReference } : {}
  if (quirks.onlyExpected) return [balance("expected", booked, { referenceDate: clock.today })]
  const line = creditLine === 0 ? 100_000 : creditLine
  return [
    ...(quirks.creditLimitIncluded
      ? [balance("interimAvailable", available + line, { creditLimitIncluded: true })]
      : []),
    ...(quirks.twoInterimAvailable
      ? [balance("interimAvailable", booked - today, { referenceDate: addDays(clock.today, -1) })]
      : []),
    balance("interimAvailable", available, { referenceDate: clock.today }),
    balance("interimBooked", booked, { referenceDate: clock.today, lastChangeDateTime: iso(clock.now), ...committed }),
    balance("closingBooked", booked - today, { referenceDate: addDays(clock.today, -1) })
  ]
}

export const accountOf = (
  { bank, quirks }: { readonly bank: Bank; readonly quirks: Quirks },
  account: Account,
  resourceId: string,
  shown: {
    readonly balances: boolean
    readonly transactions: boolean
    readonly withBalance: boolean
    readonly owner: boolean
  }
): Json => {
  const card = account.kind === "card"
  const home = `/v1/${card ? "card-accounts" : "accounts"}/${resourceId}`
  return {
    resourceId,
    ...(card ? { maskedPan: account.maskedPan ?? account.id } : { iban: account.iban, bic: account.bic ?? bank.bic }),
    currency: account.currency,
    ...(account.name === undefined ? {} : { name: account.name }),
    ...(account.product === undefined ? {} : { product: account.product }),
    ...(shown.owner ? { ownerName: bank.customer(account.customer).name } : {}),
    ...(card
      ? { debitAccounting: true, creditLimit: amountOf(account.creditLine, account.currency) }
      : { cashAccountType: account.kind === "savings" ? "SVGS" : "CACC" }),
    status: "enabled",
    usage: "PRIV",
    ...(shown.withBalance && shown.balances ? { balances: balancesOf(bank, account, quirks, card) } : {}),
    _links: {
      ...(shown.balances ? { balances: link(`${home}/balances`) } : {}),
      ...(shown.transactions ? { transactions: link(`${home}/transactions`) } : {})
    }
  }
}

const remittanceOf = (text: string, { remittance }: Quirks): Json => {
  const array = { remittanceInformationUnstructuredArray: text.match(/.{1,140}/g) ?? [text] }
  const unstructured = { remittanceInformationUnstructured: text.slice(0, 140) }
  switch (remittance) {
    case "array":
      return array
    case "structured":
      return { remittanceInformationStructured: { reference: text.slice(0, 140), referenceType: "SCOR" } }
    case "both":
      return { ...unstructured, ...array }
    case "string":
      return unstructured
  }
}

export const transactionOf = (row: Row, quirks: Quirks): Json => {
  const { exchange, party } = row
  const account = party?.iban === undefined ? {} : { [`${party.side}Account`]: { iban: party.iban } }
  return {
    ...(row.transactionId === undefined ? {} : { transactionId: row.transactionId }),
    ...(row.entryReference === undefined ? {} : { entryReference: row.entryReference }),
    ...(row.endToEndId === undefined ? {} : { endToEndId: row.endToEndId }),
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
              quotationDate: exchange.on,
              ...(exchange.instructed === undefined ? {} : { instructedAmount: exchange.instructed })
            }
          ]
        }),
    ...(party === undefined ? {} : { [`${party.side}Name`]: party.name.slice(0, 70), ...account }),
    ...remittanceOf(row.text, quirks),
    ...(row.bankTransactionCode === undefined ? {} : { bankTransactionCode: row.bankTransactionCode }),
    ...(row.balanceAfter === undefined
      ? {}
      : { balanceAfterTransaction: { balanceAmount: row.balanceAfter, balanceType: "interimBooked" } }),
    ...(quirks.extraFields ? { merchantMood: "cheerful", nested: { unheardOf: [1, 2] } } : {})
  }
}

export const cardTransactionOf = (row: Row, account: Account, quirks: Quirks): Json => ({
  ...(row.transactionId === undefined ? {} : { cardTransactionId: row.transactionId.slice(0, 35) }),
  transactionDate: row.entry.bookedOn ?? iso(row.entry.at).slice(0, 10),
  ...(row.bookingDate === undefined ? {} : { bookingDate: row.bookingDate }),
  transactionAmount: row.amount,
  ...(row.entry.foreign === undefined
    ? {}
    : {
        originalAmount: {
          currency: row.entry.foreign.currency,
          amount: decimal(-row.entry.foreign.amount, row.entry.foreign.currency)
        }
      }),
  ...(row.entry.mcc === undefined ? {} : { merchantCategoryCode: row.entry.mcc }),
  ...(account.maskedPan === undefined ? {} : { maskedPAN: account.maskedPan }),
  transactionDetails: row.text,
  invoiced: false,
  ...(quirks.extraFields ? { merchantMood: "cheerful" } : {})
})
