/** The reports in XML and text: balances that add up with their entries, and lines that keep to the format. */
import { assert, describe, it } from "@effect/vitest"
import { Bank } from "../../src/bank/Bank.ts"
import { iban, liveIn, places } from "../../src/bank/everyday.ts"
import { camt052 } from "../../src/bank/report/camt052.ts"
import { mt940 } from "../../src/bank/report/mt940.ts"
import { Clock } from "@paymirror/connector-testing/simulator"

const make = () => {
  const bank = new Bank({
    clock: new Clock(Date.parse("2026-06-01T09:00:00Z")),
    market: "DE",
    name: "Kontor",
    bic: "KNTRDEFFXXX"
  })
  bank.addCustomer({ id: "paul", email: "paul@example.com", name: "Paul <Muster> & Co" })
  bank.addAccount({
    customer: "paul",
    id: "giro",
    iban: iban("DE", "500600700123456700"),
    currency: "EUR",
    opening: 72_500
  })
  liveIn(bank, "giro", places.german)
  bank.book("giro", { on: "2026-03-03", amount: -1, text: ":86:-– late & <odd>: " + "very long text ".repeat(20) })
  const window = () => ({
    bank,
    account: bank.account("giro"),
    entries: bank.byDay("giro", "2026-02-01", "2026-05-01"),
    pending: bank.pending("giro")
  })
  return { bank, window }
}

const sum = (values: ReadonlyArray<number>): number => values.reduce((total, value) => total + value, 0)

describe("a report", () => {
  it("has an opening balance, entries and a closing balance that add up, in camt.052", () => {
    const { window } = make()
    const xml = camt052(window())
    const money = [
      ...xml.matchAll(/<Amt Ccy="EUR">(\d+)\.(\d\d)<\/Amt><CdtDbtInd>(\w+)<\/CdtDbtInd>(<Sts>\w+<\/Sts>)?/g)
    ].map(([, whole = "", cents = "", sign, status = ""]) => ({
      value: Number(whole + cents) * (sign === "DBIT" ? -1 : 1),
      status
    }))
    const [opening, closing] = money.filter(({ status }) => status === "").map(({ value }) => value)
    const booked = money.filter(({ status }) => status.includes("BOOK")).map(({ value }) => value)
    assert.strictEqual(booked.length, window().entries.length)
    assert.strictEqual((opening ?? 0) + sum(booked), closing)
    assert.include(xml, "Paul &lt;Muster&gt; &amp; Co")
    const open = [...xml.matchAll(/<([A-Za-z]+)[ >]/g)].length
    assert.strictEqual(open, [...xml.matchAll(/<\/[A-Za-z]+>/g)].length)
  })

  it("does so in MT940, in lines of the format", () => {
    const { window } = make()
    const text = mt940(window())
    const value = (mark = "", amount = "") => Number(amount.replace(",", "")) * (mark === "D" ? -1 : 1)
    const balance = (field: string) => {
      const [, mark, amount] = new RegExp(`:${field}:([CD])\\d{6}EUR([\\d,]+)`).exec(text) ?? []
      return value(mark, amount)
    }
    const rows = [...text.matchAll(/^:61:\d{10}([CD])(\d+,\d\d)N[A-Z]{3}NONREF\/\/[0-9a-f]{16}\r$/gm)]
    assert.strictEqual(rows.length, window().entries.length)
    assert.strictEqual(balance("60F") + sum(rows.map(([, mark, amount]) => value(mark, amount))), balance("62F"))
    const lines = text.split("\r\n")
    assert.isTrue(lines.every((line) => line.length <= 70))
    assert.isTrue(lines.every((line) => /^(:\d\d[A-Z]?:|-$|$|[^:-])/.test(line)))
    assert.isTrue(/^[A-Za-z0-9/\-?:().,'+ \r\n]*$/.test(text))
  })

  it("is for an account with nothing in it too", () => {
    const { window } = make()
    const empty = { ...window(), entries: [], pending: [] }
    assert.match(mt940(empty), /:60F:C260601EUR[\d,]+\r\n:62F:C260601EUR/)
    assert.notInclude(camt052(empty), "<Ntry>")
  })
})
