/**
 * UK Open Banking 3.1 and 4.0 in its own spelling, as far as account information goes: the paths, what is asked for, and
 * what each answer may hold. One page for both versions: the newer adds fields and codes and takes few away. Whatever may
 * be absent may be null; enumerations are open; fields beyond these pass. Rows are not decoded by these schemas (see
 * `translate/obie.ts`): for them they say which fields are known.
 */
import * as Schema from "effect/Schema"

export const paths = {
  consents: "/account-access-consents",
  consent: (id: string) => `/account-access-consents/${encodeURIComponent(id)}`,
  accounts: "/accounts",
  balances: (account: string) => `/accounts/${encodeURIComponent(account)}/balances`,
  transactions: (account: string) => `/accounts/${encodeURIComponent(account)}/transactions`
} as const

/** The fewest that show a balance and its entries, with the counterparty and the balance after each. */
export const permissions = [
  "ReadAccountsDetail",
  "ReadBalances",
  "ReadTransactionsDetail",
  "ReadTransactionsCredits",
  "ReadTransactionsDebits"
] as const

/** Optional, whatever the standard says of it. */
const maybe = <S extends Schema.Constraint>(schema: S) => Schema.optionalKey(Schema.NullOr(schema))

const Text = maybe(Schema.String)
/** Known, and not looked into. */
const Whatever = maybe(Schema.Unknown)

export const ConsentAnswer = Schema.Struct({
  Data: Schema.Struct({
    ConsentId: Schema.NonEmptyString,
    Status: Schema.NonEmptyString,
    ExpirationDateTime: Text
  })
})

const Amount = Schema.Struct({
  Amount: maybe(Schema.Union([Schema.String, Schema.Finite])),
  Currency: Text,
  SubType: Text
})

const CashAccount = Schema.Struct({
  SchemeName: Text,
  Identification: Text,
  Name: Text,
  SecondaryIdentification: Text,
  LEI: Text,
  Proxy: Whatever
})

const Agent = Schema.Struct({
  SchemeName: Text,
  Identification: Text,
  Name: Text,
  LEI: Text,
  PostalAddress: Whatever
})

export const Transaction = Schema.Struct({
  AccountId: Text,
  TransactionId: Text,
  TransactionReference: Text,
  StatementReference: Whatever,
  CreditDebitIndicator: Text,
  Status: Text,
  TransactionMutability: Text,
  BookingDateTime: Text,
  ValueDateTime: Text,
  TransactionInformation: Text,
  AddressLine: Text,
  Amount: maybe(Amount),
  ChargeAmount: maybe(Amount),
  CurrencyExchange: maybe(
    Schema.Struct({
      SourceCurrency: Text,
      TargetCurrency: Text,
      UnitCurrency: Text,
      ExchangeRate: Whatever,
      ContractIdentification: Text,
      QuotationDate: Text,
      InstructedAmount: maybe(Amount)
    })
  ),
  BankTransactionCode: maybe(Schema.Struct({ Code: Text, SubCode: Text })),
  ProprietaryBankTransactionCode: maybe(Schema.Struct({ Code: Text, Issuer: Text })),
  ExtendedProprietaryBankTransactionCodes: Whatever,
  Balance: maybe(Schema.Struct({ CreditDebitIndicator: Text, Type: Text, Amount: maybe(Amount) })),
  MerchantDetails: maybe(Schema.Struct({ MerchantName: Text, MerchantCategoryCode: Text })),
  CreditorAgent: maybe(Agent),
  CreditorAccount: maybe(CashAccount),
  DebtorAgent: maybe(Agent),
  DebtorAccount: maybe(CashAccount),
  UltimateCreditor: maybe(Agent),
  UltimateDebtor: maybe(Agent),
  CardInstrument: maybe(
    Schema.Struct({ CardSchemeName: Text, AuthorisationType: Text, Name: Text, Identification: Text })
  ),
  SupplementaryData: Whatever,
  CategoryPurposeCode: Text,
  PaymentPurposeCode: Text
})

/** What stands around the rows of a page. */
export const Envelope = Schema.Struct({
  Data: maybe(Schema.Struct({ Transaction: Whatever })),
  Links: maybe(Schema.Struct({ Self: Text, First: Text, Prev: Text, Next: Text, Last: Text })),
  Meta: maybe(Schema.Struct({ TotalPages: Whatever, FirstAvailableDateTime: Text, LastAvailableDateTime: Text }))
})

/** Entries, by the word of their status. One with none of these words is set aside, not passed over. */
export const statuses: ReadonlyMap<string, "booked" | "pending" | "skipped"> = new Map([
  ["Booked", "booked"],
  ["BOOK", "booked"],
  ["Pending", "pending"],
  ["PDNG", "pending"],
  ["Rejected", "skipped"],
  ["RJCT", "skipped"],
  ["FUTR", "skipped"],
  ["INFO", "skipped"]
])
