/**
 * NextGenPSD2 1.3 in its own spelling, as far as account information goes: the paths, and what each answer may hold.
 * Whatever the standard or a bank leaves out may be absent or null; enumerations are open; fields beyond these pass.
 * Rows are not decoded by these schemas (see `translate/berlin.ts`): for them they say which fields are known.
 */
import * as Schema from "effect/Schema"

export const paths = {
  consents: "/v1/consents",
  accounts: "/v1/accounts",
  cardAccounts: "/v1/card-accounts"
} as const

/** Optional, whatever the standard says of it. */
export const maybe = <S extends Schema.Constraint>(schema: S) => Schema.optionalKey(Schema.NullOr(schema))

const Text = maybe(Schema.String)
const Number = Schema.Union([Schema.String, Schema.Finite])

export const Link = Schema.Struct({ href: Text })
export type Link = typeof Link.Type

export const Amount = Schema.Struct({ currency: Text, amount: maybe(Number) })

const Other = Schema.Struct({ identification: Text, schemeNameCode: Text, schemeNameProprietary: Text, issuer: Text })

export const AccountReference = Schema.Struct({
  iban: Text,
  bban: Text,
  pan: Text,
  maskedPan: Text,
  msisdn: Text,
  other: maybe(Other),
  currency: Text,
  cashAccountType: Text
})

export const Balance = Schema.Struct({
  balanceAmount: maybe(Amount),
  balanceType: Text,
  creditLimitIncluded: maybe(Schema.Boolean),
  lastChangeDateTime: Text,
  referenceDate: Text,
  lastCommittedTransaction: Text
})

/** Some banks write one instead of a list; `instructedAmount` is not always there. */
const ExchangeRate = Schema.Struct({
  sourceCurrency: Text,
  exchangeRate: maybe(Number),
  unitCurrency: Text,
  targetCurrency: Text,
  quotationDate: Text,
  contractIdentification: Text,
  instructedAmount: maybe(Amount)
})

const Structured = Schema.Struct({ reference: Text, referenceType: Text, referenceIssuer: Text })

const remittance = {
  remittanceInformationUnstructured: Text,
  remittanceInformationUnstructuredArray: maybe(Schema.Array(Schema.String)),
  remittanceInformationStructured: maybe(Schema.Union([Schema.String, Structured])),
  remittanceInformationStructuredArray: maybe(Schema.Array(Schema.Union([Schema.String, Structured])))
}

const parties = {
  creditorName: Text,
  creditorAccount: maybe(AccountReference),
  creditorAgent: Text,
  ultimateCreditor: Text,
  debtorName: Text,
  debtorAccount: maybe(AccountReference),
  debtorAgent: Text,
  ultimateDebtor: Text
}

const EntryDetail = Schema.Struct({
  endToEndId: Text,
  mandateId: Text,
  checkId: Text,
  creditorId: Text,
  transactionAmount: maybe(Amount),
  currencyExchange: maybe(Schema.Array(ExchangeRate)),
  ...parties,
  ...remittance,
  purposeCode: Text
})

const Links = Schema.Struct({ transactionDetails: maybe(Schema.Union([Link, Schema.String])) })

export const Transaction = Schema.Struct({
  transactionId: maybe(Number),
  entryReference: maybe(Number),
  endToEndId: Text,
  batchIndicator: maybe(Schema.Boolean),
  batchNumberOfTransactions: maybe(Number),
  mandateId: Text,
  checkId: Text,
  creditorId: Text,
  bookingDate: Text,
  valueDate: Text,
  transactionAmount: maybe(Amount),
  currencyExchange: maybe(Schema.Array(ExchangeRate)),
  ...parties,
  ...remittance,
  entryDetails: maybe(Schema.Array(EntryDetail)),
  additionalInformation: Text,
  additionalInformationStructured: maybe(Schema.Unknown),
  purposeCode: Text,
  bankTransactionCode: Text,
  proprietaryBankTransactionCode: Text,
  balanceAfterTransaction: maybe(Balance),
  _links: maybe(Links)
})
export type Transaction = typeof Transaction.Type

export const CardTransaction = Schema.Struct({
  cardTransactionId: maybe(Number),
  terminalId: Text,
  transactionDate: Text,
  acceptorTransactionDateTime: Text,
  bookingDate: Text,
  valueDate: Text,
  transactionAmount: maybe(Amount),
  grandTotalAmount: maybe(Amount),
  currencyExchange: maybe(Schema.Array(ExchangeRate)),
  originalAmount: maybe(Amount),
  markupFee: maybe(Amount),
  markupFeePercentage: maybe(Number),
  cardAcceptorId: Text,
  cardAcceptorAddress: maybe(Schema.Unknown),
  cardAcceptorPhone: Text,
  merchantCategoryCode: maybe(Number),
  maskedPAN: Text,
  transactionDetails: Text,
  invoiced: maybe(Schema.Boolean),
  proprietaryBankTransactionCode: Text
})
export type CardTransaction = typeof CardTransaction.Type

/** `_links` of a report: only these are looked at. */
export const ReportLinks = Schema.Struct({
  account: maybe(Link),
  cardAccount: maybe(Link),
  balances: maybe(Link),
  transactions: maybe(Link),
  download: maybe(Link),
  first: maybe(Link),
  next: maybe(Link),
  previous: maybe(Link),
  last: maybe(Link)
})

/** Fields of a transaction report beside its rows. */
export const Report = Schema.Struct({
  account: maybe(AccountReference),
  cardAccount: maybe(AccountReference),
  debitAccounting: maybe(Schema.Boolean),
  transactions: maybe(Schema.Unknown),
  cardTransactions: maybe(Schema.Unknown),
  balances: maybe(Schema.Array(Balance)),
  _links: maybe(ReportLinks)
})
