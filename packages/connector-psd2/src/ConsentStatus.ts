/**
 * The states of a consent, one machine for all dialects. A bank's word is read whatever its case and with or without
 * underscores; a word nobody knows is `unknown`, which is neither an approval nor a refusal: it is asked again until the
 * time to approve is over. Nothing here calls a bank or reads a clock.
 */
import type { DialectName } from "./Institution.ts"
import { lookUp } from "./word.ts"

/**
 * `awaiting`: the person has not finished approving. `partly`: some of several people have. `paused`: withdrawn in a way
 * the bank can take back on the same consent. `over` states: `rejected` (never approved), `revoked` (by the person or the
 * bank), `closed` (by us), `expired`.
 */
export type State =
  | "awaiting"
  | "partly"
  | "valid"
  | "paused"
  | "rejected"
  | "revoked"
  | "closed"
  | "expired"
  | "unknown"

export const states: ReadonlyArray<State> = [
  "awaiting",
  "partly",
  "valid",
  "paused",
  "rejected",
  "revoked",
  "closed",
  "expired",
  "unknown"
]

type Words = Readonly<Record<string, State>>

/** NextGenPSD2 1.3 and openFinance 2; the latter says client where the former said TPP. */
const berlin: Words = {
  received: "awaiting",
  partiallyauthorised: "partly",
  valid: "valid",
  rejected: "rejected",
  revokedbypsu: "revoked",
  revokedbyaspsp: "revoked",
  terminatedbytpp: "closed",
  terminatedbyclient: "closed",
  expired: "expired"
}

/** 3.1 in words, 4.0 in codes. `Revoked` was final; `CANC` may be authorised again. */
const obie: Words = {
  awaitingauthorisation: "awaiting",
  awaitingfurtherauthorisation: "partly",
  authorised: "valid",
  rejected: "rejected",
  revoked: "revoked",
  awau: "awaiting",
  awfu: "partly",
  auth: "valid",
  rjct: "rejected",
  canc: "paused",
  expd: "expired"
}

const enableBanking: Words = {
  pendingauthorization: "awaiting",
  returnedfrombank: "awaiting",
  authorized: "valid",
  cancelled: "rejected",
  invalid: "rejected",
  expired: "expired",
  closed: "closed",
  revoked: "revoked"
}

const words: Readonly<Record<DialectName, Words>> = { "klarna": berlin, berlin, obie, "enable-banking": enableBanking }

/** What a bank's word for its consent means; `unknown` for one that is none of its dialect's. */
export const of = (dialect: DialectName, word: string): State => lookUp(words[dialect], word) ?? "unknown"

/** Whether nothing can come of this consent any more: the person would have to approve a new one. */
export const isTerminal = (state: State): boolean => leadsTo[state].length === 0

const over: ReadonlyArray<State> = ["revoked", "closed", "expired"]

/** Where a state may lead, itself not named. A word that is not understood may stand for any of them. */
const leadsTo: Readonly<Record<State, ReadonlyArray<State>>> = {
  awaiting: ["partly", "valid", "rejected", "unknown", ...over],
  partly: ["valid", "rejected", "unknown", ...over],
  valid: ["paused", "unknown", ...over],
  paused: ["valid", "unknown", ...over],
  rejected: [],
  revoked: [],
  closed: [],
  expired: [],
  unknown: ["awaiting", "partly", "valid", "paused", "rejected", ...over]
}

export const allows = (from: State, to: State): boolean => from === to || leadsTo[from].includes(to)

/**
 * Where a consent stands after the bank's next word. A move that cannot be (a machine of the bank that lags behind
 * another, a revoked consent that reads as valid) is not made: `surprising` says so, and the state stays.
 */
export const next = (from: State, to: State): { readonly state: State; readonly surprising: boolean } =>
  allows(from, to) ? { state: to, surprising: false } : { state: from, surprising: true }

/** What to do while a person approves: ask again, go on, or give up and say so. */
export type Approval = "poll" | "approved" | "refused" | "too_late"

/** Times are epoch milliseconds. What was approved stays approved however late it is seen. */
export const approval = (state: State, now: number, deadline: number): Approval => {
  if (state === "valid") return "approved"
  if (state === "paused" || isTerminal(state)) return state === "expired" ? "too_late" : "refused"
  return now >= deadline ? "too_late" : "poll"
}
