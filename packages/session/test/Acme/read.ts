/** What is read of Acme, as data: which list each stream is read from, and who translates its rows. */
import { feed, type Provider, single } from "@paymirror/session"
import * as Api from "./Api.ts"
import { handOver, opens } from "./Consent.ts"
import { manifest } from "./Manifest.ts"
import * as Translate from "./translate.ts"

const { endpoints, mappedAgainst } = Api

export const provider: Provider = {
  manifest,
  mappedAgainst,
  auth: { refresh: "/auth/token", revoke: "/auth/revoke" },
  handOver,
  opens,
  feeds: {
    purchases: feed({ ...endpoints.orders, schema: Api.Order, translate: Translate.order }),
    plans: "purchases",
    balance: feed({
      ...endpoints.entries,
      schema: Api.Entry,
      translate: Translate.entry,
      stated: single({ ...endpoints.wallet, schema: Api.Wallet, translate: Translate.wallet })
    }),
    profile: single({ ...endpoints.me, schema: Api.Me, translate: Translate.me })
  }
}
