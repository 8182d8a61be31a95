import { assert, describe, it } from "@effect/vitest"
import { InstallmentEvent, InstallmentTable } from "../src/index.ts"

describe("the installment table", () => {
  it("says of every event in every state what it does, or why it cannot be", () => {
    const tags = InstallmentEvent.InstallmentEvent.members.map((member) => member.fields._tag.schema.literal)
    assert.strictEqual(tags.length, 14)
    for (const state of InstallmentTable.states) {
      assert.sameMembers(Object.keys(InstallmentTable.table[state]), tags)
      for (const cell of Object.values(InstallmentTable.table[state])) {
        assert.isAbove(cell._tag === "Moves" ? cell.to.length : cell.why.length, 0)
      }
    }
  })

  it("moves exactly what it says: one row per event, one column per state", () => {
    const rows = InstallmentEvent.InstallmentEvent.members.map((member) => {
      const tag = member.fields._tag.schema.literal
      const cells = InstallmentTable.states.map((state) => {
        const cell = InstallmentTable.table[state][tag]
        return cell._tag === "Forbids" ? "✗" : cell._tag === "PassesBy" ? "·" : cell.to.join(",")
      })
      return `${tag}: ${cells.join(" | ")}`
    })
    const anywhere = "scheduled,due,paid,late,paused,cancelled"
    assert.deepStrictEqual(InstallmentTable.states, ["scheduled", "due", "late", "paused", "paid", "cancelled"])
    assert.deepStrictEqual(rows, [
      "DueDateReached: due | ✗ | ✗ | ✗ | ✗ | ✗",
      "PaymentMade: paid,scheduled | paid,due | paid,late | paid,paused | ✗ | ✗",
      "PaymentFailed: ✗ | due | late | ✗ | ✗ | ✗",
      "GraceOver: ✗ | late | late | ✗ | ✗ | ✗",
      "DueDateExtended: scheduled,due | scheduled,due | scheduled,due | ✗ | ✗ | ✗",
      "MissedMergedIntoNext: ✗ | cancelled | cancelled | ✗ | ✗ | ✗",
      "ReturnReported: paused | paused | paused | paused | paid | ·",
      "ProblemReported: paused | paused | paused | paused | paid | ·",
      "RefundDecided: ✗ | ✗ | ✗ | scheduled,due,cancelled,paid | paid | cancelled",
      "ReturnDeclined: ✗ | ✗ | ✗ | scheduled,due | paid | ·",
      "Refund: scheduled,cancelled,paid | due,cancelled,paid | late,cancelled,paid | paused,cancelled,paid | paid | cancelled",
      "EarlyPayoff: paid | paid | paid | paid | · | ·",
      "PlanCancelled: cancelled | cancelled | cancelled | cancelled | · | ·",
      `ScheduleRepublished: ${InstallmentTable.states.map(() => anywhere).join(" | ")}`
    ])
  })

  it("lets nothing but a republished schedule bring back what is paid or cancelled", () => {
    for (const state of InstallmentTable.states) {
      assert.strictEqual(InstallmentTable.leads("paid", state), state === "paid")
      assert.strictEqual(InstallmentTable.leads("cancelled", state), state === "cancelled")
      assert.isTrue(InstallmentTable.leads("scheduled", state))
    }
  })
})
