/** What a provider's far side is made of: routes, feeds, sessions, faults, a ledger, a clock. See `README.md`. */
export * as Route from "./Route.ts"
export * as Simulator from "./Simulator.ts"
export * as Socket from "./Socket.ts"
export {
  addDays,
  addMonths,
  atHour,
  Clock,
  day,
  dayOf,
  daysBetween,
  defaultStart,
  hour,
  iso,
  minute,
  second
} from "./Clock.ts"
export type { Day } from "./Clock.ts"
export { Cursors } from "./Cursors.ts"
export type { Drift } from "./Drift.ts"
export { render } from "./Exchange.ts"
export type { Answer, Asked, Rendered } from "./Exchange.ts"
export { farSide } from "./FarSide.ts"
export type { Far, Staging } from "./FarSide.ts"
export type { FarSide } from "../Subject.ts"
export { Fault, Faults, Rule } from "./Faults.ts"
export type { FaultKind } from "./Faults.ts"
export { Feed } from "./Feed.ts"
export type { Names, Page } from "./Feed.ts"
export type { Listing } from "./Paging.ts"
export { Random } from "./Random.ts"
export { RequestLedger } from "./RequestLedger.ts"
export type { LedgerEntry, LedgerTotals, Purpose } from "./RequestLedger.ts"
export { defaultMode, rotations, Sessions } from "./Session.ts"
export type { HandOver, Rotation, SessionEvent, SessionMode } from "./Session.ts"
export { instead, spoilt } from "./Spoil.ts"
