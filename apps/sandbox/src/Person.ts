/** One account holder: a profile, and the ledgers of their account side by side. */
import { Balance } from "./Balance.ts"
import { Card } from "./Card.ts"
import { Deliveries } from "./Deliveries.ts"
import type { Feed } from "@paymirror/connector-testing/simulator"
import { Points } from "./Points.ts"
import { Profile } from "./Profile.ts"
import type { Introduction } from "./Profile.ts"
import { Purchases } from "./Purchases.ts"
import type { Scene } from "./Scene.ts"
import type { Stamped } from "./Wire.ts"

export const feedNames = ["purchases", "card", "balance", "cashback", "deliveries"] as const
export type FeedName = (typeof feedNames)[number]

export class Person {
  readonly id: string
  readonly profile: Profile
  readonly purchases: Purchases
  readonly card: Card
  readonly balance: Balance
  readonly points: Points
  readonly deliveries: Deliveries
  readonly feeds: Readonly<Record<FeedName, Feed<Stamped>>>

  constructor(scene: Scene, introduction: Introduction) {
    this.id = introduction.id
    this.profile = new Profile(scene.clock, introduction, scene.random.id("acc_"))
    this.purchases = new Purchases(scene)
    this.card = new Card(scene)
    this.balance = new Balance(scene)
    this.points = new Points(scene)
    this.deliveries = new Deliveries(scene)
    this.feeds = {
      purchases: this.purchases.feed,
      card: this.card.feed,
      balance: this.balance.feed,
      cashback: this.points.feed,
      deliveries: this.deliveries.feed
    }
  }
}
