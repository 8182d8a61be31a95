/** What a report in text is about: one account, the booked entries of a window, and the balances on either side of it. */
import { addDays } from "@paymirror/connector-testing/simulator"
import type { Day } from "@paymirror/connector-testing/simulator"
import type { Account, Bank, Entry } from "../Bank.ts"

export interface Subject {
  readonly bank: Bank
  readonly account: Account
  /** Booked, oldest first. */
  readonly entries: ReadonlyArray<Entry>
  readonly pending: ReadonlyArray<Entry>
}

export interface Frame {
  readonly opening: number
  readonly closing: number
  readonly from: Day
  readonly until: Day
}

const sum = (entries: ReadonlyArray<Entry>): number => entries.reduce((total, { amount }) => total + amount, 0)

/** Opening balance, entries and closing balance add up, whatever was booked late. */
export const frame = ({ account, bank, entries }: Subject): Frame => {
  const from = entries[0]?.bookedOn ?? bank.clock.today
  const until = entries.at(-1)?.bookedOn ?? bank.clock.today
  const closing = bank.balances(account.id).booked - sum(bank.byDay(account.id, addDays(until, 1)))
  return { opening: closing - sum(entries), closing, from, until }
}
