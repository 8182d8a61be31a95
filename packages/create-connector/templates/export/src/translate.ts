/** A row of Acme's file becomes an entry of the balance: pure, and the only file that knows both spellings. */
import { type Balance, Money, type ReadEvent } from "@paymirror/core"
import * as Result from "effect/Result"
import type * as Api from "./Api.ts"

/** Acme's words, and which way the money goes. */
const types: ReadonlyMap<string, readonly [type: Balance.BalanceEntryType, sign: 1 | -1]> = new Map([
  ["Top-up", ["top_up", 1]],
  ["Refund", ["refund", 1]],
  ["Payment", ["payment", -1]]
])

/** A word that is not known refuses the row, for the sign hangs on it: the reason is given, and never the value. */
export const entry = (wire: typeof Api.Row.Type): ReadEvent.Upsert | string => {
  const known = types.get(wire.Type)
  if (known === undefined) return "Type has a value that is not known"
  const [entryType] = known
  const amount = Result.getOrUndefined(Money.parse(wire.Amount, wire.Currency))
  const balanceAfter = Result.getOrUndefined(Money.parse(wire.Balance, wire.Currency))
  if (amount === undefined || balanceAfter === undefined) return "the amount is none of this currency"
  const row: Balance.BalanceEntry = {
    rowType: "entry",
    entryId: wire.Reference,
    entryType,
    providerType: wire.Type,
    status: "BOOKED",
    // TODO: the file says how much, and the type which way; a payment is read as if it were income.
    amount,
    balanceAfter,
    counterpartyName: wire.Shop,
    entryDate: wire.Date
  }
  return { _tag: "Upsert", stream: "balance", id: wire.Reference, row }
}
