/**
 * Accounts, balances and entries in the aggregator's words. Amounts are unsigned beside an indicator; the reference of an
 * entry stays from one session to the next and the id of a transaction does not; an account is known again by the hash
 * of its number, which its currency is no part of.
 */
import { createHash } from "node:crypto"
import { addDays, dayOf } from "@paymirror/connector-testing/simulator"
import type { Account, AccountKind, Balances, Bank, Entry, EntryKind } from "../Bank.ts"
import { decimal } from "../decimal.ts"
import { positional } from "../positional.ts"
import type { Quirks } from "../Quirks.ts"

type Json = Readonly<Record<string, unknown>>

export interface Telling {
  readonly bank: Bank
  readonly quirks: Quirks
  readonly account: Account
  /** What the ids of transactions depend on. */
  readonly session: string
  /** Whether the rows carry what is optional. */
  readonly enriched: boolean
}

const hash = (path: string, ...parts: ReadonlyArray<string>): string => {
  const digest = createHash("sha256")
    .update([path, ...parts].join("\n"))
    .digest("base64")
  return `${Buffer.from(path).toString("base64url")}.${digest}`
}

export const identificationHashes = (bank: Bank, account: Account): readonly [string, ...ReadonlyArray<string>] => {
  const { iban, maskedPan, resourceId } = account
  const other = hash("aspsp/country/other", bank.name, bank.market, maskedPan ?? resourceId)
  return iban === undefined ? [other] : [hash("account/iban", iban), other]
}

const cashAccountTypes: Readonly<Record<AccountKind, string>> = { current: "CACC", savings: "SVGS", card: "CARD" }

export const accountRow = (bank: Bank, account: Account, uid: string): Json => {
  const { creditLine, currency, iban, kind, maskedPan, name, product, resourceId } = account
  const [identification_hash, ...more] = identificationHashes(bank, account)
  const other = { identification: maskedPan ?? resourceId, scheme_name: maskedPan === undefined ? "BBAN" : "CPAN" }
  return {
    account_id: iban === undefined ? { other } : { iban },
    all_account_ids: [iban === undefined ? other : { identification: iban, scheme_name: "IBAN" }],
    account_servicer: { bic_fi: bank.bic, name: bank.name },
    name: bank.customer(account.customer).name,
    ...(name === undefined ? {} : { details: name }),
    usage: "PRIV",
    cash_account_type: cashAccountTypes[kind],
    ...(product === undefined ? {} : { product }),
    currency,
    psu_status: "Account Holder",
    ...(creditLine > 0 ? { credit_limit: { currency, amount: decimal(creditLine, currency) } } : {}),
    uid,
    identification_hash,
    identification_hashes: [identification_hash, ...more]
  }
}

export const balanceRows = (
  { account, bank, quirks }: Pick<Telling, "account" | "bank" | "quirks">,
  { available, booked, creditLine }: Balances
): ReadonlyArray<Json> => {
  const { currency } = account
  const last = bank.ledger(account.id).at(-1)
  const row = (name: string, type: string, minor: number, more: Json = {}): Json => ({
    name,
    balance_amount: { currency, amount: decimal(minor, currency) },
    balance_type: type,
    reference_date: bank.clock.today,
    ...more
  })
  if (quirks.onlyExpected) return [row("Expected", "XPCD", available)]
  const committed =
    quirks.lastCommitted && last !== undefined ? { last_committed_transaction: last.entryReference } : {}
  return [
    ...(quirks.creditLimitIncluded ? [row("Available with credit", "CLAV", available + creditLine)] : []),
    row("Booked balance", "ITBD", booked, committed),
    ...(quirks.twoInterimAvailable
      ? [row("Available balance", "ITAV", available + 1_000, { reference_date: addDays(bank.clock.today, -1) })]
      : []),
    row("Available balance", "ITAV", available)
  ]
}

const codes: Readonly<Record<EntryKind, readonly [code: string, credit: string, debit: string]>> = {
  transfer: ["PMNT", "RCDT", "ICDT"],
  card: ["PMNT", "CCRD", "CCRD"],
  direct_debit: ["PMNT", "IDDT", "RDDT"],
  interest: ["ACMT", "MCOP", "MDOP"],
  fee: ["ACMT", "MCOP", "MDOP"],
  exchange: ["PMNT", "RCDT", "ICDT"]
}

const reference = (telling: Telling, entry: Entry): Json => {
  const { absentIds, placeholderId, positionalReferences } = telling.quirks
  if (entry.status === "pending" || absentIds === "entryReference" || absentIds === "both") return {}
  return {
    entry_reference: positionalReferences ? positional(telling.bank, entry) : (placeholderId ?? entry.entryReference)
  }
}

