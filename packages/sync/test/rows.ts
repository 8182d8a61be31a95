/** Rows as a connector says them, with the few fields that the tests are about. */
import type { Balance, Plan, Points, Purchase, ReadEvent, StreamName } from "@paymirror/core"

export interface More {
  readonly version?: string
  readonly pending?: boolean
}

const usd = (amount: number) => ({ amount, currency: "USD" })

/** The second `n` of a day, as a provider stamps it. */
export const stamp = (n: number): string => new Date(Date.UTC(2026, 0, 1) + n * 1000).toISOString()

const purchaseRow = (id: string, amount = 1000): Purchase.Purchase => ({
  purchaseId: id,
  merchantName: "Pebble Row",
  amount: usd(amount),
  status: "OPEN"
})

export const purchase = (id: string, amount = 1000, more: More = {}): ReadEvent.ReadEvent<number> => ({
  _tag: "Upsert",
  stream: "purchases",
  id,
  row: purchaseRow(id, amount),
  ...more
})

export const card = (id: string, amount = -500, more: More = {}): ReadEvent.ReadEvent<number> => ({
  _tag: "Upsert",
  stream: "card",
  id,
  row: { transactionId: id, status: more.pending === true ? "AUTHORIZATION" : "POSTED", amount: usd(amount) },
  ...more
})

export const pendingNow = (...ids: ReadonlyArray<string>): ReadEvent.ReadEvent<number> => ({
  _tag: "PendingSnapshot",
  stream: "card",
  ids
})

export const gone = (
  stream: StreamName.StreamName,
  id: string,
  reason: string,
  version?: string
): ReadEvent.ReadEvent<number> => ({
  _tag: "Tombstone",
  stream,
  id,
  reason,
  ...(version === undefined ? {} : { version })
})

export const entry = (id: string, amount: number, date = "2026-01-05"): ReadEvent.ReadEvent<number> => ({
  _tag: "Upsert",
  stream: "balance",
  id,
  row: {
    rowType: "entry",
    entryId: id,
    entryType: "top_up",
    status: "BOOKED",
    amount: usd(amount),
    entryDate: date
  } satisfies Balance.BalanceEntry
})

export const stated = (
  amount: number,
  version = stamp(0),
  balanceType: Balance.BalanceType = "interimBooked"
): ReadEvent.ReadEvent<number> => ({
  _tag: "Upsert",
  stream: "balance",
  id: "stated",
  row: { rowType: "balance", balanceType, amount: usd(amount) } satisfies Balance.Balance,
  version
})

export const closing = (amount: number, version: string) => stated(amount, version, "closingBooked")

export const reach = (from: string, stream: StreamName.StreamName = "balance"): ReadEvent.ReadEvent<number> => ({
  _tag: "Reach",
  stream,
  from
})

export const pendingEntry = (id: string, amount: number): ReadEvent.ReadEvent<number> => ({
  _tag: "Upsert",
  stream: "balance",
  id,
  row: {
    rowType: "entry",
    entryId: id,
    entryType: "payment",
    status: "PENDING",
    amount: usd(amount)
  } satisfies Balance.BalanceEntry,
  pending: true
})

export const balancePending = (...ids: ReadonlyArray<string>): ReadEvent.ReadEvent<number> => ({
  _tag: "PendingSnapshot",
  stream: "balance",
  ids
})

export const points = (id: string, count: number): ReadEvent.ReadEvent<number> => ({
  _tag: "Upsert",
  stream: "points",
  id,
  row: {
    rowType: "entry",
    entryId: id,
    entryType: "earned",
    status: "CONFIRMED",
    points: count,
    createdAt: stamp(0)
  } satisfies Points.PointsEntry
})

export const standing = (count: number): ReadEvent.ReadEvent<number> => ({
  _tag: "Upsert",
  stream: "points",
  id: "standing",
  row: { rowType: "standing", points: count } satisfies Points.PointsStanding
})

export const plan = (
  id: string,
  states: ReadonlyArray<Plan.InstallmentState>,
  more: More = {}
): ReadEvent.ReadEvent<number> => ({
  _tag: "Upsert",
  stream: "plans",
  id,
  row: {
    planId: id,
    planType: "pay_in_n",
    merchantName: "Pebble Row",
    amount: usd(states.length * 250),
    status: "ACTIVE",
    schedule: states.map((state, index) => ({
      installmentNumber: index + 1,
      dueDate: `2026-0${index + 2}-01`,
      amountDue: usd(250),
      state
    }))
  },
  ...more
})

export const unreadable = (
  stream: StreamName.StreamName,
  id: string,
  reason = "no amount",
  raw = `{"id":"${id}"}`
): ReadEvent.ReadEvent<number> => ({ _tag: "Quarantined", stream, reason, locator: { id }, raw })

/** A row its model refuses: a connector with a bug says such things. */
export const invalid = (id: string): ReadEvent.ReadEvent<number> => ({
  _tag: "Upsert",
  stream: "purchases",
  id,
  row: { ...purchaseRow(id), amount: { amount: 1.5, currency: "USD" } }
})
