/** What is read of PayPal in one currency, as data: its lists, the balance stated beside them, and who translates the rows. */
import { feed, type Provider, single } from "@paymirror/session"
import * as Api from "./Api.ts"
import { handOver, opens } from "./Consent.ts"
import { manifest } from "./Manifest.ts"
import { plan } from "./translate/plan.ts"
import * as Wallet from "./translate/wallet.ts"

const { endpoints, mappedAgainst } = Api

/** PayPal as it is read for the account of one currency. */
export const provider = (currency: string): Provider => ({
  manifest,
  mappedAgainst,
  auth: { refresh: endpoints.refresh, revoke: endpoints.revoke },
  handOver,
  opens,
  feeds: {
    purchases: feed({ ...endpoints.plans(currency), id: "order_id", schema: Api.Plan, translate: plan }),
    plans: "purchases",
    balance: feed({
      ...endpoints.activity(currency),
      id: ["transaction_id", "transaction_event_code"],
      schema: Api.Transaction,
      translate: Wallet.transaction,
      stated: single({ ...endpoints.wallet, schema: Api.Wallet, translate: Wallet.balance(currency) })
    })
  }
})
