/**
 * The same two doors for who has never heard of Effect, over the platform's `fetch`: the connector as promises and async
 * iterables, and the typed client. Tokens are plain text here, and the caller's to keep.
 */
import type { Balance, Card, Delivery, Plan, Points, Purchase } from "@paymirror/core"
import * as Plain from "@paymirror/session/promise"
import { layer } from "./index.ts"
import { provider } from "./read.ts"

export {
  ConnectorError,
  type FeedOptions,
  type LinkAnswer,
  type LinkStep,
  type Options,
  type PlainConnector,
  type Reason
} from "@paymirror/session/promise"
export { manifest } from "./Manifest.ts"

/** The connector over `fetch`. */
export const connector = (options: Plain.Options = {}): Promise<Plain.PlainConnector> => Plain.connector(layer(options))

export interface Grant extends Plain.Grant {
  readonly deviceId: string
}

export interface ClientOptions extends Omit<Plain.ClientOptions, "onGrant" | "deviceId">, Grant {
  /** Stores the grant. Awaited after every renewal and before the new tokens are used. */
  readonly onGrant: (grant: Grant) => void | Promise<void>
}

type Feed<A> = (options?: Plain.FeedOptions) => AsyncIterable<A>

export interface Client extends Pick<Plain.Client, "profile" | "revoke"> {
  readonly purchases: Feed<Purchase.Purchase>
  readonly plans: Feed<Plan.Plan>
  readonly card: Feed<Card.CardTransaction>
  readonly balance: Feed<Balance.BalanceRow>
  readonly cashback: Feed<Points.PointsRow>
  readonly deliveries: Feed<Delivery.Delivery>
}

/** The typed client over `fetch`. */
export const client = ({ onGrant, ...options }: ClientOptions): Client => {
  const { deviceId } = options
  const { profile, revoke, rows } = Plain.client(provider, {
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
