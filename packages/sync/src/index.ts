/**
 * The engine: drives one connector into one mirror. A program needs `layer`, a database (`@paymirror/sync/sqlite`) and
 * a connector's layer; see the README for the whole of it.
 */
import * as Layer from "effect/Layer"
import { AccessLog } from "./AccessLog.ts"
import { Connections } from "./Connections.ts"
import { Engine, type Options } from "./Engine.ts"
import { migrate } from "./migrations.ts"
import { Running } from "./Running.ts"
import { Sessions } from "./Sessions.ts"

export { type Access, AccessLog, type Line as AccessLine } from "./AccessLog.ts"
export type { End as AccessEnd, Verdict as AccessVerdict } from "./AccessChain.ts"
export * as Changes from "./Changes.ts"
export {
  type Agreement,
  type Connection,
  Connections,
  HostDisclosure,
  type LinkedConnection,
  NoSuchAccount
} from "./Connections.ts"
export { Engine, type Options, type RunInput } from "./Engine.ts"
export type { LookInput } from "./look.ts"
export { categories } from "./Categories.ts"
export * as ConsentRecord from "./ConsentRecord.ts"
export * as Erasure from "./Erasure.ts"
export { forget, rebuild } from "./forget.ts"
export * as Lease from "./Lease.ts"
export * as LegalHold from "./LegalHold.ts"
export * as Mirror from "./Mirror.ts"
export * as Occurrences from "./Occurrences.ts"
export { type List as PersonFileList, PersonFile } from "./PersonFile.ts"
export { exportPerson } from "./exportPerson.ts"
export { type Brought, importPerson, NotImported } from "./importPerson.ts"
export * as Projection from "./Projection.ts"
export * as Retention from "./Retention.ts"
export * as Reminders from "./Reminders.ts"
export type { Outcome, Report } from "./Outcome.ts"
export type { Reconciliation } from "./Reconcile.ts"
export type { Rotated, Status as SealStatus } from "./KeyRotation.ts"
export { idOf as masterKeyId, type Ring } from "./MasterKeys.ts"
export * as Place from "./Place.ts"
export { Seal } from "./Seal.ts"
export { SealError } from "./SealError.ts"
export { Sessions } from "./Sessions.ts"
export { Running } from "./Running.ts"
export * as ConsentLedger from "./ConsentLedger.ts"
export { Bulk } from "./Bulk.ts"

/** The engine over a database whose schema is brought up to date first. */
export const layer = (options: Options = {}) =>
  Engine.layer(options).pipe(
    Layer.provideMerge(Layer.mergeAll(Sessions.layer(options), Connections.layer, AccessLog.layer)),
    Layer.provideMerge(Running.layer),
    Layer.provideMerge(Layer.effectDiscard(migrate))
  )
