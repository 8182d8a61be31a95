/** The rows of the seven streams, each a list and, where a row has an id of its own, the one. */
import * as Schema from "effect/Schema"
import { CalendarDate, Plan } from "@paymirror/core"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import { about, Authorization, type Scope } from "../Authorization.ts"
import { pageOf, paging, whose } from "../Page.ts"
import { NotFound } from "../Problem.ts"
import {
  BalanceEntryItem,
  BalanceItem,
  CardTransactionItem,
  DeliveryItem,
  InstallmentItem,
  PlanItem,
  PointsEntryItem,
  PointsItem,
  ProfileItem,
  PurchaseItem
} from "../Resource.ts"

const query = { ...whose, ...paging }

const list = <const Name extends string, const Path extends `/${string}`, S extends Schema.Top>(
  name: Name,
  path: Path,
  item: S,
  summary: string,
  scope: Scope
) => HttpApiEndpoint.get(name, path, { query, success: pageOf(item) }).annotateMerge(about(summary, scope))

const one = <const Name extends string, const Path extends `/${string}`, S extends Schema.Top>(
  name: Name,
  path: Path,
  item: S,
  summary: string,
  scope: Scope
) =>
  HttpApiEndpoint.get(name, `/accounts/:accountId${path}/:id`, {
    params: { accountId: Schema.String, id: Schema.String },
    success: item,
    error: NotFound
  }).annotateMerge(about(summary, scope))

export const streams = HttpApiGroup.make("streams")
  .add(
    list("listPurchases", "/purchases", PurchaseItem, "Purchases, one per order", "purchases"),
    one("getPurchase", "/purchases", PurchaseItem, "One purchase", "purchases"),
    list("listPlans", "/plans", PlanItem, "Installment plans with their schedules", "plans"),
    one("getPlan", "/plans", PlanItem, "One plan", "plans"),
    HttpApiEndpoint.get("listInstallments", "/installments", {
      query: {
        ...query,
        /** Due on this day or later. */
        from: Schema.optionalKey(CalendarDate.CalendarDate),
        /** Due on this day or earlier. */
        to: Schema.optionalKey(CalendarDate.CalendarDate),
        state: Schema.optionalKey(Plan.InstallmentState)
      },
      success: pageOf(InstallmentItem)
    }).annotateMerge(about("Installments by due date", "plans")),
    list("listCardTransactions", "/card-transactions", CardTransactionItem, "The card ledger", "card"),
    one("getCardTransaction", "/card-transactions", CardTransactionItem, "One card transaction", "card"),
    list("listBalances", "/balances", BalanceItem, "Balances as the provider states them", "balance"),
    list("listBalanceEntries", "/balance-entries", BalanceEntryItem, "The deposit ledger", "balance"),
    one("getBalanceEntry", "/balance-entries", BalanceEntryItem, "One entry of the deposit ledger", "balance"),
    list("listPoints", "/points", PointsItem, "Points as the provider states them", "points"),
    list("listPointsEntries", "/points-entries", PointsEntryItem, "The points ledger", "points"),
    one("getPointsEntry", "/points-entries", PointsEntryItem, "One entry of the points ledger", "points"),
    list("listDeliveries", "/deliveries", DeliveryItem, "Shipments", "deliveries"),
    one("getDelivery", "/deliveries", DeliveryItem, "One shipment", "deliveries"),
    list(
      "listProfiles",
      "/profiles",
      ProfileItem,
      "Who the provider says the person is, and their membership",
      "profile"
    )
  )
  .middleware(Authorization)
