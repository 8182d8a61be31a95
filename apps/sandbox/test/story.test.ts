/** The story a demonstration tells, by command over HTTP, as a reader of the wire sees it. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { Sandbox } from "../src/index.ts"
import type { InstallmentRow } from "../src/index.ts"
import { body, post, read, signIn, walk } from "./reader.ts"
import type { Heard } from "./reader.ts"

const ready = Effect.gen(function* () {
  const sandbox = yield* Sandbox.make({ session: { accessSeconds: 1e9 } })
  const token = yield* signIn(sandbox, "alex")
  const purchase = (merchant: string, plan: string) =>
    Effect.map(read(sandbox, token, "/consumer/v2/purchases", { page_size: "200" }), (heard) => {
      const found = body(heard).purchases.findLast((row) => row.merchant === merchant && row.plan === plan)
      return found ?? assert.fail("no such purchase")
    })
  const command = (name: string, body: unknown): Effect.Effect<Heard, "broken"> =>
    Effect.tap(post(sandbox, `/_sandbox/people/alex/${name}`, body), (heard) =>
      Effect.sync(() => assert.strictEqual(heard.status, 200, heard.text))
    )
  const to = (instant: string) => post(sandbox, "/_sandbox/advance", { to: instant })
  return { sandbox, token, purchase, command, to }
})

const brief = (one: InstallmentRow): string => `${one.due} ${one.amount_minor} ${one.state}`

describe("the story", () => {
  it.effect("begins with every plan, every state of an order and every ledger", () =>
    Effect.gen(function* () {
      const { sandbox, token } = yield* ready
      const { rows } = yield* walk(sandbox, token, "purchases")
      assert.strictEqual(new Set(rows.map((row) => row["plan"])).size, 7)
      assert.strictEqual(new Set(rows.map((row) => row["status"])).size, 4)
      const card = (yield* walk(sandbox, token, "card")).rows
      assert.strictEqual(new Set(card.map((row) => row["state"])).size, 4)
      assert.isTrue(card.some((row) => row["refund_of"] !== undefined))
      const kinds = new Set((yield* walk(sandbox, token, "balance")).rows.map((row) => row["kind"]))
      assert.isTrue(["top_up", "payment", "refund", "cashback", "withdrawal"].every((kind) => kinds.has(kind)))
      const statuses = new Set((yield* walk(sandbox, token, "deliveries")).rows.map((row) => row["status"]))
      assert.deepStrictEqual(statuses, new Set(["delivered", "out_for_delivery"]))
    })
  )

  it.effect("goes on: an installment falls due in the morning and is paid later that day", () =>
    Effect.gen(function* () {
      const { purchase, to } = yield* ready
      const kettle = () => Effect.map(purchase("Moth Lantern", "pay_in_4"), (row) => row.installments[1])
      assert.strictEqual((yield* kettle())?.state, "scheduled")
      yield* to("2026-06-04T08:00:00Z")
      assert.strictEqual((yield* kettle())?.state, "due")
      yield* to("2026-06-04T20:00:00Z")
      assert.deepInclude(yield* kettle(), { state: "paid", paid_on: "2026-06-04", paid_minor: 1250 })
    })
  )

  it.effect("a return pauses what remains, and a refund of a part recomputes it", () =>
    Effect.gen(function* () {
      const { command, purchase, to } = yield* ready
      const speaker = yield* purchase("Quillfish Supply", "pay_in_4")
      yield* command("report-return", { purchaseId: speaker.id })
      const paused = yield* purchase("Quillfish Supply", "pay_in_4")
      assert.deepStrictEqual(paused.installments.map(brief), [
        "2026-05-29 5000 paid",
        "2026-06-12 5000 paused",
        "2026-06-26 5000 paused",
        "2026-07-10 5000 paused"
      ])
      assert.strictEqual(paused.installments[1]?.pause_reason, "return")
      yield* to("2026-06-08T09:00:00Z")
      yield* command("resolve-return", { purchaseId: speaker.id, outcome: "accepted", refund: 4_000 })
      const resumed = yield* purchase("Quillfish Supply", "pay_in_4")
      assert.strictEqual(resumed.refunded_minor, 4_000)
      assert.deepStrictEqual(resumed.installments.map(brief), [
        "2026-05-29 5000 paid",
        "2026-06-19 3666 scheduled",
        "2026-07-03 3667 scheduled",
        "2026-07-17 3667 scheduled"
      ])
    })
  )

  it.effect("a refund of more than remains goes back to the balance, and takes its points along", () =>
    Effect.gen(function* () {
      const { command, purchase, sandbox, to, token } = yield* ready
      const speaker = yield* purchase("Quillfish Supply", "pay_in_4")
      yield* to("2026-06-28T09:00:00Z")
      yield* command("refund", { purchaseId: speaker.id, amount: 12_000 })
      const refunded = yield* purchase("Quillfish Supply", "pay_in_4")
      assert.deepStrictEqual(refunded.installments.map(brief), [
        "2026-05-29 5000 paid",
        "2026-06-12 5000 paid",
        "2026-06-26 5000 paid",
        "2026-07-10 0 cancelled"
      ])
      const back = (yield* walk(sandbox, token, "balance")).rows.at(-1)
      assert.deepInclude(back, { kind: "refund", amount_minor: 7_000, purchase_id: speaker.id, state: "booked" })
      const points = (yield* walk(sandbox, token, "cashback")).rows.at(-1)
      assert.deepInclude(points, { kind: "reversed", points: -120, purchase_id: speaker.id, state: "confirmed" })
    })
  )

  it.effect("a redemption shows as a points debit and a balance credit that name each other", () =>
    Effect.gen(function* () {
      const { command, sandbox, token } = yield* ready
      const before = body(yield* read(sandbox, token, "/consumer/v2/cashback"))
      const { balance, points } = body(yield* command("redeem-points", { points: 500 }))
      assert.strictEqual(points.balance_entry_id, balance.id)
      assert.strictEqual(balance.points_entry_id, points.id)
      assert.deepStrictEqual([points.points, balance.amount_minor], [-500, 500])
      assert.strictEqual((yield* walk(sandbox, token, "balance")).rows.at(-1)?.id, balance.id)
      assert.strictEqual((yield* walk(sandbox, token, "cashback")).rows.at(-1)?.id, points.id)
      const after = body(yield* read(sandbox, token, "/consumer/v2/cashback"))
      assert.strictEqual(after.cashback.points, before.cashback.points - 500)
    })
  )

  it.effect("a payment that fails is tried again, goes late with a fee, and merges into the next", () =>
    Effect.gen(function* () {
      const { command, purchase, to } = yield* ready
      const { id } = yield* purchase("Moth Lantern", "pay_in_4")
      yield* command("fail-next-payment", { purchaseId: id, times: 4 })
      yield* to("2026-06-14T12:00:00Z")
      assert.strictEqual((yield* purchase("Moth Lantern", "pay_in_4")).installments[1]?.state, "due")
      yield* to("2026-06-15T00:00:00Z")
      assert.deepInclude((yield* purchase("Moth Lantern", "pay_in_4")).installments[1], {
        state: "late",
        amount_minor: 1562,
        late_fee_minor: 312
      })
      yield* to("2026-06-17T00:00:00Z")
      const [, missed, next] = (yield* purchase("Moth Lantern", "pay_in_4")).installments
      assert.deepInclude(missed, { state: "cancelled", cancel_reason: "merged", amount_minor: 0 })
      assert.deepInclude(next, { state: "scheduled", amount_minor: 2812, late_fee_minor: 312 })
    })
  )

  it.effect("a due date can be extended once", () =>
    Effect.gen(function* () {
      const { command, purchase, sandbox } = yield* ready
      const { id } = yield* purchase("Moth Lantern", "pay_in_4")
      yield* command("extend-due-date", { purchaseId: id, days: 7 })
      const [, next] = (yield* purchase("Moth Lantern", "pay_in_4")).installments
      assert.deepInclude(next, { due: "2026-06-11", extended_from: "2026-06-04", state: "scheduled" })
      const again = yield* post(sandbox, "/_sandbox/people/alex/extend-due-date", { purchaseId: id })
      assert.strictEqual(again.status, 409)
    })
  )

  it.effect("a declined return resumes the plan later by as long as it was paused", () =>
    Effect.gen(function* () {
      const { command, purchase, to } = yield* ready
      const { id } = yield* purchase("Moth Lantern", "pay_in_4")
      yield* command("report-return", { purchaseId: id })
      yield* to("2026-06-11T09:00:00Z")
      yield* command("resolve-return", { purchaseId: id, outcome: "declined" })
      const { installments } = yield* purchase("Moth Lantern", "pay_in_4")
      assert.deepStrictEqual(installments.slice(1).map(brief), [
        "2026-06-14 1250 scheduled",
        "2026-06-28 1250 scheduled",
        "2026-07-12 1249 scheduled"
      ])
    })
  )

  it.effect("is told in the same bytes to every reader who gives the same commands", () =>
    Effect.gen(function* () {
      const told = Effect.gen(function* () {
        const { command, purchase, sandbox, to, token } = yield* ready
        const { id } = yield* purchase("Quillfish Supply", "pay_in_4")
        const answers = [
          yield* command("report-return", { purchaseId: id }),
          yield* to("2026-06-20T00:00:00Z"),
          yield* command("resolve-return", { purchaseId: id, outcome: "accepted" }),
          yield* command("shop", { merchant: "Pebble Row", amount: 7_777, plan: "financing_6", fees: 100 }),
          yield* read(sandbox, token, "/consumer/v2/purchases", { page_size: "200" }),
          yield* read(sandbox, token, "/consumer/v2/balance"),
          yield* read(sandbox, token, "/consumer/v2/cashback/entries")
        ]
        for (const { headers } of answers) assert.isNull(headers.get("date"))
        return [token, ...answers.flatMap(({ headers, text }) => [text, JSON.stringify([...headers])])].join("\n")
      }).pipe(Effect.scoped)
      assert.strictEqual(yield* told, yield* told)
    })
  )
})
