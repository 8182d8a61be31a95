/**
 * The reference of an entry at a bank that numbers the entries of a day: `YYYY-MM-DD-N`, where the newest of the day is
 * number 1, so that a late one moves all that were there before it.
 */
import type { Bank, Entry } from "./Bank.ts"

export const positional = (bank: Bank, { account, bookedOn, number }: Entry): string => {
  const day = bookedOn ?? bank.clock.today
  return `${day}-${bank.byDay(account, day, day).filter((other) => other.number > number).length + 1}`
}
