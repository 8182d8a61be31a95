/**
 * The wire of PayPal's Transaction Search, version 1.9, as `paypal/paypal-rest-api-specifications` describes it. A schema
 * names every documented field, so that only what is new counts as drift; what is not read is of no type here. All fields
 * of a transaction are optional there; those without which a row says nothing are needed here.
 */
import { type MappedAgainst, type Paging, windows, Wire } from "@paymirror/session"
import * as Schema from "effect/Schema"
import { Amount, Transaction } from "../Api.ts"

const { Id, maybe, Moment } = Wire

export const mappedAgainst = {
  app: "PayPal Transaction Search",
  version: "1.9",
  source: "paypal/paypal-rest-api-specifications, openapi/reporting_transactions_v1.json",
  date: "2026-11-29"
} as const satisfies MappedAgainst

export const endpoints = {
  token: "/v1/oauth2/token",
  balances: { path: "/v1/reporting/balances" },
  /** Without the filter on what affects the balance an authorization and what is pending would be missing. */
  transactions: (currency: string) => ({
    path: "/v1/reporting/transactions",
    rows: "transaction_details",
    alongside: ["account_number", "start_date", "page", "total_items", "links"],
    query: {
      transaction_currency: currency,
      fields: "transaction_info,payer_info",
      balance_affecting_records_only: "N"
    }
  })
} as const

/**
 * Documented: 31 days, 500 rows, three years (less a day, for clocks that differ), rows up to three hours late, 10 000 rows.
 * Integrators met data that was a day and a half behind, hence three days; and unclaimed money goes back after thirty.
 */
export const paging: Paging = windows({
  parameters: { from: "start_date", to: "end_date", page: "page", size: "page_size" },
  answer: { pages: "total_pages", refreshed: "last_refreshed_datetime", servedTo: "end_date" },
  most: 500,
  days: 31,
  history: 3 * 365 - 1,
  late: 3,
  waiting: {
    field: "transaction_info.transaction_status",
    is: "P",
    since: "transaction_info.transaction_initiation_date",
    days: 45
  },
  tooLarge: { field: "name", is: "RESULTSET_TOO_LARGE" }
})

const unread = maybe(Schema.Unknown)

const Info = Schema.Struct({
  ...Transaction.fields,
  payer_name: Schema.optionalKey(Schema.Undefined),
  paypal_account_id: unread,
  discount_amount: unread,
  insurance_amount: unread,
  sales_tax_amount: unread,
  shipping_amount: unread,
  shipping_discount_amount: unread,
  shipping_tax_amount: unread,
  other_amount: unread,
  tip_amount: unread,
  transaction_note: unread,
  payment_tracking_id: unread,
  bank_reference_id: unread,
  ending_balance: unread,
  available_balance: unread,
  invoice_id: unread,
  custom_field: unread,
  protection_eligibility: unread,
  credit_term: unread,
  credit_transactional_fee: unread,
  credit_promotional_fee: unread,
  annual_percentage_rate: unread,
  payment_method_type: unread,
  instrument_type: unread,
  instrument_sub_type: unread
})

const Name = Schema.Struct({
  given_name: maybe(Schema.String),
  surname: maybe(Schema.String),
  full_name: maybe(Schema.String),
  alternate_full_name: maybe(Schema.String),
  prefix: unread,
  middle_name: unread,
  suffix: unread
})

export const Detail = Schema.Struct({
  transaction_info: Info,
  payer_info: maybe(
    Schema.Struct({
      payer_name: maybe(Name),
      account_id: unread,
      email_address: unread,
      phone_number: unread,
      address_status: unread,
      payer_status: unread,
      country_code: unread,
      address: unread
    })
  )
})

export const Balances = Schema.Struct({
  account_id: Id,
  as_of_time: Moment,
  last_refresh_time: unread,
  balances: Schema.Array(
    Schema.Struct({
      currency: Amount.fields.currency_code,
      primary: maybe(Schema.Boolean),
      total_balance: Amount,
      available_balance: maybe(Amount),
      withheld_balance: unread
    })
  )
})
