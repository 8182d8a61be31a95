/** What translations have in common: words and their meanings, and the rows most of them make alike. */
import { assert, describe, it } from "@effect/vitest"
import { Wire } from "@paymirror/session"
import { each, instant, Rows, words } from "@paymirror/session/translation"
import * as Schema from "effect/Schema"

describe("a word", () => {
  const Kind = Wire.open(["load", "spend", "round_up"])
  type Kind = typeof Kind.Type

  it("that the wire lists has to be given its meaning, and no other has one", () => {
    const meaning = words<number, Kind>({ load: 1, ...each(["spend", "round_up"], 2) })
    assert.deepStrictEqual(["load", "spend", "round_up", "gift", "constructor"].map(meaning), [
      1,
      2,
      2,
      undefined,
      undefined
    ])
    // @ts-expect-error one has no meaning
    words<number, Kind>({ load: 1, spend: 2 })
    // @ts-expect-error one is not listed
    words<number, Kind>({ load: 1, spend: 2, round_up: 2, gift: 3 })
  })
})

const at = instant(Schema.decodeSync(Wire.Moment)("2026-06-01T08:00:00Z"))
const usd = (amount: number) => ({ amount, currency: "USD" })
const bought = { id: "o_1", version: at, merchantName: "Alder & Ash", amount: usd(400) }
const part = (state: "paid" | "scheduled" | "cancelled") => ({
  installmentNumber: 1,
  dueDate: "2026-06-08",
  amountDue: usd(400),
  state
})

describe("a purchase and its plan", () => {
  const told = (purchase: Rows.Financed["purchase"], plan: Omit<Rows.Financed["plan"], "planType">) =>
    Rows.financed({ ...bought, purchase, plan: { planType: "pay_in_n", ...plan } }).map(
      ({ row }) => "status" in row && row.status
    )

  it("stand as the provider says, and where it does not, as the schedule does", () => {
    assert.deepStrictEqual(told({}, { schedule: [part("scheduled")] }), ["OPEN", "ACTIVE"])
    assert.deepStrictEqual(told({}, { schedule: [part("paid")] }), ["COMPLETED", "COMPLETED"])
    assert.deepStrictEqual(told({}, { schedule: [part("cancelled")] }), ["CANCELLED", "CANCELLED"])
    assert.deepStrictEqual(told({ status: "REFUNDED" }, { schedule: [part("cancelled")] }), ["REFUNDED", "CANCELLED"])
    assert.deepStrictEqual(told({ status: "CANCELLED" }, { schedule: [] }), ["CANCELLED", "CANCELLED"])
    assert.deepStrictEqual(told({}, { status: "ACTIVE", schedule: [part("paid")] }), ["OPEN", "ACTIVE"])
  })

  it("name each other, say alike what was bought, and leave out what is absent or null", () => {
    const [purchase, plan] = Rows.financed({
      ...bought,
      planId: "p_1",
      refundedAmount: Rows.some(0, "USD"),
      purchase: { orderReference: null },
      plan: { planType: "financing", planCharge: undefined, schedule: [{ ...part("scheduled"), paidDate: null }] }
    })
    const alike = { merchantName: "Alder & Ash", amount: usd(400), planId: "p_1", purchaseId: "o_1" }
    assert.deepStrictEqual(purchase, {
      _tag: "Upsert",
      stream: "purchases",
      id: "o_1",
      version: at,
      row: { ...alike, status: "OPEN" }
    })
    assert.deepStrictEqual(plan, {
      _tag: "Upsert",
      stream: "plans",
      id: "p_1",
      version: at,
      row: { ...alike, planType: "financing", status: "ACTIVE", schedule: [part("scheduled")] }
    })
  })
})

it("what is not settled yet is pending, and a balance that is not stated is no row", () => {
  const spent = { transactionId: "t_1", status: "AUTHORIZATION", amount: usd(-100), cardId: null } as const
  assert.deepInclude(Rows.card(spent, at), { id: "t_1", pending: true, version: at })
  const loaded = { entryId: "e_1", entryType: "top_up", status: "BOOKED", amount: usd(100) } as const
  assert.deepInclude(Rows.entry(loaded), { id: "e_1", pending: false })
  assert.notProperty(Rows.entry(loaded), "version")
  assert.deepStrictEqual(
    Rows.stated({ interimBooked: usd(100), interimAvailable: undefined }, at).map(({ id }) => id),
    ["balance:interimBooked"]
  )
})
