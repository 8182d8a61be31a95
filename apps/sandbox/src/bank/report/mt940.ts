/**
 * The same report as SWIFT's MT940 text: one statement with opening and closing balance, `:61:` for each booked entry and
 * `:86:` with its text under it, in the lines of at most 65 characters the field allows. Booked only: the format has no
 * place for what is pending.
 */
import { decimal } from "../decimal.ts"
import { frame } from "./Subject.ts"
import type { Subject } from "./Subject.ts"

/** SWIFT's own alphabet; anything else becomes a full stop. */
const plain = (text: string): string =>
  text
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .replace(/[^A-Za-z0-9/\-?:().,'+ ]/g, ".")

const amount = (minor: number, currency: string): string => decimal(Math.abs(minor), currency).replace(".", ",")
const day = (on: string): string => on.slice(2).replaceAll("-", "")
const mark = (minor: number): string => (minor < 0 ? "D" : "C")
const lines = (text: string): ReadonlyArray<string> => (text.match(/.{1,65}/g) ?? [""]).slice(0, 6)

const kinds = {
  transfer: "NTRF",
  card: "NMSC",
  direct_debit: "NDDT",
  interest: "NINT",
  fee: "NCHG",
  exchange: "NFEX"
} as const

export const mt940 = (subject: Subject): string => {
  const { account, bank, entries } = subject
  const { clock } = bank
  const { closing, from, opening, until } = frame(subject)
  const { currency } = account
  const rows = entries.flatMap((entry) => {
    const { bookedOn = clock.today, counterparty, kind, valueOn = bookedOn, wireId } = entry
    const entered = day(bookedOn).slice(2)
    const party = counterparty === undefined ? "" : `?32${plain(counterparty.name).slice(0, 27)}`
    const purpose = plain(entry.text).match(/.{1,27}/g) ?? []
    const structured = `${purpose
      .slice(0, 10)
      .map((part, index) => `?${20 + index}${part}`)
      .join("")}${party}`
    return [
      `:61:${day(valueOn)}${entered}${mark(entry.amount)}${amount(entry.amount, currency)}${kinds[kind]}NONREF//${wireId.slice(0, 16)}`,
      `:86:166?00${kind.toUpperCase().replace("_", " ")}${lines(structured).join("\r\n")}`
    ]
  })
  const balance = (field: string, minor: number, on: string): string =>
    `:${field}:${mark(minor)}${day(on)}${currency}${amount(minor, currency)}`
  return [
    `:20:${day(clock.today)}${account.id.slice(0, 10)}`,
    `:25:${account.iban ?? account.id}`,
    ":28C:1/1",
    balance("60F", opening, from),
    ...rows,
    balance("62F", closing, until),
    "-",
    ""
  ].join("\r\n")
}
