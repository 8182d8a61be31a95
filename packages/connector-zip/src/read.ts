/** What is read of Zip, as data: which list each stream is read from, and who translates its rows. */
import { feed, type Provider } from "@paymirror/session"
import * as Api from "./Api.ts"
import { handOver, opens } from "./Consent.ts"
import { manifest } from "./Manifest.ts"
import * as Translate from "./translate.ts"

const { endpoints, mappedAgainst } = Api

export const provider: Provider = {
  manifest,
  mappedAgainst,
  auth: { refresh: endpoints.refresh, revoke: endpoints.revoke },
  handOver,
  opens,
  feeds: {
    purchases: feed({ ...endpoints.orders, schema: Api.Order, translate: Translate.order }),
    plans: "purchases",
    card: feed({ ...endpoints.card, schema: Api.CardTransaction, translate: Translate.cardTransaction })
  }
}
