/** What a fault leaves of a bank's entries, in every spelling the banks of the sandbox have. */
import { assert, describe, it } from "@effect/vitest"
import { rowsSpoilt } from "../../src/bank/spoil.ts"

const drift = (change: "malformed-row" | "unknown-value") => ({ kind: "drift", change }) as const

const answers = [
  {
    of: "a Berlin Group bank",
    body: { transactions: { booked: [{ transactionAmount: { amount: "1" } }, { n: 2 }], pending: [], _links: {} } },
    empty: { transactions: { booked: [], pending: [], _links: {} } },
    malformed: {
      transactions: { booked: [{ transactionAmount: { malformed: true } }, { n: 2 }], pending: [], _links: {} }
    },
    unknown: {
      transactions: {
        booked: [{ n: 2 }],
        inTransition: [{ transactionAmount: { amount: "1" } }],
        pending: [],
        _links: {}
      }
    }
  },
  {
    of: "the aggregator",
    body: { transactions: [{ status: "BOOK", transaction_amount: {} }], continuation_key: "k" },
    empty: { transactions: [], continuation_key: "k" },
    malformed: { transactions: [{ status: "BOOK", transaction_amount: { malformed: true } }], continuation_key: "k" },
    unknown: { transactions: [{ status: "TRNS", transaction_amount: {} }], continuation_key: "k" }
  },
  {
    of: "a UK bank",
    body: { Data: { Transaction: [{ Status: "Booked", Amount: {} }] }, Links: {} },
    empty: { Data: { Transaction: [] }, Links: {} },
    malformed: { Data: { Transaction: [{ Status: "Booked", Amount: { malformed: true } }] }, Links: {} },
    unknown: { Data: { Transaction: [{ Status: "TRNS", Amount: {} }] }, Links: {} }
  },
  {
    of: "a report in XML",
    body: '<R><Bal><Amt C="E">9</Amt></Bal><Ntry><Amt C="E">1</Amt><Sts>BOOK</Sts></Ntry><Ntry></Ntry></R>',
    empty: '<R><Bal><Amt C="E">9</Amt></Bal></R>',
    malformed:
      '<R><Bal><Amt C="E">9</Amt></Bal><Ntry><Amt C="E">malformed</Amt><Sts>BOOK</Sts></Ntry><Ntry></Ntry></R>',
    unknown: '<R><Bal><Amt C="E">9</Amt></Bal><Ntry><Amt C="E">1</Amt><Sts>TRNS</Sts></Ntry><Ntry></Ntry></R>'
  }
]

describe("a fault", () => {
  for (const { body, empty, malformed, of, unknown } of answers) {
    it(`empties, breaks and renames the entries of ${of}`, () => {
      assert.deepStrictEqual(rowsSpoilt(body, { kind: "empty-rows" }), empty)
      assert.deepStrictEqual(rowsSpoilt(body, drift("malformed-row")), malformed)
      assert.deepStrictEqual(rowsSpoilt(body, drift("unknown-value")), unknown)
    })
  }

  it("puts what nobody has heard of into the entries of a report in XML", () => {
    const spoilt = rowsSpoilt("<R><Bal></Bal><Ntry></Ntry></R>", { kind: "drift", change: "extra-fields" })
    assert.strictEqual(spoilt, "<R><Bal></Bal><Ntry><Mood>cheerful</Mood></Ntry></R>")
  })

  it("leaves an answer without entries, and every answer it is not about, as they are", () => {
    const balances = { balances: [{ balanceAmount: { amount: "1" } }] }
    assert.deepStrictEqual(rowsSpoilt(balances, { kind: "empty-rows" }), balances)
    assert.deepStrictEqual(rowsSpoilt(balances, drift("malformed-row")), balances)
    assert.strictEqual(rowsSpoilt(undefined, { kind: "empty-rows" }), undefined)
    assert.deepStrictEqual(rowsSpoilt({ transactions: [] }, undefined), { transactions: [] })
    assert.deepStrictEqual(rowsSpoilt({ transactions: [] }, drift("unknown-value")), { transactions: [] })
  })
})
