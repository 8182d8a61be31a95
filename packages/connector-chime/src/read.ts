/** What is read of one Chime account, as data: its list, the balance stated beside it, and who translates the rows. */
import { feed, type Provider, single } from "@paymirror/session"
import * as Api from "./Api.ts"
import { handOver, opens } from "./Consent.ts"
import { manifest } from "./Manifest.ts"
import * as Translate from "./translate.ts"

const { endpoints, mappedAgainst } = Api

/** Chime as it is read for one account (`savings`). */
export const provider = (kind: string): Provider => ({
  manifest,
  mappedAgainst,
  auth: { refresh: endpoints.refresh, revoke: endpoints.revoke },
  handOver,
  opens,
  feeds: {
    balance: feed({
      ...endpoints.transactions(kind),
      schema: Api.Transaction,
      translate: Translate.transaction,
      stated: single({ ...endpoints.balance(kind), schema: Api.Balance, translate: Translate.balance })
    }),
    card: "balance"
  }
})
