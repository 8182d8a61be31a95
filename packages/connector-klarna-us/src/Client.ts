/**
 * Klarna's feeds as a typed client: one method per stream, rows of the model out, the renewal of the session and the walk
 * of the cursor wired in. It keeps nothing: the caller stores the rotated grant and, where wanted, the cursor.
 */
import type { Balance, Card, Delivery, Plan, Points, Purchase } from "@paymirror/core"
import * as Session from "@paymirror/session"
import type * as Effect from "effect/Effect"
import { provider } from "./read.ts"

export type { FeedOptions } from "@paymirror/session"

export interface ClientOptions extends Omit<Session.ClientOptions, "onGrant" | "deviceId">, Session.DeviceGrant {
  /** Stores the grant. Runs after every renewal and before the new tokens are used; until it is done nothing is read. */
  readonly onGrant: (grant: Session.DeviceGrant) => Effect.Effect<void>
}

type Feed<A> = (options?: Session.FeedOptions) => Session.Rows<A>

export interface Client extends Pick<Session.Client, "profile" | "revoke"> {
  readonly purchases: Feed<Purchase.Purchase>
  /** The installment plans. They come with the purchases, so the cursor is that feed's. */
  readonly plans: Feed<Plan.Plan>
  readonly card: Feed<Card.CardTransaction>
  /** The entries, then the balance the provider states, where it stood still meanwhile. */
  readonly balance: Feed<Balance.BalanceRow>
  /** The points entries, then the standing the provider states. */
  readonly cashback: Feed<Points.PointsRow>
  readonly deliveries: Feed<Delivery.Delivery>
}

export const client = ({ onGrant, ...options }: ClientOptions): Client => {
  const { deviceId } = options
  const { profile, revoke, rows } = Session.client(provider, {
    ...options,
    onGrant: (grant) => onGrant({ ...grant, deviceId })
  })
  return {
    purchases: (feed) => rows("purchases", feed),
    plans: (feed) => rows("plans", feed),
    card: (feed) => rows("card", feed),
    balance: (feed) => rows("balance", feed),
    cashback: (feed) => rows("points", feed),
    deliveries: (feed) => rows("deliveries", feed),
    profile,
    revoke
  }
}
