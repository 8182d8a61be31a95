/**
 * Klarna's XS2A v2 in its own spelling: Berlin Group openFinance 2 (accounts 2.1) with the deviations Klarna documents.
 * What is not published is marked so and is the part to confirm against the sandbox once it opens: how the e-mail of the
 * person travels, what exactly `access` of a global consent holds, history, page size, and the longest consent.
 */
import * as Schema from "effect/Schema"
import { AccountReference, Amount, Balance, Link, maybe, ReportLinks } from "./berlin.ts"

export const paths = { consents: "/v2/consents/account-access", accounts: "/v2/accounts" } as const

const Text = maybe(Schema.String)
const Number = Schema.Union([Schema.String, Schema.Finite])
const Texts = maybe(Schema.Union([Schema.Array(Schema.String), Schema.String]))

const Party = Schema.Struct({
  name: Text,
  postalAddress: maybe(Schema.Unknown),
  identification: maybe(Schema.Unknown)
})

const Structured = Schema.Struct({
  reference: Text,
  referenceType: Text,
  referenceIssuer: Text,
  creditorReferenceInformation: maybe(Schema.Unknown)
})

const ExchangeRate = Schema.Struct({
  sourceCurrency: Text,
  exchangeRate: maybe(Number),
  unitCurrency: Text,
  targetCurrency: Text,
  quotationDate: Text,
  contractIdentification: Text,
  instructedAmount: maybe(Amount)
})

const parties = {
  creditor: maybe(Party),
  creditorAccount: maybe(AccountReference),
  creditorAgent: maybe(Schema.Unknown),
  ultimateCreditor: maybe(Schema.Union([Party, Schema.String])),
  debtor: maybe(Party),
  debtorAccount: maybe(AccountReference),
  debtorAgent: maybe(Schema.Unknown),
  ultimateDebtor: maybe(Schema.Union([Party, Schema.String]))
}

const References = Schema.Struct({
  endToEndId: Text,
  uetr: Text,
  accountServicerReference: Text,
  mandateId: Text,
  checkNumber: Text,
  creditorId: Text,
  instructionId: Text,
  transactionId: Text,
  paymentInformationId: Text
})

const remittance = {
  remittanceInformationUnstructured: Texts,
  remittanceInformationStructured: maybe(
    Schema.Union([Schema.Array(Schema.Union([Structured, Schema.String])), Schema.String])
  )
}

const EntryDetail = Schema.Struct({
  references: maybe(References),
  transactionAmount: maybe(Amount),
  currencyExchange: maybe(Schema.Array(ExchangeRate)),
  ...parties,
  ...remittance,
  purposeCode: maybe(Schema.Unknown)
})

const CardTransaction = Schema.Struct({
  transactionDateTime: Text,
  transactionDate: Text,
  tradeName: Text,
  merchantCategoryCode: maybe(Number),
  maskedPan: Text,
  terminalId: Text,
  acceptorId: Text,
  acceptorAddress: maybe(Schema.Unknown),
  originalAmount: maybe(Amount),
  markupFee: maybe(Amount),
  markupFeePercentage: maybe(Number),
  invoiced: maybe(Schema.Boolean)
})

export const Transaction = Schema.Struct({
  transactionId: maybe(Number),
  entryReference: maybe(Number),
  batchIndicator: maybe(Schema.Boolean),
  batchNumberOfTransactions: maybe(Number),
  references: maybe(References),
  localInstrumentCode: Text,
  localInstrumentProprietary: Text,
  bookingDate: Text,
  valueDate: Text,
  transactionAmount: maybe(Amount),
  currencyExchange: maybe(Schema.Array(ExchangeRate)),
  amountDetails: maybe(
    Schema.Struct({
      instructedAmount: maybe(Amount),
      transactionAmount: maybe(Amount),
      counterValueAmount: maybe(Amount),
      announcedPostingAmount: maybe(Amount)
    })
  ),
  interbankSettlementDate: Text,
  cardTransaction: maybe(CardTransaction),
  ...parties,
  ...remittance,
  entryDetails: maybe(Schema.Array(EntryDetail)),
  additionalTransactionInformation: Texts,
  additionalInformationStructured: maybe(Schema.Unknown),
  additionalTransactionInformationStructured: maybe(Schema.Unknown),
  purposeCode: maybe(Schema.Unknown),
  bankTransactionCode: Text,
  bankTransactionCodeProprietary: Text,
  balanceAfterTransaction: maybe(Balance),
  _links: maybe(Schema.Unknown)
})
export type Transaction = typeof Transaction.Type

/** Fields of a transaction report beside its rows. */
export const Report = Schema.Struct({
  account: maybe(AccountReference),
  transactions: maybe(Schema.Unknown),
  balances: maybe(Schema.Array(Balance)),
  _links: maybe(ReportLinks)
})

const Links = Schema.Struct({
  startAuthorisation: maybe(Link),
  scaStatus: maybe(Link),
  status: maybe(Link),
  self: maybe(Link)
})

export const ConsentCreated = Schema.Struct({
  consentId: Schema.NonEmptyString,
  consentStatus: Schema.String,
  _links: maybe(Links)
})

export const AuthorisationStarted = Schema.Struct({
  authorisationId: Text,
  scaStatus: Text,
  psuMessage: Text,
  _links: maybe(Links)
})

export const ScaStatus = Schema.Struct({ scaStatus: Schema.String })

export const Consent = Schema.Struct({ consentStatus: Schema.String, validTo: Text })
export type Consent = typeof Consent.Type

/** `payments` are the payment accounts; the rights of a global consent are a guess from "must contain `ais`". */
export interface ConsentRequest {
  readonly access: {
    readonly payments: ReadonlyArray<
      | { readonly rights: readonly ["ais"] }
      | {
          readonly account: { readonly iban: string }
          readonly rights: readonly ["accountDetails", "balances", "transactions"]
        }
    >
  }
  readonly consentType: "global" | "detailed"
  readonly recurringIndicator: true
  readonly validTo: string
  readonly frequencyPerDay: number
}
