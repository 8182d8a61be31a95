/**
 * Accounts and balances as the Berlin Group's standards spell them, 1.3 and openFinance 2 alike. An account that cannot be
 * asked for, or a balance without amount or kind, is left out; which of the rest mean anything is not decided here.
 */
import type { BankAccount, BankBalance } from "../Entry.ts"
import { indicatorOf } from "./berlin.ts"
import { accountOf, inside, text, word, written } from "./Field.ts"

/** The balances of an answer that states them; one that cannot be read is left out. */
export const balances = (body: unknown): ReadonlyArray<BankBalance> | undefined => {
  const { balances: stated } = inside(body)
  if (!Array.isArray(stated)) return undefined
  return stated.flatMap((each): ReadonlyArray<BankBalance> => {
    const balance = inside(each)
    const amount = written(balance["balanceAmount"])
    const type = word(balance["balanceType"])
    if (amount === undefined || type === undefined) return []
    const { creditLimitIncluded } = balance
    return [
      {
        ...amount,
        type,
        indicator: indicatorOf(balance["creditDebitIndicator"]),
        creditLimitIncluded: typeof creditLimitIncluded === "boolean" ? creditLimitIncluded : undefined,
        at: word(balance["lastChangeDateTime"]) ?? word(balance["referenceDate"])
      }
    ]
  })
}

/** IBANs are compared as written on paper or not. */
const plain = (identification: string | undefined): string | undefined =>
  identification !== undefined && /^[A-Za-z]{2}[\d ]{2,3}/.test(identification)
    ? identification.replaceAll(" ", "").toUpperCase()
    : identification

const accountsIn = (body: unknown, field: string, kind: BankAccount["kind"]) => {
  const stated = inside(body)[field]
  if (!Array.isArray(stated)) return undefined
  return stated.flatMap((each): ReadonlyArray<BankAccount> => {
    const account = inside(each)
    const resourceId = word(account["resourceId"])
    const currency = word(account["currency"])
    // Without a name it cannot be asked for.
    if (resourceId === undefined || currency === undefined) return []
    const { debitAccounting } = account
    return [
      {
        resourceId,
        identification: plain(accountOf(account)),
        currency: currency.toUpperCase(),
        name: text(account["displayName"]) ?? text(account["name"]) ?? text(account["product"]),
        kind,
        debitsPositive: typeof debitAccounting === "boolean" ? debitAccounting : undefined,
        status: word(account["status"])
      }
    ]
  })
}

export const accounts = (body: unknown): ReadonlyArray<BankAccount> | undefined =>
  accountsIn(body, "accounts", "payment")

export const cardAccounts = (body: unknown): ReadonlyArray<BankAccount> | undefined =>
  accountsIn(body, "cardAccounts", "card")
