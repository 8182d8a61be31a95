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

export interface Client extends Pick<Plain.Client, "profile" | "revoke"> {
  readonly purchases: Plain.Rows<Purchase.Purchase>
  readonly plans: Plain.Rows<Plan.Plan>
  readonly card: Plain.Rows<Card.CardTransaction>
  readonly balance: Plain.Rows<Balance.BalanceRow>
  readonly cashback: Plain.Rows<Points.PointsRow>
  readonly deliveries: Plain.Rows<Delivery.Delivery>
}

/** The typed client over `fetch`. */
export const client = ({ onGrant, ...options }: ClientOptions): Client => {
  const { deviceId } = options
  const { feed, profile, revoke } = Plain.client(provider, {
    ...options,
    onGrant: (grant) => onGrant({ ...grant, deviceId })
  })
  return {
    purchases: feed("purchases"),
    plans: feed("plans"),
    card: feed("card"),
    balance: feed("balance"),
    cashback: feed("points"),
    deliveries: feed("deliveries"),
    profile,
    revoke
  }
}
