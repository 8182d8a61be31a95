/** A payment that was refused and never booked, as a bank that lists such things lists it: each time, under a new id. */
import type { Random } from "@paymirror/connector-testing/simulator"
import type { Account, Bank, Entry } from "./Bank.ts"

export const declinedEntry = (bank: Bank, account: Account, random: Random): Entry => ({
  key: "",
  account: account.id,
  wireId: random.id("", 20),
  entryReference: random.id("R", 15),
  status: "pending",
  number: 0,
  at: bank.clock.now,
  enteredAt: bank.clock.now,
  amount: -99_900,
  currency: account.currency,
  text: "Declined payment",
  kind: "card"
})
