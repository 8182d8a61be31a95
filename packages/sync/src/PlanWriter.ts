/**
 * What a plan's row brings with it: its installments as rows of their own (to be found by due date), the log of their
 * moves with the evidence, and what is raised. A schedule that does not add up and a move that contradicts what was
 * reported before are taken over as stated, and raised.
 */
import { Schedule, Transition } from "@paymirror/core"
import type { Plan } from "@paymirror/core"
import * as Effect from "effect/Effect"
import type { Bulk, Value } from "./Bulk.ts"

const put = `INSERT INTO installment (row, number, account, due_date, state, amount_due, currency) VALUES (?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (row, number) DO UPDATE SET due_date = excluded.due_date, state = excluded.state,
    amount_due = excluded.amount_due, currency = excluded.currency`
const drop = "DELETE FROM installment WHERE row = ? AND number > ?"
const log = `INSERT INTO transition
  (row, account, installment_number, from_state, to_state, event, evidence, contradiction, run, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
const raise = `INSERT INTO discrepancy (account, stream, name, place, expected, actual, raised_at) VALUES (?, 'plans', ?, ?, ?, ?, ?)
  ON CONFLICT (account, stream, name, place) WHERE resolved_at IS NULL DO NOTHING`
const resolve = `UPDATE discrepancy SET resolved_at = ?
  WHERE account = ? AND stream = 'plans' AND name = ? AND place = ? AND resolved_at IS NULL`

interface Under {
  readonly account: number
  readonly run: number
  readonly at: string
}

/** Gathers what a batch does to plans; `write` carries it out. */
export class PlanWriter {
  private readonly installments: Array<Array<Value>> = []
  private readonly dropped: Array<Array<Value>> = []
  private readonly moves: Array<Array<Value>> = []
  private readonly raised: Array<Array<Value>> = []
  private readonly resolved: Array<Array<Value>> = []
  private readonly under: Under

  constructor(under: Under) {
    this.under = under
  }

  gone(n: number): void {
    this.dropped.push([n, 0])
  }

  /** `before` is the row's body until now, where there was one. */
  stands(n: number, before: string | undefined, plan: Plan.Plan): void {
    const { account, at, run } = this.under
    let highest = 0
    for (const one of plan.schedule) {
      highest = Math.max(highest, one.installmentNumber)
      this.installments.push([
        n,
        one.installmentNumber,
        account,
        one.dueDate,
        one.state,
        one.amountDue.amount,
        one.amountDue.currency
      ])
    }
    const gap = Schedule.imbalance(plan)
    if (gap !== 0) this.raised.push([account, "sum", plan.planId, "0", String(gap), at])
    if (before === undefined) return
    if (gap === 0) this.resolved.push([at, account, "sum", plan.planId])
    this.dropped.push([n, highest])
    const seen = { date: at.slice(0, 10), evidence: `run ${run}` }
    for (const move of Transition.diff(JSON.parse(before) as Plan.Plan, plan, seen)) {
      const contradicts = move.contradiction === true
      this.moves.push([
        n,
        account,
        move.installmentNumber,
        move.from ?? null,
        move.to ?? null,
        move.event,
        move.evidence,
        contradicts ? 1 : 0,
        run,
        at
      ])
      const place = `${plan.planId} #${move.installmentNumber}`
      if (contradicts) this.raised.push([account, "contradiction", place, move.from ?? "", move.to ?? "", at])
      else this.resolved.push([at, account, "contradiction", place])
    }
  }

  write(bulk: Bulk["Service"]) {
    return Effect.all(
      [
        bulk.write(drop, this.dropped),
        bulk.write(put, this.installments),
        bulk.write(log, this.moves),
        bulk.write(resolve, this.resolved),
        bulk.write(raise, this.raised)
      ],
      { discard: true }
    )
  }
}
