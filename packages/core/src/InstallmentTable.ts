/**
 * The table of the installment machine: every state, every event, and what one does to the other. It is complete by
 * type. A cell names the states an installment may be left in (its own among them: touched, not moved), or says why the
 * event cannot be. The table knows no dates and no amounts; a move it allows can still be refused for those.
 */
import type { AimedTag, EventTag } from "./InstallmentEvent.ts"
import type { InstallmentState } from "./Plan.ts"

/** The event leaves the installment in one of `to`; the first is the usual one. */
export interface Moves {
  readonly _tag: "Moves"
  readonly to: ReadonlyArray<InstallmentState>
}

/** An event of the whole plan does not concern this installment. One that concerns none is illegal. */
export interface PassesBy {
  readonly _tag: "PassesBy"
  readonly why: string
}

/** The event contradicts the state. One of the whole plan is refused for the whole plan. */
export interface Forbids {
  readonly _tag: "Forbids"
  readonly why: string
}

export type Cell = Moves | PassesBy | Forbids

type Row = Readonly<Record<AimedTag, Moves | Forbids> & Record<Exclude<EventTag, AimedTag>, Cell>>

const to = (...states: ReadonlyArray<InstallmentState>): Moves => ({ _tag: "Moves", to: states })
const passesBy = (why: string): PassesBy => ({ _tag: "PassesBy", why })
const illegal = (why: string): Forbids => ({ _tag: "Forbids", why })

const anywhere = to("scheduled", "due", "paid", "late", "paused", "cancelled")

export const table: Readonly<Record<InstallmentState, Row>> = {
  scheduled: {
    DueDateReached: to("due"),
    PaymentMade: to("paid", "scheduled"),
    PaymentFailed: illegal("no payment is taken before it is due"),
    GraceOver: illegal("it is not due yet"),
    DueDateExtended: to("scheduled", "due"),
    MissedMergedIntoNext: illegal("it has not been missed"),
    ReturnReported: to("paused"),
    ProblemReported: to("paused"),
    RefundDecided: illegal("no return or problem is open"),
    ReturnDeclined: illegal("no return or problem is open"),
    Refund: to("scheduled", "cancelled", "paid"),
    EarlyPayoff: to("paid"),
    PlanCancelled: to("cancelled"),
    ScheduleRepublished: anywhere
  },
  due: {
    DueDateReached: illegal("it is due already"),
    PaymentMade: to("paid", "due"),
    PaymentFailed: to("due"),
    GraceOver: to("late"),
    DueDateExtended: to("scheduled", "due"),
    MissedMergedIntoNext: to("cancelled"),
    ReturnReported: to("paused"),
    ProblemReported: to("paused"),
    RefundDecided: illegal("no return or problem is open"),
    ReturnDeclined: illegal("no return or problem is open"),
    Refund: to("due", "cancelled", "paid"),
    EarlyPayoff: to("paid"),
    PlanCancelled: to("cancelled"),
    ScheduleRepublished: anywhere
  },
  late: {
    DueDateReached: illegal("its due date has passed already"),
    PaymentMade: to("paid", "late"),
    PaymentFailed: to("late"),
    GraceOver: to("late"),
    DueDateExtended: to("scheduled", "due"),
    MissedMergedIntoNext: to("cancelled"),
    ReturnReported: to("paused"),
    ProblemReported: to("paused"),
    RefundDecided: illegal("no return or problem is open"),
    ReturnDeclined: illegal("no return or problem is open"),
    Refund: to("late", "cancelled", "paid"),
    EarlyPayoff: to("paid"),
    PlanCancelled: to("cancelled"),
    ScheduleRepublished: anywhere
  },
  paused: {
    DueDateReached: illegal("nothing falls due while it is paused"),
    PaymentMade: to("paid", "paused"),
    PaymentFailed: illegal("no payment is taken while it is paused"),
    GraceOver: illegal("no grace runs while it is paused"),
    DueDateExtended: illegal("its due date stands still while it is paused"),
    MissedMergedIntoNext: illegal("nothing is missed while it is paused"),
    ReturnReported: to("paused"),
    ProblemReported: to("paused"),
    RefundDecided: to("scheduled", "due", "cancelled", "paid"),
    ReturnDeclined: to("scheduled", "due"),
    Refund: to("paused", "cancelled", "paid"),
    EarlyPayoff: to("paid"),
    PlanCancelled: to("cancelled"),
    ScheduleRepublished: anywhere
  },
  paid: {
    DueDateReached: illegal("it is paid"),
    PaymentMade: illegal("it is paid"),
    PaymentFailed: illegal("it is paid"),
    GraceOver: illegal("it is paid"),
    DueDateExtended: illegal("it is paid"),
    MissedMergedIntoNext: illegal("it is paid"),
    ReturnReported: to("paid"),
    ProblemReported: to("paid"),
    RefundDecided: to("paid"),
    ReturnDeclined: to("paid"),
    Refund: to("paid"),
    EarlyPayoff: passesBy("it is paid"),
    PlanCancelled: passesBy("it is paid"),
    ScheduleRepublished: anywhere
  },
  cancelled: {
    DueDateReached: illegal("it is cancelled"),
    PaymentMade: illegal("it is cancelled"),
    PaymentFailed: illegal("it is cancelled"),
    GraceOver: illegal("it is cancelled"),
    DueDateExtended: illegal("it is cancelled"),
    MissedMergedIntoNext: illegal("it is cancelled"),
    ReturnReported: passesBy("it is cancelled"),
    ProblemReported: passesBy("it is cancelled"),
    RefundDecided: to("cancelled"),
    ReturnDeclined: passesBy("it is cancelled"),
    Refund: to("cancelled"),
    EarlyPayoff: passesBy("it is cancelled"),
    PlanCancelled: passesBy("it is cancelled"),
    ScheduleRepublished: anywhere
  }
}

/** Every state, in the order of an installment's life. */
export const states = Object.keys(table) as ReadonlyArray<InstallmentState>

/** The state an event is there to bring about: what its first cell that moves anything names first. */
export const aim = (tag: EventTag): InstallmentState | undefined => {
  for (const state of states) {
    const cell = table[state][tag]
    if (cell._tag === "Moves") return cell.to[0]
  }
  return undefined
}

/** All states that one, or several, events lead to from `start`; a republished schedule is not among them. */
const reachableFrom = (start: InstallmentState): ReadonlySet<InstallmentState> => {
  const reached = new Set<InstallmentState>([start])
  for (const state of reached) {
    for (const [tag, cell] of Object.entries(table[state])) {
      if (tag === "ScheduleRepublished" || cell._tag !== "Moves") continue
      for (const next of cell.to) reached.add(next)
    }
  }
  return reached
}

const reachable: Readonly<Record<InstallmentState, ReadonlySet<InstallmentState>>> = {
  scheduled: reachableFrom("scheduled"),
  due: reachableFrom("due"),
  late: reachableFrom("late"),
  paused: reachableFrom("paused"),
  paid: reachableFrom("paid"),
  cancelled: reachableFrom("cancelled")
}

/** Whether any sequence of events leads from one state to another. Two reads can lie several events apart. */
export const leads = (from: InstallmentState, to: InstallmentState): boolean => reachable[from].has(to)
