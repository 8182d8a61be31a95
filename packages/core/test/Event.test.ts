/** Events: each change is told by what a reader would do about it, and never with an amount or a name in it. */
import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { Event, eventOf, type Plan, type Row, StreamName } from "@paymirror/core"

const usd = (amount: number) => ({ amount, currency: "USD" })

const plan = (...schedule: ReadonlyArray<Partial<Plan.Installment>>): Plan.Plan => ({
  planId: "pl",
  planType: "pay_in_n",
  merchantName: "Quillfish Supply",
  amount: usd(5000),
  status: "ACTIVE",
  schedule: schedule.map((one, index) => ({
    installmentNumber: index + 1,
    dueDate: `2026-06-${String(10 + index)}`,
    amountDue: usd(1250),
    state: "scheduled",
    ...one
  }))
})

const told = (before: Plan.Plan | undefined, after: Plan.Plan | undefined) =>
  eventOf({ stream: "plans", id: "pl", before, after }).map(({ data, type }) =>
    data.installmentNumber === undefined ? type : `${type} ${data.installmentNumber}`
  )

describe("installments", () => {
  it("each that moved is told, with its number", () => {
    const before = plan({}, {}, { state: "paused", pausedReason: "return" }, {})
    const after = plan(
      { state: "paid" },
      { state: "due" },
      { state: "scheduled" },
      { dueDate: "2026-09-01", state: "scheduled" }
    )
    assert.deepStrictEqual(told(before, after), [
      "plan.updated",
      "installment.paid 1",
      "installment.due 2",
      "installment.resumed 3",
      "installment.rescheduled 4"
    ])
  })

  it("a plan seen for the first time tells only what somebody has to act on", () => {
    assert.deepStrictEqual(told(undefined, plan({ state: "paid" }, { state: "late" }, { state: "due" }, {})), [
      "plan.created",
      "installment.late 2",
      "installment.due 3"
    ])
  })

  it("a plan that is gone is one event", () => {
    assert.deepStrictEqual(told(plan({ state: "due" }), undefined), ["plan.removed"])
  })
})

describe("the card", () => {
  const authorized = { transactionId: "c", status: "AUTHORIZATION" as const, amount: usd(-900) }
  const types = (before: Row.Row | undefined, after: Row.Row | undefined) =>
    eventOf({ stream: "card", id: "c", before, after }).map(({ type }) => type)

  it("an authorization and its settlement are told apart", () => {
    assert.deepStrictEqual(types(undefined, authorized), ["card.authorized"])
    assert.deepStrictEqual(types(authorized, { ...authorized, status: "POSTED", amount: usd(-1000) }), ["card.settled"])
    assert.deepStrictEqual(types(authorized, { ...authorized, status: "REVERSED" }), ["card.updated"])
  })
})

describe("any change", () => {
  const isEvent = Schema.is(Event.Event)
  const row = { rowType: "entry", merchantName: "Quillfish Supply", amount: usd(900), points: 9, schedule: [] }
  for (const stream of StreamName.streamNames) {
    it(`of ${stream} is an event of the catalogue that holds ids and nothing else`, () => {
      const [before, after] = [row, { ...row, rowType: "balance" }] as unknown as [Row.Row, Row.Row]
      for (const changed of [
        { before: undefined, after },
        { before, after },
        { before, after: undefined }
      ]) {
        const facts = eventOf({ stream, id: "x", ...changed })
        assert.isAbove(facts.length, 0)
        for (const { data, type } of facts) {
          assert.isTrue(isEvent({ type, timestamp: "2026-06-08T12:04:11.000Z", data: { holderId: "h", ...data } }))
          assert.isTrue(Object.keys(data).every((key) => ["stream", "id", "installmentNumber"].includes(key)))
        }
      }
    })
  }
})
