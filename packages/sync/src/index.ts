/**
 * The engine: drives one connector into one mirror. A program needs `layer`, a database (`@paymirror/sync/sqlite`) and
 * a connector's layer; see the README for the whole of it.
 */
import * as Layer from "effect/Layer"
import { Connections } from "./Connections.ts"
import { Engine, type Options } from "./Engine.ts"
import { migrate } from "./migrations.ts"
import { Sessions } from "./Sessions.ts"

export * as Changes from "./Changes.ts"
export { type Agreement, type Connection, Connections, type LinkedConnection, NoSuchAccount } from "./Connections.ts"
export { Engine, type Options, type RunInput } from "./Engine.ts"
export * as Lease from "./Lease.ts"
export * as Mirror from "./Mirror.ts"
export * as Projection from "./Projection.ts"
export * as Reminders from "./Reminders.ts"
export type { Outcome, Report } from "./Outcome.ts"
export type { Reconciliation } from "./Reconcile.ts"
export { Seal, SealError } from "./Seal.ts"
export { Sessions } from "./Sessions.ts"
export { Bulk } from "./Bulk.ts"

/** The engine over a database whose schema is brought up to date first. */
export const layer = (options: Options = {}) =>
  Engine.layer(options).pipe(
    Layer.provideMerge(Layer.mergeAll(Sessions.layer(options), Connections.layer)),
    Layer.provideMerge(Layer.effectDiscard(migrate))
  )
