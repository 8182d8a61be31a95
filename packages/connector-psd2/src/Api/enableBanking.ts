/**
 * Enable Banking's interface in its own spelling (OpenAPI 3.1 of the vendor, 1.0.0): an aggregator with a licence, which
 * answers for many banks in one way. Whatever may be absent may be null; enumerations are open; fields beyond these pass.
 * Rows are not decoded by these schemas (see `translate/enableBanking.ts`): for them they say which fields are known.
 */
import * as Schema from "effect/Schema"

export const paths = {
  auth: "/auth",
  sessions: "/sessions",
  session: (id: string) => `/sessions/${encodeURIComponent(id)}`,
  details: (account: string) => `/accounts/${encodeURIComponent(account)}/details`,
  balances: (account: string) => `/accounts/${encodeURIComponent(account)}/balances`,
  transactions: (account: string) => `/accounts/${encodeURIComponent(account)}/transactions`
} as const

/** Who signs and who is meant, in the application's token. */
export const token = { issuer: "enablebanking.com", audience: "api.enablebanking.com" } as const

const maybe = <S extends Schema.Constraint>(schema: S) => Schema.optionalKey(Schema.NullOr(schema))
const Text = maybe(Schema.String)
/** Known, and not looked into. */
const Whatever = maybe(Schema.Unknown)

export const AuthAnswer = Schema.Struct({ url: Schema.NonEmptyString })

export const SessionAnswer = Schema.Struct({
  session_id: Schema.NonEmptyString,
  accounts: Schema.Array(Schema.Unknown),
  access: maybe(Schema.Struct({ valid_until: Text }))
})

export const SessionStatus = Schema.Struct({
  status: Schema.NonEmptyString,
  accounts_data: maybe(Schema.Array(Schema.Struct({ uid: Text, identification_hash: Text })))
})

const Amount = Schema.Struct({ currency: Text, amount: maybe(Schema.Union([Schema.String, Schema.Finite])) })

const Other = Schema.Struct({ identification: Text, scheme_name: Text, issuer: Text })
const AccountReference = Schema.Struct({ iban: Text, other: maybe(Other) })

const Party = Schema.Struct({
  name: Text,
  postal_address: Whatever,
  organisation_id: Whatever,
  private_id: Whatever,
  contact_details: Whatever
})

export const Transaction = Schema.Struct({
  entry_reference: Text,
  merchant_category_code: Text,
  transaction_amount: maybe(Amount),
  creditor: maybe(Party),
  creditor_account: maybe(AccountReference),
  creditor_agent: Whatever,
  creditor_account_additional_identification: Whatever,
  debtor: maybe(Party),
  debtor_account: maybe(AccountReference),
  debtor_agent: Whatever,
  debtor_account_additional_identification: Whatever,
  bank_transaction_code: maybe(Schema.Struct({ description: Text, code: Text, sub_code: Text })),
  credit_debit_indicator: Text,
  status: Text,
  booking_date: Text,
  value_date: Text,
  transaction_date: Text,
  balance_after_transaction: maybe(Amount),
  reference_number: Text,
  reference_number_schema: Text,
  remittance_information: Whatever,
  exchange_rate: maybe(
    Schema.Struct({
      unit_currency: Text,
      exchange_rate: Whatever,
      rate_type: Text,
      contract_identification: Text,
      instructed_amount: maybe(Amount)
    })
  ),
  note: Text,
  transaction_id: Text
})

/** What stands around the rows of a page. */
export const Envelope = Schema.Struct({ transactions: Whatever, continuation_key: Text })

/**
 * Entries, by their status: `HOLD` is an amount set aside on the account. `OTHR` is one the aggregator could not place; it
 * is set aside, like any word that is not here.
 */
export const statuses: ReadonlyMap<string, "booked" | "pending" | "skipped"> = new Map([
  ["BOOK", "booked"],
  ["PDNG", "pending"],
  ["HOLD", "pending"],
  ["SCHD", "skipped"],
  ["CNCL", "skipped"],
  ["RJCT", "skipped"]
])
