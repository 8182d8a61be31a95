/**
 * The same report as SWIFT's MT940 text: one statement with opening and closing balance, `:61:` for each booked entry and
 * `:86:` with its text under it, in the lines of at most 65 characters the field allows. Booked only: the format has no
 * place for what is pending.
 */
import type { Entry } from "../Bank.ts"
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

/** At most six lines of 65 characters, none of which begins like a field or an end. */
const lines = (text: string): string =>
  (text.match(/.{1,64}/g) ?? [""])
    .slice(0, 6)
    .map((line) => (/^[:-]/.test(line) ? ` ${line}` : line))
    .join("\r\n")

interface Spelling {
  readonly type: string
  /** The German banks' code of what it is, for a credit and for a debit. */
  readonly codes: readonly [credit: string, debit: string]
  readonly name: string
}

const spellings: Readonly<Record<Entry["kind"], Spelling>> = {
  transfer: { type: "NTRF", codes: ["166", "116"], name: "UEBERWEISUNG" },
  card: { type: "NMSC", codes: ["106", "106"], name: "KARTENZAHLUNG" },
  direct_debit: { type: "NDDT", codes: ["105", "105"], name: "LASTSCHRIFT" },
  interest: { type: "NINT", codes: ["814", "814"], name: "ZINSEN" },
  fee: { type: "NCHG", codes: ["808", "808"], name: "ENTGELT" },
  exchange: { type: "NFEX", codes: ["820", "820"], name: "DEVISEN" }
}

/** Code and name, the purpose in parts of 27 characters, the other side's name. */
const information = ({ amount: minor, counterparty, kind, text }: Entry): string => {
  const { codes, name } = spellings[kind]
  const purpose = (plain(text).match(/.{1,27}/g) ?? []).slice(0, 10).map((part, index) => `?${20 + index}${part}`)
  const party = counterparty === undefined ? "" : `?32${plain(counterparty.name).slice(0, 27)}`
  return lines(`${codes[minor < 0 ? 1 : 0]}?00${name}${purpose.join("")}${party}`)
}

export const mt940 = (subject: Subject): string => {
  const { account, bank, entries } = subject
  const { clock } = bank
  const { closing, from, opening, until } = frame(subject)
  const { currency } = account
  const rows = entries.flatMap((entry) => {
    const { bookedOn = clock.today, kind, valueOn = bookedOn, wireId } = entry
    const moved = `${mark(entry.amount)}${amount(entry.amount, currency)}${spellings[kind].type}`
    return [
      `:61:${day(valueOn)}${day(bookedOn).slice(2)}${moved}NONREF//${wireId.slice(0, 16)}`,
      `:86:${information(entry)}`
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