export const transactionId = ({ session }: Pick<Telling, "session">, { wireId }: Entry): string =>
  createHash("sha256").update(`${session}/${wireId}`).digest("base64url").slice(0, 32)

const dates = ({ quirks }: Telling, entry: Entry, index: number): Json => {
  if (quirks.otherStatus) return {}
  const { at, bookedOn, expectedOn, status, valueOn } = entry
  if (status === "pending") {
    return {
      ...(quirks.futurePending && expectedOn !== undefined ? { booking_date: expectedOn } : {}),
      transaction_date: dayOf(at)
    }
  }
  const without = quirks.noBookingDate === "all" || (quirks.noBookingDate === "some" && index % 3 === 2)
  return { ...(without ? {} : { booking_date: bookedOn }), value_date: valueOn, transaction_date: dayOf(at) }
}

const parties = ({ account, bank, quirks }: Telling, { amount, counterparty }: Entry): Json => {
  const own = account.iban === undefined ? {} : { iban: account.iban }
  const holder = { name: bank.customer(account.customer).name }
  if (quirks.positiveDebits === "without_parties") return {}
  const other = counterparty === undefined ? {} : { name: counterparty.name }
  const otherAccount = counterparty?.iban === undefined ? {} : { iban: counterparty.iban }
  const [creditor, debtor] = amount < 0 ? [other, holder] : [holder, other]
  const [creditorAccount, debtorAccount] = amount < 0 ? [otherAccount, own] : [own, otherAccount]
  const told = (name: string, value: Json): Json => (Object.keys(value).length === 0 ? {} : { [name]: value })
  return {
    ...told("creditor", creditor),
    ...told("creditor_account", creditorAccount),
    ...told("debtor", debtor),
    ...told("debtor_account", debtorAccount)
  }
}

const every: ReadonlyArray<string> = [
  "entry_reference",
  "merchant_category_code",
  "creditor",
  "creditor_account",
  "creditor_agent",
  "debtor",
  "debtor_account",
  "debtor_agent",
  "bank_transaction_code",
  "booking_date",
  "value_date",
  "transaction_date",
  "balance_after_transaction",
  "reference_number",
  "reference_number_schema",
  "remittance_information",
  "exchange_rate",
  "note",
  "transaction_id"
]

export const transactionRow = (telling: Telling, entry: Entry, index: number): Json => {
  const { enriched, quirks } = telling
  const { amount, balanceAfter, currency, foreign, kind, mcc, status, text } = entry
  const [code, credit, debit] = codes[kind]
  const quoted = `${quirks.signedAmounts && amount < 0 ? "-" : ""}${decimal(Math.abs(amount), currency)}`
  const numeric = quirks.numericAmounts === "all" || (quirks.numericAmounts === "mixed" && index % 2 === 1)
  const indicator = amount < 0 && !quirks.signedAmounts ? "DBIT" : "CRDT"
  const row: Json = {
    ...reference(telling, entry),
    ...(mcc === undefined || !enriched ? {} : { merchant_category_code: mcc }),
    transaction_amount: { currency, amount: numeric ? Number(quoted) : quoted },
    ...(enriched ? parties(telling, entry) : {}),
    bank_transaction_code: { description: kind.replace("_", " "), code, sub_code: amount < 0 ? debit : credit },
    ...(quirks.noIndicator ? {} : { credit_debit_indicator: indicator }),
    status: quirks.otherStatus ? "OTHR" : status === "booked" ? "BOOK" : "PDNG",
    ...dates(telling, entry, index),
    ...(balanceAfter === undefined
      ? {}
      : { balance_after_transaction: { currency, amount: decimal(balanceAfter, currency) } }),
    remittance_information: [text],
    ...(foreign === undefined
      ? {}
      : {
          exchange_rate: {
            unit_currency: foreign.currency,
            exchange_rate: foreign.rate,
            ...(quirks.bareExchange
              ? {}
              : {
                  instructed_amount: {
                    currency: foreign.currency,
                    amount: decimal(Math.abs(foreign.amount), foreign.currency)
                  }
                })
          }
        }),
    ...(quirks.absentIds === "transactionId" || quirks.absentIds === "both"
      ? {}
      : { transaction_id: transactionId(telling, entry) }),
    ...(quirks.extraFields ? { sentiment: "fond" } : {})
  }
  if (!quirks.nullFields) return row
  return { ...Object.fromEntries(every.map((name) => [name, null])), ...row }
}
