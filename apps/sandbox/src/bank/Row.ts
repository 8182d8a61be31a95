/**
 * One entry of the ledger as a Berlin Group bank tells it, before it is spelt in either version: with the sign, the ids,
 * the days and the parties the quirks leave of it. Spelling is each version's own (`berlin/spell.ts`,
 * `klarnaV2/spell.ts`).
 */
import { createHash } from "node:crypto"
import { addDays } from "@paymirror/connector-testing/simulator"
import type { Account, Bank, Entry } from "./Bank.ts"
import { decimal } from "./decimal.ts"
import type { Quirks } from "./Quirks.ts"

export interface Amount {
  readonly currency: string
  readonly amount: string | number
}

export interface Row {
  readonly entry: Entry
  readonly transactionId: string | undefined
  readonly entryReference: string | undefined
  readonly bookingDate: string | undefined
  readonly valueDate: string | undefined
  readonly amount: Amount
  readonly party:
    | { readonly side: "creditor" | "debtor"; readonly name: string; readonly iban?: string | undefined }
    | undefined
  readonly text: string
  readonly balanceAfter: Amount | undefined
  readonly bankTransactionCode: string | undefined
  readonly endToEndId: string | undefined
  readonly exchange:
    | {
        readonly source: string
        readonly target: string
        readonly rate: string
        readonly on: string
        readonly instructed: Amount | undefined
      }
    | undefined
}

export interface RowScene {
  readonly bank: Bank
  readonly account: Account
  readonly quirks: Quirks
  /** How often the list of the account has been read, this time included. */
  readonly reads: number
}

const codes: Readonly<Record<Entry["kind"], readonly [credit: string, debit: string]>> = {
  transfer: ["PMNT-RCDT-ESCT", "PMNT-ICDT-ESCT"],
  card: ["PMNT-CCRD-OTHR", "PMNT-CCRD-POSD"],
  direct_debit: ["PMNT-IDDT-OTHR", "PMNT-RDDT-ESDD"],
  interest: ["ACMT-MCOP-INTR", "ACMT-MDOP-INTR"],
  fee: ["ACMT-MCOP-CHRG", "ACMT-MDOP-CHRG"],
  exchange: ["PMNT-RCDT-OTHR", "PMNT-ICDT-OTHR"]
}

export const amountOf = (minor: number, currency: string): Amount => ({ currency, amount: decimal(minor, currency) })

/** `YYYY-MM-DD-N`, where the newest of the day has the number 1: a late one moves all before it. */
const positional = ({ account, bank }: RowScene, entry: Entry): string => {
  const day = entry.bookedOn ?? bank.clock.today
  const later = bank.byDay(account.id, day, day).filter(({ number }) => number > entry.number).length
  return `${day}-${later + 1}`
}

const transactionId = ({ quirks, reads }: RowScene, entry: Entry, before: Entry | undefined, index: number) => {
  if (quirks.absentIds === "transactionId" || quirks.absentIds === "both") return undefined
  if (quirks.placeholderId !== undefined) return quirks.placeholderId
  const meant = quirks.duplicateIds && index % 2 === 1 && before !== undefined ? before : entry
  if (!quirks.sessionIds) return meant.wireId
  return createHash("sha256").update(`${meant.wireId}/${reads}`).digest("hex").slice(0, 20)
}

const entryReference = (scene: RowScene, entry: Entry): string | undefined => {
  const { absentIds, positionalReferences } = scene.quirks
  if (absentIds === "entryReference" || absentIds === "both" || entry.status === "pending") return undefined
  return positionalReferences ? positional(scene, entry) : entry.entryReference
}

const told = (quirks: Quirks, day: string | undefined): string | undefined =>
  day === undefined || !quirks.midnightDates ? day : `${addDays(day, -1)}T22:00:00Z`

const bookingDate = ({ account, bank, quirks }: RowScene, entry: Entry, index: number): string | undefined => {
  if (entry.status === "pending") {
    if (!quirks.futurePending) return undefined
    return told(quirks, entry.expectedOn ?? addDays(bank.clock.today, account.kind === "card" ? 5 : 3))
  }
  if (quirks.noBookingDate === "all" || (quirks.noBookingDate === "some" && index % 3 === 0)) return undefined
  return told(quirks, entry.bookedOn)
}

const quoted = ({ account, quirks }: RowScene, entry: Entry, index: number, debitsPositive: boolean): Amount => {
  const turned = debitsPositive ? -entry.amount : entry.amount
  const text = decimal(quirks.positiveDebits === false ? turned : Math.abs(entry.amount), account.currency)
  const number = quirks.numericAmounts === "all" || (quirks.numericAmounts === "mixed" && index % 2 === 0)
  return { currency: account.currency, amount: number ? Number(text) : text }
}

/** Rows as they are told, of one page; `debitsPositive` is the debit accounting of a card account. */
export const rowsOf = (
  scene: RowScene,
  entries: ReadonlyArray<Entry>,
  options: { readonly debitsPositive?: boolean | undefined } = {}
): ReadonlyArray<Row> => {
  const { account, quirks, reads } = scene
  return entries.map((entry, index) => {
    const { counterparty, foreign } = entry
    const enriched = !quirks.enrichedOnSecondRead || reads > 1
    const partyTold = quirks.positiveDebits !== "without_parties" && counterparty !== undefined && enriched
    const booked = entry.status === "booked"
    return {
      entry,
      transactionId: transactionId(scene, entry, entries[index - 1], index),
      entryReference: entryReference(scene, entry),
      bookingDate: bookingDate(scene, entry, index),
      valueDate: booked ? told(quirks, entry.valueOn) : undefined,
      amount: quoted(scene, entry, index, options.debitsPositive === true),
      party: partyTold ? { side: entry.amount < 0 ? "creditor" : "debtor", ...counterparty } : undefined,
      text: entry.text,
      balanceAfter: entry.balanceAfter === undefined ? undefined : amountOf(entry.balanceAfter, account.currency),
      bankTransactionCode:
        enriched && quirks.positiveDebits !== "without_parties"
          ? codes[entry.kind][entry.amount < 0 ? 1 : 0]
          : undefined,
      endToEndId: quirks.enrichedOnSecondRead && reads > 1 ? `E2E${entry.number}` : undefined,
      exchange:
        foreign === undefined
          ? undefined
          : {
              source: foreign.currency,
              target: account.currency,
              rate: foreign.rate,
              on: entry.bookedOn ?? scene.bank.clock.today,
              instructed: quirks.bareExchange ? undefined : amountOf(Math.abs(foreign.amount), foreign.currency)
            }
    }
  })
}
