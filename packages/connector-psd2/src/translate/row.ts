/**
 * An entry as a row of the mirror, or the reason why it is none. Days stay as the bank wrote them, also where it wrote an
 * instant: no time zone is ever applied. What is not stated is left out; an entry without any day of its own, or of
 * another currency than its account's, is put aside.
 */
import { CalendarDate, Instant, type Balance, type Money } from "@paymirror/core"
import * as Result from "effect/Result"
import type { Entry, Indicator, Written } from "../Entry.ts"
import * as Amount from "../ledger/Amount.ts"
import * as Fingerprint from "../ledger/Fingerprint.ts"
import type { Seen } from "../ledger/Identity.ts"
import * as Sign from "../ledger/Sign.ts"
import type { Habits } from "./habits.ts"
import { kindOf } from "./kind.ts"

/** An entry that can be a row. */
export interface Judged extends Seen {
  readonly entry: Entry
  readonly money: Money.Money
  readonly direction: Indicator
  /** The day the ledger goes by; absent only for a pending entry without any. */
  readonly date: CalendarDate.CalendarDate | undefined
}

export interface Aside {
  readonly aside: string
}

const days = new Map<string, number | undefined>()

/** Days are few and entries are many. */
const epochDay = (day: string): number | undefined => {
  if (days.has(day)) return days.get(day)
  const epoch = CalendarDate.is(day) ? CalendarDate.toEpochDay(day) : undefined
  if (days.size > 10_000) days.clear()
  days.set(day, epoch)
  return epoch
}

/** The day as it is written, of a day or an instant. */
const written = (text: string | undefined): CalendarDate.CalendarDate | undefined => {
  if (text === undefined) return undefined
  const day = text.length > 10 ? text.slice(0, 10) : text
  return epochDay(day) === undefined || (text.length > 10 && !/^[T ]/.test(text.slice(10))) ? undefined : day
}

/**
 * The day an entry is filed under: when it was booked; where the bank does not say, when it counts, and at last when it
 * was made. A booking date that is there and no date is not passed over.
 */
export const dayOf = ({
  bookingDate,
  entryDate,
  happenedAt,
  valueDate
}: Entry): CalendarDate.CalendarDate | undefined =>
  bookingDate === undefined ? (written(valueDate) ?? written(entryDate) ?? written(happenedAt)) : written(bookingDate)

const signed = (money: Money.Money, direction: Indicator): Money.Money =>
  direction === "debit" && money.amount !== 0 ? { amount: -money.amount, currency: money.currency } : money

/** A balance beside an entry, signed; nothing where it cannot be read, which costs no entry its place. */
const balanceAfter = (entry: Entry, { currency, debitsPositive }: Habits): Money.Money | undefined => {
  const { balanceAfter: stated } = entry
  if (stated === undefined || debitsPositive === true) return undefined
  const read = Amount.read(stated)
  if (Result.isFailure(read) || read.success.money.currency !== currency) return undefined
  const { money, sign } = read.success
  return signed(money, stated.indicator ?? (sign === "minus" ? "debit" : "credit"))
}

export const judge = (entry: Entry, habits: Habits): Judged | Aside => {
  const read = Amount.read(entry.amount)
  if (Result.isFailure(read)) return { aside: read.failure }
  const { money, sign } = read.success
  if (money.currency !== habits.currency)
    return { aside: `it is in ${money.currency}, on an account in ${habits.currency}` }
  const date = dayOf(entry)
  if (date === undefined && entry.status === "booked")
    return { aside: entry.bookingDate === undefined ? "booked without a date" : "its booking date cannot be read" }
  const direction =
    money.amount === 0
      ? (entry.indicator ?? "credit")
      : Sign.resolve({
          sign,
          indicator: entry.indicator,
          convention: habits.convention,
          debitsPositive: habits.debitsPositive,
          creditor: entry.creditor,
          debtor: entry.debtor,
          own: habits.own,
          minusSeen: habits.minusSeen[entry.status]
        })
  if (typeof direction !== "string") return { aside: direction.undecided }
  const change = signed(money, direction)
  return {
    entry,
    money: change,
    direction,
    date,
    day: date === undefined ? 0 : (epochDay(date) ?? 0),
    minor: change.amount,
    currency: change.currency,
    text: Fingerprint.ofTexts(entry),
    after: balanceAfter(entry, habits)?.amount,
    id: habits.idOf(entry)
  }
}

const foreignMoney = (stated: Written | undefined, direction: Indicator): Money.Money | undefined => {
  if (stated === undefined) return undefined
  const read = Amount.read(stated)
  return Result.isFailure(read) ? undefined : signed(read.success.money, direction)
}

const filled = (text: string | undefined): text is string => text !== undefined && text.trim() !== ""

type Mutable<A> = { -readonly [K in keyof A]: A[K] }

/** `pending`: shown as not booked, whatever the bank calls it. */
export const rowOf = (judged: Judged, id: string, pending: boolean): Balance.BalanceEntry => {
  const { after, currency, date, direction, entry, money } = judged
  const row: Mutable<Balance.BalanceEntry> = {
    rowType: "entry",
    entryId: id,
    entryType: kindOf(entry.code, direction),
    status: pending ? "PENDING" : "BOOKED",
    amount: money
  }
  if (filled(entry.code)) row.providerType = entry.code.trim()
  const foreign = foreignMoney(entry.foreign, direction)
  if (foreign !== undefined && foreign.currency !== currency) row.foreignAmount = foreign
  const description = entry.texts.join(" ").trim()
  if (description !== "") row.description = description
  const other = direction === "debit" ? entry.creditor?.name : entry.debtor?.name
  const counterparty = filled(other) ? other : entry.merchant
  if (filled(counterparty)) row.counterpartyName = counterparty.trim()
  const createdAt = entry.happenedAt === undefined ? undefined : Instant.parse(entry.happenedAt)
  if (createdAt !== undefined) row.createdAt = createdAt
  if (date !== undefined) {
    if (pending || entry.bookingDate === undefined) row.entryDate = date
    else row.bookedDate = date
  }
  if (after !== undefined) row.balanceAfter = { amount: after, currency }
  return row
}
