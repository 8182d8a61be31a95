/** The bank behind the dialects: its ledger, its consents, and how it counts the reads of those who read for a person. */
import { assert, describe, it } from "@effect/vitest"
import { Accesses } from "../../src/bank/Accesses.ts"
import { Bank } from "../../src/bank/Bank.ts"
import { Consents } from "../../src/bank/Consents.ts"
import { makeQuirks } from "../../src/bank/Quirks.ts"
import { Clock, Random, day } from "@paymirror/connector-testing/simulator"

const make = () => {
  const clock = new Clock(Date.parse("2026-06-01T09:00:00Z"))
  const bank = new Bank({ clock, market: "DE", name: "Nordbank", bic: "NORDDEFFXXX" })
  bank.addCustomer({ id: "jo", email: "jo@example.com", name: "Jo Example" })
  bank.addAccount({ customer: "jo", id: "giro", iban: "DE23100000001234567890", currency: "EUR", opening: 10_000 })
  const quirks = makeQuirks()
  const consents = new Consents(clock, new Random("consents"), quirks)
  return { bank, clock, quirks, consents, accesses: new Accesses(clock, quirks) }
}

describe("the bank's ledger", () => {
  it("keeps a running balance in the order of booking, and lists by day", () => {
    const { bank } = make()
    bank.book("giro", { amount: -1_000, text: "Rent" })
    bank.book("giro", { amount: 5_000, on: "2026-05-20", text: "Late salary" })
    assert.deepStrictEqual(
      bank.ledger("giro").map(({ balanceAfter, text }) => [text, balanceAfter]),
      [
        ["Rent", 9_000],
        ["Late salary", 14_000]
      ]
    )
    assert.deepStrictEqual(
      bank.byDay("giro").map(({ text }) => text),
      ["Late salary", "Rent"]
    )
    assert.strictEqual(bank.byDay("giro", "2026-05-21", "2026-06-01").length, 1)
    assert.strictEqual(bank.byDay("giro", "2026-05-20", "2026-05-20").length, 1)
  })

  it("settles what was announced under another id, and a reversal leaves no trace", () => {
    const { bank } = make()
    const held = bank.announce("giro", { amount: -900, text: "CAFE 12", kind: "card" })
    const other = bank.announce("giro", { amount: -100, text: "KIOSK", kind: "card" })
    assert.deepStrictEqual(bank.balances("giro"), { booked: 10_000, available: 9_000, creditLine: 0 })
    const settled = bank.settle(held.key, { amount: -950, text: "Cafe Twelve" })
    bank.reverse(other.key)
    assert.notStrictEqual(settled.wireId, held.wireId)
    assert.strictEqual(settled.settles, held.key)
    assert.deepStrictEqual([bank.pending("giro").length, bank.balances("giro").booked], [0, 9_050])
  })

  it("reissues every id and keeps the truth", () => {
    const { bank } = make()
    bank.bulk("giro", { entries: 20_000 })
    const before = bank.ledger("giro").map(({ key, wireId }) => `${key}/${wireId}`)
    bank.reissueIds("giro", { stripTexts: true })
    const after = bank.ledger("giro").map(({ key, wireId }) => `${key}/${wireId}`)
    assert.isFalse(before.some((one, index) => one === after[index]))
    assert.strictEqual(bank.ledger("giro")[0]?.text, "payment 0")
    assert.isTrue(
      bank
        .byDay("giro")
        .every((entry, index, all) => index === 0 || (all[index - 1]?.bookedOn ?? "") <= (entry.bookedOn ?? ""))
    )
  })

  it("finds a customer by an e-mail with a tag", () => {
    const { bank } = make()
    assert.strictEqual(bank.findCustomer("Jo+test@example.com")?.id, "jo")
    assert.isUndefined(bank.findCustomer("joe@example.com"))
  })
})

describe("the bank's consents", () => {
  it("end the one before when a recurring one is authorised", () => {
    const { consents, quirks } = make()
    const asked = { client: "one", customer: "jo", accounts: ["giro"], rights: ["transactions"] }
    const [first, second] = [consents.open(asked), consents.open(asked)]
    consents.authorise(first.id)
    const elsewhere = consents.authorise(consents.open({ ...asked, client: "two" }).id)
    assert.strictEqual(first.status, "valid")
    consents.authorise(second.id)
    assert.deepStrictEqual([first.status, second.status, elsewhere.status], ["expired", "valid", "valid"])
    quirks.oneRecurring = false
    consents.authorise(consents.open(asked).id)
    assert.strictEqual(second.status, "valid")
  })

  it("run out after their last day", () => {
    const { clock, consents } = make()
    const { id } = consents.open({ client: "one", customer: "jo", rights: [], validUntil: "2026-06-02" })
    consents.authorise(id)
    clock.moveTo(Date.parse("2026-06-02T23:59:59Z"))
    assert.strictEqual(consents.find(id)?.status, "valid")
    clock.moveTo(Date.parse("2026-06-03T00:00:00Z"))
    assert.strictEqual(consents.find(id)?.status, "expired")
    assert.throws(() => consents.revoke(id), /over/)
  })
})

describe("how reads are counted", () => {
  it("serves four unattended ones in any 24 hours, and attended ones for nothing", () => {
    const { accesses, clock, quirks } = make()
    const read = { account: "giro", resource: "transactions", attended: false }
    for (let hour = 0; hour < 4; hour += 1) {
      assert.isTrue(accesses.enter(read).admitted)
      clock.moveTo(clock.now + day / 24)
    }
    const refused = accesses.enter(read)
    assert.isFalse(refused.admitted)
    assert.strictEqual(refused.freeAt, Date.parse("2026-06-02T09:00:00Z"))
    assert.isTrue(accesses.enter({ ...read, attended: true }).admitted)
    assert.isTrue(accesses.enter({ ...read, continues: true }).admitted)
    assert.isTrue(accesses.enter({ ...read, resource: "balances" }).admitted)
    assert.deepStrictEqual(accesses.worst(), { count: 5, account: "giro", resource: "transactions" })
    clock.moveTo(Date.parse("2026-06-02T09:00:00Z"))
    assert.isTrue(accesses.enter(read).admitted)
    quirks.enforceFrequency = false
    assert.isTrue(accesses.enter(read).admitted)
  })
})
