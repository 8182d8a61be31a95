/** What is read over Transaction Search in one currency, as data. */
import { feed, type Published, single } from "@paymirror/session"
import * as Wallet from "../translate/wallet.ts"
import * as Api from "./Api.ts"
import { entering, opens, refusals } from "./Consent.ts"
import { manifest } from "./Manifest.ts"
import { detail } from "./translate.ts"

const { endpoints, mappedAgainst } = Api

/** PayPal's reporting interface as it is read for the account of one currency. */
export const published = (currency: string): Published => ({
  manifest,
  mappedAgainst,
  credentials: { token: endpoints.token },
  entering,
  refusals,
  opens,
  feeds: {
    balance: feed({
      ...endpoints.transactions(currency),
      paging: Api.paging,
      id: ["transaction_info.transaction_id", "transaction_info.transaction_event_code"],
      schema: Api.Detail,
      translate: detail,
      stated: single({ ...endpoints.balances, schema: Api.Balances, translate: Wallet.balance(currency) })
    })
  }
})
