/**
 * Rows that most translations make alike. What a row may carry and need not is given as the wire has it, absent or null,
 * and left out then. A status is worked out only where it is said what from; no amount and no date ever is.
 */
import {
  type Balance,
  type Card,
  type Instant,
  type Money,
  type Plan,
  type Profile,
  type Purchase,
  type ReadEvent,
  Schedule
} from "@paymirror/core"
import { present } from "./present.ts"

/** A row as the wire gives it: what need not be there may also be null. */
export type Loose<Row> = {
  readonly [K in keyof Row]: object extends Pick<Row, K> ? Row[K] | null | undefined : Row[K]
}

const versioned = (version: Instant.Instant | undefined) => (version === undefined ? {} : { version })

/** Minor units that may be absent; nothing where there is none of it. */
export const some = (minor: number | null | undefined, currency: string): Money.Money | undefined =>
  minor ? { amount: minor, currency } : undefined

/** A card transaction; an authorization is pending. */
export const card = (
  { amount, status, transactionId, ...rest }: Loose<Card.CardTransaction>,
  version?: Instant.Instant
): ReadEvent.Upsert => ({
  _tag: "Upsert",
  stream: "card",
  id: transactionId,
  ...versioned(version),
  row: { transactionId, status, amount, ...present(rest) },
  pending: status === "AUTHORIZATION"
})

/** An entry of the deposit ledger. */
export const entry = (
  { amount, entryId, entryType, status, ...rest }: Loose<Omit<Balance.BalanceEntry, "rowType">>,
  version?: Instant.Instant
): ReadEvent.Upsert => ({
  _tag: "Upsert",
  stream: "balance",
  id: entryId,
  ...versioned(version),
  row: { rowType: "entry", entryId, entryType, status, amount, ...present(rest) },
  pending: status === "PENDING"
})

/** The balance as the provider states it, by each of the ways in which it does. */
export const stated = (
  amounts: { readonly [Type in Balance.BalanceType]?: Money.Money | undefined },
  version?: Instant.Instant
): ReadonlyArray<ReadEvent.Upsert> =>
  balanceTypes.flatMap((balanceType): ReadonlyArray<ReadEvent.Upsert> => {
    const amount = amounts[balanceType]
    if (amount === undefined) return []
    const row = { rowType: "balance", balanceType, amount } as const
    return [{ _tag: "Upsert", stream: "balance", id: `balance:${balanceType}`, ...versioned(version), row }]
  })

const balanceTypes = ["closingBooked", "interimBooked", "interimAvailable", "expected"] as const

/** Who the person is. */
export const person = (
  { profileId, ...rest }: Loose<Profile.Profile>,
  version?: Instant.Instant
): ReadEvent.Upsert => ({
  _tag: "Upsert",
  stream: "profile",
  id: profileId,
  ...versioned(version),
  row: { profileId, ...present(rest) }
})

type Shared = "merchantName" | "amount" | "refundedAmount" | "purchaseId" | "planId" | "status"

/** A purchase and the plan that pays it back, with what both say alike. */
export interface Financed {
  readonly id: string
  /** Default: the id of the purchase and `:plan`. */
  readonly planId?: string
  readonly version: Instant.Instant
  readonly merchantName: string
  readonly amount: Money.Money
  readonly refundedAmount?: Money.Money | null | undefined
  /** Without a status it stands as its plan does. */
  readonly purchase: Loose<Omit<Purchase.Purchase, Shared>> & { readonly status?: Purchase.PurchaseStatus | undefined }
  /** Without a status it stands as its schedule does, and where that is empty, as its purchase. */
  readonly plan: Loose<Omit<Plan.Plan, Shared | "schedule" | "planType">> & {
    readonly planType: Plan.PlanType
    readonly status?: Plan.PlanStatus | undefined
    readonly schedule: ReadonlyArray<Loose<Plan.Installment>>
  }
}

const purchaseAs = { ACTIVE: "OPEN", COMPLETED: "COMPLETED", CANCELLED: "CANCELLED" } as const
const planAs = { OPEN: "ACTIVE", COMPLETED: "COMPLETED", REFUNDED: "CANCELLED", CANCELLED: "CANCELLED" } as const

export const financed = (said: Financed): readonly [purchase: ReadEvent.Upsert, plan: ReadEvent.Upsert] => {
  const { amount, id, merchantName, planId = `${id}:plan`, refundedAmount, version } = said
  const { schedule: payments, planType, status: planSays, ...ofPlan } = said.plan
  const { status: purchaseSays, ...ofPurchase } = said.purchase
  const schedule = payments.map(({ amountDue, dueDate, installmentNumber, state, ...rest }) => ({
    installmentNumber,
    dueDate,
    amountDue,
    state,
    ...present(rest)
  }))
  const planStatus = planSays ?? Schedule.status(schedule) ?? planAs[purchaseSays ?? "OPEN"]
  const alike = { merchantName, amount, planId, purchaseId: id, ...present({ refundedAmount }) }
  const purchase = { ...alike, status: purchaseSays ?? purchaseAs[planStatus], ...present(ofPurchase) }
  const plan = { ...alike, planType, status: planStatus, schedule, ...present(ofPlan) }
  return [
    { _tag: "Upsert", stream: "purchases", id, version, row: purchase },
    { _tag: "Upsert", stream: "plans", id: planId, version, row: plan }
  ]
}
