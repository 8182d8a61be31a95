/**
 * One entry of an installment's log: where it was, where it is, what moved it, and where that was seen. `diff` finds
 * them between two states of a plan. It judges nothing: what the provider states is taken over, and a move that no
 * event explains is only marked.
 */
import type { CalendarDate } from "./CalendarDate.ts"
import type { EventTag } from "./InstallmentEvent.ts"
import * as InstallmentTable from "./InstallmentTable.ts"
import type { Money } from "./Money.ts"
import type { Installment, InstallmentState, Plan } from "./Plan.ts"

/** The day something happened and where that was seen. */
export interface Seen {
  readonly date: CalendarDate
  readonly evidence: string
}

/** `from` equals `to` where an installment was touched and not moved: another amount, another date, a failed payment. */
export interface Transition extends Seen {
  readonly planId: string
  readonly installmentNumber: number
  /** Absent (`undefined`) for an installment seen for the first time. */
  readonly from: InstallmentState | undefined
  /** Absent (`undefined`) for one the provider no longer names. */
  readonly to: InstallmentState | undefined
  readonly event: EventTag
  /** The provider states a move that no sequence of events leads to. It stands; somebody should look. */
  readonly contradiction?: true
}

const none: ReadonlyArray<Transition> = []

/**
 * What changed from one state of a plan to the next, installment by installment, found by number. Both are states the
 * provider reported; each transition carries `seen` and the event `ScheduleRepublished`. Nothing is allocated where
 * nothing changed. A plan seen for the first time (`before` undefined) gives one transition per installment.
 */
export const diff = (before: Plan | undefined, after: Plan, seen: Seen): ReadonlyArray<Transition> => {
  if (before === after) return none
  let transitions: Array<Transition> | undefined
  let index = 0
  let found = 0
  for (const now of after.schedule) {
    const was = before === undefined ? undefined : at(before.schedule, index, now.installmentNumber)
    index += 1
    if (was !== undefined) found += 1
    if (was !== undefined && same(was, now)) continue
    transitions ??= []
    transitions.push(reported(after.planId, was, now, seen))
  }
  if (before !== undefined && found < before.schedule.length) {
    for (const was of before.schedule) {
      if (at(after.schedule, -1, was.installmentNumber) !== undefined) continue
      transitions ??= []
      transitions.push(reported(after.planId, was, undefined, seen))
    }
  }
  return transitions ?? none
}

const at = (schedule: ReadonlyArray<Installment>, index: number, number: number): Installment | undefined => {
  const here = schedule[index]
  if (here !== undefined && here.installmentNumber === number) return here
  for (const installment of schedule) if (installment.installmentNumber === number) return installment
  return undefined
}

const reported = (
  planId: string,
  was: Installment | undefined,
  now: Installment | undefined,
  seen: Seen
): Transition => {
  const transition: Transition = {
    planId,
    installmentNumber: now?.installmentNumber ?? was?.installmentNumber ?? 0,
    from: was?.state,
    to: now?.state,
    event: "ScheduleRepublished",
    date: seen.date,
    evidence: seen.evidence
  }
  return contradicts(was?.state, now?.state) ? { ...transition, contradiction: true } : transition
}

const contradicts = (from: InstallmentState | undefined, to: InstallmentState | undefined): boolean =>
  from !== undefined && (to === undefined ? from === "paid" : !InstallmentTable.leads(from, to))

const same = (a: Installment, b: Installment): boolean =>
  a === b ||
  (a.state === b.state &&
    a.dueDate === b.dueDate &&
    sameMoney(a.amountDue, b.amountDue) &&
    sameMoney(a.amountPaid, b.amountPaid) &&
    sameMoney(a.lateFeeAmount, b.lateFeeAmount) &&
    a.paidDate === b.paidDate &&
    a.extendedFromDate === b.extendedFromDate &&
    a.pausedReason === b.pausedReason &&
    a.cancelledReason === b.cancelledReason)

const sameMoney = (a: Money | undefined, b: Money | undefined): boolean =>
  a === b || (a !== undefined && b !== undefined && a.amount === b.amount && a.currency === b.currency)
