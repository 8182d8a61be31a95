/**
 * The wire as data for a host: each endpoint of `Api.ts` with the fields its schema names and the words the translation
 * knows. The words stand here once more because the translation maps them one by one; a test holds the two together.
 */
import { WireMap } from "@paymirror/core"
import * as Api from "./Api.ts"

/** What a renewal answers, as the session route reads it. */
const tokens: WireMap.Endpoint["fields"] = [
  { path: "access_token", required: true },
  { path: "expires_in", required: false },
  { path: "refresh_token", required: false }
]

const installmentStates = ["scheduled", "due", "paid", "late", "paused", "cancelled"]

const feed = (
  endpoint: { readonly method: "GET"; readonly path: string; readonly rows: string },
  streams: WireMap.Endpoint["streams"],
  fields: WireMap.Endpoint["fields"]
): WireMap.Endpoint => ({
  method: endpoint.method,
  path: endpoint.path,
  streams,
  rows: endpoint.rows,
  envelope: ["next_cursor"],
  fields,
  parameters: ["page_size"]
})

const single = (
  endpoint: { readonly method: "GET"; readonly path: string },
  streams: WireMap.Endpoint["streams"],
  schema: Parameters<typeof WireMap.fieldsOf>[0]
): WireMap.Endpoint => ({
  method: endpoint.method,
  path: endpoint.path,
  streams,
  fields: WireMap.fieldsOf(schema)
})

export const wire: WireMap.WireMap = {
  mappedAgainst: Api.mappedAgainst,
  endpoints: [
    { ...Api.endpoints.refresh, streams: [], fields: tokens },
    { ...Api.endpoints.revoke, streams: [], fields: [] },
    feed(
      Api.endpoints.purchases,
      ["purchases", "plans"],
      WireMap.fieldsOf(Api.Purchase, {
        "plan": ["pay_in_full", "pay_in_4", "pay_in_30", "financing_6", "financing_12", "financing_18", "financing_24"],
        "status": ["open", "completed", "refunded", "cancelled"],
        "installments.state": installmentStates,
        "installments.pause_reason": ["return", "problem"],
        "installments.cancel_reason": ["refund", "merged", "plan_cancelled"]
      })
    ),
    feed(
      Api.endpoints.card,
      ["card"],
      WireMap.fieldsOf(Api.CardTransaction, { state: ["pending", "settled", "reversed", "declined"] })
    ),
    feed(
      Api.endpoints.balanceEntries,
      ["balance"],
      WireMap.fieldsOf(Api.BalanceEntry, {
        kind: ["top_up", "refund", "cashback", "payment", "withdrawal", "adjustment"],
        state: ["pending", "booked"]
      })
    ),
    feed(
      Api.endpoints.cashbackEntries,
      ["points"],
      WireMap.fieldsOf(Api.CashbackEntry, {
        kind: ["earned", "redeemed", "reversed", "expired"],
        state: ["pending", "confirmed"]
      })
    ),
    feed(
      Api.endpoints.deliveries,
      ["deliveries"],
      WireMap.fieldsOf(Api.Delivery, {
        status: ["created", "in_transit", "out_for_delivery", "delivered", "exception"]
      })
    ),
    single(Api.endpoints.balance, ["balance"], Api.Balance),
    single(Api.endpoints.cashback, ["points"], Api.Cashback),
    single(Api.endpoints.profile, ["profile"], Api.Profile)
  ],
  refusal: [
    {
      path: "error",
      required: true,
      values: [
        "invalid_grant",
        "token_expired",
        "invalid_token",
        "session_revoked",
        "cursor_expired",
        "invalid_request",
        "not_found"
      ]
    }
  ]
}
