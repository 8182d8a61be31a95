/**
 * Accounts, balances and entries in the words of UK open banking. Amounts are unsigned and the indicator has the sign;
 * what is not booked has neither a value date nor a running balance. The quirks that concern one row are here.
 */
import { createHash } from "node:crypto"
import { atHour, day, dayOf, hour } from "@paymirror/connector-testing/simulator"
import type { Random } from "@paymirror/connector-testing/simulator"
import type { Account, Balances, Bank, Entry } from "../Bank.ts"
import type { Consent } from "../Consents.ts"
import { decimal } from "../decimal.ts"
import { positional } from "../positional.ts"
import type { Quirks } from "../Quirks.ts"
import { isoCodes, proprietaryCodes } from "./Profile.ts"
import type { Profile } from "./Profile.ts"

type Json = Readonly<Record<string, unknown>>

export interface Telling {
  readonly profile: Profile
  readonly bank: Bank
  readonly quirks: Quirks
  readonly random: Random
}

/** One entry and its place in time, in microseconds. */
export interface Row {
  readonly entry: Entry
  readonly stamp: number
}

const micro = 1000

/** An instant in microseconds, as this version writes it. */
export const instant = (profile: Profile, stamp: number): string => {
  const [seconds = ""] = new Date(Math.floor(stamp / micro)).toISOString().split(".")
  if (!profile.instants) return `${seconds}+00:00`
  return `${seconds}.${String(Math.floor(stamp) % 1_000_000).padStart(6, "0")}Z`
}

export const stampOf = (milliseconds: number): number => milliseconds * micro

/** When a row is said to be booked: the instant, or the beginning of its day. */
export const rowOf = ({ profile }: Pick<Telling, "profile">, entry: Entry): Row => {
  if (profile.instants) return { entry, stamp: entry.at * micro + (entry.number % micro) }
  const on = entry.bookedOn ?? entry.expectedOn ?? dayOf(entry.at)
  return { entry, stamp: atHour(on, 0) * micro }
}

export const accountId = ({ quirks }: Pick<Telling, "quirks">, consent: Consent, account: Account): string =>
  quirks.resourceIdsPerConsent
    ? createHash("sha256").update(`${consent.id}/${account.id}`).digest("hex").slice(0, 24)
    : account.resourceId

const money = (minor: number, currency: string): Json => ({
  Amount: decimal(Math.abs(minor), currency),
  Currency: currency
})
const direction = (minor: number): "Credit" | "Debit" => (minor < 0 ? "Debit" : "Credit")

const identifications = ({ ownScheme }: Profile, account: Account, holder: string): ReadonlyArray<Json> => {
  const { accountNumber, iban, resourceId, sortCode } = account
  const known = [
    ...(iban === undefined ? [] : [{ SchemeName: "UK.OBIE.IBAN", Identification: iban, Name: holder }]),
    ...(sortCode === undefined || accountNumber === undefined
      ? []
      : [{ SchemeName: "UK.OBIE.SortCodeAccountNumber", Identification: sortCode + accountNumber, Name: holder }])
  ]
  if (known.length > 0) return known
  return [{ SchemeName: ownScheme, Identification: resourceId, Name: holder }]
}

export const accountRow = (telling: Telling, consent: Consent, account: Account): Json => {
  const { bank, profile } = telling
  const detail = consent.rights.includes("ReadAccountsDetail")
  const holder = bank.customer(account.customer).name
  const type = profile.accountTypes[account.kind]
  return {
    AccountId: accountId(telling, consent, account),
    ...(profile.version === "4.0" ? { Status: "Enabled" } : {}),
    Currency: account.currency,
    ...(profile.version === "4.0"
      ? { AccountCategory: "Personal", AccountTypeCode: type }
      : { AccountType: "Personal", AccountSubType: type }),
    ...(account.name === undefined ? {} : { Nickname: account.name }),
    ...(detail ? { Account: identifications(profile, account, holder) } : {}),
    ...(detail && profile.version === "4.0"
      ? { Servicer: { SchemeName: "UK.OBIE.BICFI", Identification: bank.bic } }
      : {})
  }
}

export const balanceRows = (
  telling: Telling,
  id: string,
  currency: string,
  balances: Balances
): ReadonlyArray<Json> => {
  const { bank, profile, quirks } = telling
  const { available, booked, creditLine } = balances
  const words = profile.balances
  const row = (type: string, minor: number, more: Json = {}): Json => ({
    AccountId: id,
    Amount: money(minor, currency),
    CreditDebitIndicator: direction(minor),
    Type: type,
    DateTime: instant(profile, stampOf(bank.clock.now)),
    ...more
  })
  if (quirks.onlyExpected) return [row(words.expected, available)]
  const type = profile.version === "4.0" ? "Pre-Agreed" : "Available"
  const line = (included: boolean): Json => ({
    CreditLine: [{ Included: included, Type: type, Amount: money(creditLine, currency) }]
  })
  return [
    ...(quirks.creditLimitIncluded ? [row(words.available, available + creditLine, line(true))] : []),
    ...(words.booked === undefined ? [] : [row(words.booked, booked)]),
    ...(quirks.twoInterimAvailable
      ? [row(words.available, available + 1_000, { DateTime: instant(profile, stampOf(bank.clock.now - day)) })]
      : []),
    row(words.available, available, creditLine > 0 ? line(false) : {})
  ]
}

