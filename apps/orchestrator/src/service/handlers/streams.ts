/** The rows of the seven streams as the interface shows them, as far as the caller may see them. */
import { Api, Problem } from "@paymirror/api"
import type { Balance, Card, Delivery, Plan, Points, Profile, Purchase, StreamName } from "@paymirror/core"
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as Installments from "../Installments.ts"
import * as Reading from "../Reading.ts"
import * as Rows from "../Rows.ts"

const beside = (found: Omit<Rows.Found, "n">) => ({
  accountId: found.accountId,
  provenance: Rows.provenance(found)
})

/** What the provider states has no id of its own: as of when is the row's version. */
const asOf = ({ version }: Rows.Found) => (version === null ? {} : { asOf: version })

const purchase = (found: Rows.Found) => ({ ...beside(found), ...(JSON.parse(found.body) as Purchase.Purchase) })
const plan = (found: Rows.Found) => ({ ...beside(found), ...(JSON.parse(found.body) as Plan.Plan) })
const card = (found: Rows.Found) => ({ ...beside(found), ...(JSON.parse(found.body) as Card.CardTransaction) })
const balance = (found: Rows.Found) => {
  const { rowType: _, ...row } = JSON.parse(found.body) as Balance.Balance
  return { ...beside(found), ...row, ...asOf(found) }
}
const balanceEntry = (found: Rows.Found) => ({ ...beside(found), ...(JSON.parse(found.body) as Balance.BalanceEntry) })
const points = (found: Rows.Found) => {
  const { rowType: _, ...row } = JSON.parse(found.body) as Points.PointsStanding
  return { ...beside(found), ...row, ...asOf(found) }
}
const pointsEntry = (found: Rows.Found) => ({ ...beside(found), ...(JSON.parse(found.body) as Points.PointsEntry) })
const delivery = (found: Rows.Found) => ({ ...beside(found), ...(JSON.parse(found.body) as Delivery.Delivery) })
const profile = (found: Rows.Found) => ({ ...beside(found), ...(JSON.parse(found.body) as Profile.Profile) })

const installment = (found: Installments.Found) => {
  const plan = JSON.parse(found.body) as Plan.Plan
  const one = plan.schedule.find(({ installmentNumber }) => installmentNumber === found.number)
  if (one === undefined) throw new Error("an installment is not in its plan")
  return {
    accountId: found.accountId,
    planId: plan.planId,
    ...(plan.purchaseId !== undefined && { purchaseId: plan.purchaseId }),
    ...(plan.merchantName !== undefined && { merchantName: plan.merchantName }),
    ...one,
    provenance: Rows.provenance(found)
  }
}

const list =
  <Item>(stream: StreamName.StreamName, itemOf: (found: Rows.Found) => Item, part?: Rows.Part) =>
  ({ query }: { readonly query: Rows.Query }) =>
    Effect.gen(function* () {
      const { items, ...rest } = yield* Rows.list(stream, part, query)
      yield* Reading.note(items, [stream])
      return { items: items.map(itemOf), ...rest }
    })

const one =
  <Item>(stream: StreamName.StreamName, itemOf: (found: Rows.Found) => Item, part?: Rows.Part) =>
  ({ params: { accountId, id } }: { readonly params: { readonly accountId: string; readonly id: string } }) =>
    Effect.gen(function* () {
      const found = yield* Rows.one(stream, part, accountId, id)
      if (found === undefined) return yield* new Problem.NotFound()
      yield* Reading.note([found], [stream])
      return itemOf(found)
    })

export const streams = HttpApiBuilder.group(Api, "streams", (handlers) =>
  handlers.handleAll({
    listPurchases: list("purchases", purchase),
    getPurchase: one("purchases", purchase),
    listPlans: list("plans", plan),
    getPlan: one("plans", plan),
    listInstallments: ({ query }) =>
      Effect.gen(function* () {
        const { items, ...rest } = yield* Installments.list(query)
        yield* Reading.note(items, ["plans"])
        return { items: items.map(installment), ...rest }
      }),
    listCardTransactions: list("card", card),
    getCardTransaction: one("card", card),
    listBalances: list("balance", balance, "stated"),
    listBalanceEntries: list("balance", balanceEntry, "entries"),
    getBalanceEntry: one("balance", balanceEntry, "entries"),
    listPoints: list("points", points, "stated"),
    listPointsEntries: list("points", pointsEntry, "entries"),
    getPointsEntry: one("points", pointsEntry, "entries"),
    listDeliveries: list("deliveries", delivery),
    getDelivery: one("deliveries", delivery),
    listProfiles: list("profile", profile)
  })
)
