/**
 * What is read of Klarna, as data: which list each stream is read from, whose schema its rows have and who translates
 * them. How a list is walked and a session renewed is the session route's, and not said here.
 */
import { feed, type Provider, single } from "@paymirror/session"
import * as Api from "./Api.ts"
import { handOver, opens } from "./Consent.ts"
import { manifest } from "./Manifest.ts"
import { cardTransaction } from "./translate/card.ts"
import * as Ledgers from "./translate/ledgers.ts"
import * as Person from "./translate/person.ts"
import { purchase } from "./translate/purchase.ts"

const { endpoints, mappedAgainst } = Api

const balance = single({ ...endpoints.balance, schema: Api.Balance, translate: Ledgers.balance })
const cashback = single({ ...endpoints.cashback, schema: Api.Cashback, translate: Ledgers.standing })

export const provider: Provider = {
  manifest,
  mappedAgainst,
  auth: { refresh: endpoints.refresh.path, revoke: endpoints.revoke.path },
  refusals: { others: ["token_expired", "invalid_token", "cursor_expired", "invalid_request", "not_found"] },
  handOver,
  opens,
  feeds: {
    purchases: feed({ ...endpoints.purchases, schema: Api.Purchase, translate: purchase }),
    plans: "purchases",
    card: feed({ ...endpoints.card, schema: Api.CardTransaction, translate: cardTransaction }),
    balance: feed({
      ...endpoints.balanceEntries,
      schema: Api.BalanceEntry,
      translate: Ledgers.balanceEntry,
      stated: balance
    }),
    points: feed({
      ...endpoints.cashbackEntries,
      schema: Api.CashbackEntry,
      translate: Ledgers.pointsEntry,
      stated: cashback
    }),
    deliveries: feed({ ...endpoints.deliveries, schema: Api.Delivery, translate: Person.delivery }),
    profile: single({ ...endpoints.profile, schema: Api.Profile, translate: Person.profile })
  }
}
