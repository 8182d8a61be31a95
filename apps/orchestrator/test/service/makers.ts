/**
 * How to make what an operation is asked of. A new route needs an entry here, by the endpoint's own name; without one the
 * matrix fails. An entry is called anew for each request, so it may make something that the request then ends.
 */
import type { StreamName } from "@paymirror/core"
import { randomUUID } from "node:crypto"
import type { Owned, People } from "./People.ts"

export interface Made {
  readonly params?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** Of a person; of nobody at all where there is none. */
export type Maker = (whose: Owned | undefined, people: People) => Made | Promise<Made>

const holder: Maker = (whose) => ({ params: { holderId: whose?.holderId ?? randomUUID() } })
const ofHolder: Maker = (whose) => ({ query: { holderId: whose?.holderId ?? randomUUID() } })
const ofAccount: Maker = (whose) => ({ query: { accountId: whose?.accountId ?? randomUUID() } })
const row =
  (stream: StreamName.StreamName): Maker =>
  (whose) => ({ params: { accountId: whose?.accountId ?? randomUUID(), id: whose?.rows[stream] ?? randomUUID() } })

/** A key for one call. */
export const once = () => ({ "idempotency-key": randomUUID() })

export const makers: Readonly<Record<string, Maker>> = {
  listAccounts: ofHolder,
  getAccount: (whose) => ({ params: { accountId: whose?.accountId ?? randomUUID() } }),
  listHolders: (whose) => ({ query: { reference: whose === undefined ? randomUUID() : (whose.marks[4] ?? "") } }),
  createHolder: () => ({ body: { reference: randomUUID() }, headers: once() }),
  getHolder: holder,
  listPurchases: ofAccount,
  getPurchase: row("purchases"),
  listPlans: ofHolder,
  getPlan: row("plans"),
  listInstallments: ofAccount,
  listCardTransactions: ofHolder,
  getCardTransaction: row("card"),
  listBalances: ofAccount,
  listBalanceEntries: ofHolder,
  getBalanceEntry: row("balance"),
  listPoints: ofHolder,
  listPointsEntries: ofAccount,
  getPointsEntry: row("points"),
  listDeliveries: ofHolder,
  getDelivery: row("deliveries"),
  listProfiles: ofAccount,
  listChanges: ofHolder,
  streamEvents: ofAccount,
  forecast: ofHolder,
  reconciliation: ofAccount,
  listAccessLog: ofHolder
}

/** What has no handler yet besides whole groups; each goes from here when it has. */
export const later: ReadonlySet<string> = new Set(["exportHolder", "eraseHolder"])
