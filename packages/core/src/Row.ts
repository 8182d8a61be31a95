/** The row of each stream, and who may say what about it. */
import * as Schema from "effect/Schema"
import { BalanceRow } from "./Balance.ts"
import { CardTransaction } from "./Card.ts"
import { Delivery } from "./Delivery.ts"
import { Plan } from "./Plan.ts"
import { PointsRow } from "./Points.ts"
import { Profile } from "./Profile.ts"
import { Purchase } from "./Purchase.ts"
import type { StreamName } from "./StreamName.ts"

export interface RowOf {
  readonly purchases: Purchase
  readonly plans: Plan
  readonly card: CardTransaction
  readonly balance: BalanceRow
  readonly points: PointsRow
  readonly deliveries: Delivery
  readonly profile: Profile
}

export type Row = RowOf[StreamName]

/** The schema of each stream's row. */
export const schemas: { readonly [S in StreamName]: Schema.Codec<RowOf[S]> } = {
  purchases: Purchase,
  plans: Plan,
  card: CardTransaction,
  balance: BalanceRow,
  points: PointsRow,
  deliveries: Delivery,
  profile: Profile
}

/** `reported`: the provider said so. `projected`: the mirror worked it out and waits to be corrected. */
export const Origin = Schema.Literals(["reported", "projected"])
export type Origin = typeof Origin.Type
