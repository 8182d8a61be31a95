/**
 * Which of the balances a bank states is the account's. Booked before available, the newest of two of one kind, and
 * never one with a credit line in it: that is what the bank would lend, not what the person has.
 */
import { CalendarDate, Instant, type Balance, type Money } from "@paymirror/core"
import * as Result from "effect/Result"
import type { BankBalance } from "../Entry.ts"
import * as Amount from "./Amount.ts"

export interface Context {
  readonly currency: string
  /** Only these kinds mean anything at this bank. */
  readonly types?: ReadonlyArray<string> | undefined
  /** It quotes what is owed as positive. */
  readonly debitsPositive?: boolean | undefined
  /** The newest day with a booked entry among what was read: yesterday's closing balance does not know of it. */
  readonly newest?: CalendarDate.CalendarDate | undefined
}

export interface Chosen {
  readonly row: Balance.Balance
  readonly version?: Instant.Instant
}

/** The best first. Others (opening, forward, not yet invoiced) are not what the account holds now. */
const preference: ReadonlyArray<Balance.BalanceType> = [
  "interimBooked",
  "closingBooked",
  "expected",
  "interimAvailable"
]

const kinds: ReadonlyMap<string, Balance.BalanceType> = new Map(preference.map((kind) => [kind.toLowerCase(), kind]))

const moneyOf = (balance: BankBalance, debitsPositive: boolean): Money.Money | undefined => {
  const read = Amount.read(balance)
  if (Result.isFailure(read)) return undefined
  const { money, sign } = read.success
  if (balance.indicator === "credit" && sign === "minus") return undefined
  const isOwed = balance.indicator === undefined ? (sign === "minus") !== debitsPositive : balance.indicator === "debit"
  return isOwed && money.amount !== 0 ? { amount: -money.amount, currency: money.currency } : money
}

const dayOf = (at: string | undefined): string | undefined => {
  const day = at?.slice(0, 10)
  return day !== undefined && CalendarDate.is(day) ? day : undefined
}

/** A day is the end of that day, and of two statements the one that says when is the newer. */
const order = (at: string | undefined): string =>
  at === undefined ? "" : (Instant.parse(at) ?? (dayOf(at) === undefined ? "" : `${dayOf(at)}T99`))

export const choose = (balances: ReadonlyArray<BankBalance>, context: Context): Chosen | undefined => {
  const allowed = context.types?.map((type) => type.toLowerCase())
  let best: { readonly rank: number; readonly at: string; readonly chosen: Chosen } | undefined
  for (const balance of balances) {
    const name = balance.type.toLowerCase()
    const balanceType = kinds.get(name)
    if (balanceType === undefined || balance.creditLimitIncluded === true) continue
    if (allowed !== undefined && !allowed.includes(name)) continue
    if (balance.currency.trim() !== context.currency) continue
    const day = dayOf(balance.at)
    if (balanceType === "closingBooked" && day !== undefined && (context.newest ?? "") > day) continue
    const amount = moneyOf(balance, context.debitsPositive === true)
    if (amount === undefined) continue
    const rank = allowed === undefined ? preference.indexOf(balanceType) : allowed.indexOf(name)
    const at = order(balance.at)
    if (best !== undefined && (rank > best.rank || (rank === best.rank && at <= best.at))) continue
    const version = balance.at === undefined ? undefined : Instant.parse(balance.at)
    best = {
      rank,
      at,
      chosen: { row: { rowType: "balance", balanceType, amount }, ...(version !== undefined && { version }) }
    }
  }
  return best?.chosen
}
