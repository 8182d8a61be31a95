/** What is read of Sezzle, as data: which list each stream is read from, and who translates its rows. */
import { feed, type Provider, single } from "@paymirror/session"
import * as Api from "./Api.ts"
import { handOver, opens } from "./Consent.ts"
import { manifest } from "./Manifest.ts"
import { order } from "./translate/order.ts"
import { account, rewardEntry, standing } from "./translate/rewards.ts"

const { endpoints, mappedAgainst } = Api

export const provider: Provider = {
  manifest,
  mappedAgainst,
  auth: { refresh: endpoints.refresh, revoke: endpoints.revoke },
  handOver,
  opens,
  feeds: {
    purchases: feed({ ...endpoints.orders, id: "uuid", schema: Api.Order, translate: order }),
    plans: "purchases",
    points: feed({
      ...endpoints.rewardEntries,
      id: "uuid",
      schema: Api.RewardEntry,
      translate: rewardEntry,
      stated: single({ ...endpoints.rewards, schema: Api.Rewards, translate: standing })
    }),
    profile: single({ ...endpoints.account, schema: Api.Account, translate: account })
  }
}
