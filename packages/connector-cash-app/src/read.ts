/** What is read of Cash App, as data: which list each stream is read from, and who translates its rows. */
import { feed, type Provider, single } from "@paymirror/session"
import * as Api from "./Api.ts"
import { handOver, opens } from "./Consent.ts"
import { manifest } from "./Manifest.ts"
import { activity, balance } from "./translate/activity.ts"
import { order } from "./translate/order.ts"

const { endpoints, mappedAgainst } = Api

export const provider: Provider = {
  manifest,
  mappedAgainst,
  auth: { refresh: endpoints.refresh, revoke: endpoints.revoke },
  handOver,
  opens,
  feeds: {
    purchases: feed({ ...endpoints.orders, schema: Api.Order, translate: order }),
    plans: "purchases",
    balance: feed({
      ...endpoints.activity,
      id: "transaction_id",
      schema: Api.Activity,
      translate: activity,
      stated: single({ ...endpoints.balance, schema: Api.Balance, translate: balance })
    }),
    card: "balance"
  }
}