const exchange = ({ profile, quirks }: Telling, { amount, currency, foreign }: Entry): Json => {
  if (foreign === undefined) return {}
  const [source, target] = amount < 0 ? [currency, foreign.currency] : [foreign.currency, currency]
  return {
    CurrencyExchange: {
      ...(quirks.bareExchange ? {} : { InstructedAmount: money(foreign.amount, foreign.currency) }),
      SourceCurrency: source,
      TargetCurrency: target,
      UnitCurrency: foreign.currency,
      ExchangeRate: profile.version === "4.0" ? Number(foreign.rate) : foreign.rate
    }
  }
}

const parties = (profile: Profile, account: Account, holder: string, { amount, counterparty }: Entry): Json => {
  if (counterparty?.iban === undefined) return {}
  const other = { SchemeName: "UK.OBIE.IBAN", Identification: counterparty.iban, Name: counterparty.name }
  const [own] = identifications(profile, account, holder)
  const isOwn = own?.["SchemeName"] === profile.ownScheme ? {} : own
  return amount < 0
    ? { CreditorAccount: other, DebtorAccount: isOwn }
    : { CreditorAccount: isOwn, DebtorAccount: other }
}

/** What only the permission for details tells. */
const details = (telling: Telling, account: Account, entry: Entry, enriched: boolean): Json => {
  const { bank, profile } = telling
  const { balanceAfter, counterparty, currency, kind, mcc, text } = entry
  const code = mcc === undefined || profile.version === "3.1" ? {} : { MerchantCategoryCode: mcc }
  const merchant = { MerchantDetails: { MerchantName: counterparty?.name ?? text, ...code } }
  return {
    TransactionInformation: text,
    ...(balanceAfter === undefined
      ? {}
      : {
          Balance: {
            Amount: money(balanceAfter, currency),
            CreditDebitIndicator: direction(balanceAfter),
            Type: profile.balances.ofRow
          }
        }),
    ...(kind === "card" && enriched ? merchant : {}),
    ...parties(profile, account, bank.customer(account.customer).name, entry)
  }
}

const identity = ({ bank, profile, quirks, random }: Telling, entry: Entry): Json => {
  const { entryReference, wireId } = entry
  const transaction = quirks.sessionIds ? random.id("", 20) : (quirks.placeholderId ?? wireId)
  const without = quirks.absentIds
  return {
    ...(without === "transactionId" || without === "both" ? {} : { TransactionId: transaction }),
    ...(profile.version === "3.1" || without === "entryReference" || without === "both"
      ? {}
      : { TransactionReference: quirks.positionalReferences ? positional(bank, entry) : entryReference })
  }
}

export const transactionRow = (
  telling: Telling,
  consent: Consent,
  account: Account,
  { entry, stamp }: Row,
  index: number,
  enriched = true
): Json => {
  const { profile, quirks } = telling
  const { amount, currency, kind, status } = entry
  const modern = profile.version === "4.0"
  const booked = status === "booked"
  const on = stamp - (quirks.midnightDates ? stampOf(hour) : 0)
  const iso = isoCodes[kind]
  const indicator = quirks.signedAmounts ? "Credit" : direction(amount)
  const minus = quirks.signedAmounts && amount < 0 ? "-" : ""
  const quoted = decimal(Math.abs(amount), currency)
  const numeric = quirks.numericAmounts === "all" || (quirks.numericAmounts === "mixed" && index % 2 === 1)
  return {
    AccountId: accountId(telling, consent, account),
    ...identity(telling, entry),
    ...(quirks.noIndicator ? {} : { CreditDebitIndicator: indicator }),
    Status: quirks.otherStatus ? "OTHR" : profile.statuses[status],
    ...(modern ? { TransactionMutability: booked ? "Immutable" : "Mutable" } : {}),
    ...(quirks.otherStatus || quirks.noBookingDate === "all" || (quirks.noBookingDate === "some" && index % 3 === 2)
      ? {}
      : { BookingDateTime: instant(profile, on) }),
    ...(booked && !quirks.otherStatus
      ? {
          ValueDateTime: instant(
            profile,
            profile.instants ? stamp : stampOf(atHour(entry.valueOn ?? dayOf(entry.at), 0))
          )
        }
      : {}),
    Amount: { Amount: numeric ? Number(minus + quoted) : minus + quoted, Currency: currency },
    ...exchange(telling, entry),
    ...(modern && enriched
      ? { BankTransactionCode: { Code: amount < 0 ? iso.debit : iso.credit, SubCode: iso.sub } }
      : {}),
    ProprietaryBankTransactionCode: { Code: proprietaryCodes[kind], Issuer: modern ? telling.bank.name : "Revolut" },
    ...(consent.rights.includes("ReadTransactionsDetail") ? details(telling, account, entry, enriched) : {}),
    ...(modern || kind !== "card" ? {} : { SupplementaryData: { StartedDate: instant(profile, stampOf(entry.at)) } }),
    ...(quirks.extraFields ? { Sentiment: "fond" } : {})
  }
}
