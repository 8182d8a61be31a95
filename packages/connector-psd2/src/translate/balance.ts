/** The one balance that was chosen, as a row; nothing where the bank states none that means the person's own money. */
import type { ReadEvent } from "@paymirror/core"
import type { BankBalance } from "../Entry.ts"
import * as BalanceChoice from "../ledger/BalanceChoice.ts"

export const balanceRows = (
  balances: ReadonlyArray<BankBalance>,
  context: BalanceChoice.Context
): ReadonlyArray<ReadEvent.Upsert> => {
  const chosen = BalanceChoice.choose(balances, context)
  if (chosen === undefined) return []
  return [{ _tag: "Upsert", stream: "balance", id: `balance:${chosen.row.balanceType}`, ...chosen }]
}
