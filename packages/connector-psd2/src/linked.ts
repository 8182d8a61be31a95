/**
 * The end of a link conversation, for every dialect: the accounts a consent opens, as the host will find them again, and
 * the grant that reads them. An account in something that is no currency is left out; there is no row it could have.
 */
import { type Access, type Account, type ConnectorError, type Link, Money } from "@paymirror/core"
import * as Effect from "effect/Effect"
import type { Dialect } from "./Dialect.ts"
import type { BankAccount } from "./Entry.ts"
import type { Grant } from "./Grant.ts"
import { consentRequired } from "./Failure.ts"
import type { Institution } from "./Institution.ts"

const statusOf = (said: string | undefined): Account.AccountStatus => {
  switch (said?.toLowerCase()) {
    case "deleted":
    case "closed":
      return "CLOSED"
    case "blocked":
    case "disabled":
    case "pending":
      return "RESTRICTED"
    default:
      return "OPEN"
  }
}

/** What keeps an account apart from the person's others; where two share a number and a currency, the bank's own ids do. */
const identified = (accounts: ReadonlyArray<BankAccount>): ReadonlyArray<readonly [string, BankAccount]> => {
  const keyOf = ({ currency, identification, resourceId }: BankAccount) => `${identification ?? resourceId} ${currency}`
  const times = new Map<string, number>()
  for (const account of accounts) times.set(keyOf(account), (times.get(keyOf(account)) ?? 0) + 1)
  return accounts.map((account) => [
    times.get(keyOf(account)) === 1 ? (account.identification ?? account.resourceId) : account.resourceId,
    account
  ])
}

/** A grant before its accounts are known. */
export type Approved = Omit<Grant, "institution" | "market" | "accounts">

/** What a bank listed, as the step that ends the conversation. */
export const linked = (
  institution: Institution,
  grant: Approved,
  listed: ReadonlyArray<BankAccount>
): Effect.Effect<Link.LinkStep<Grant>, ConnectorError.ConnectorError> => {
  const accounts = identified(listed.filter(({ currency }) => Money.currencies.has(currency)))
  if (accounts.length === 0) return Effect.fail(consentRequired("the approval opens no payment account"))
  return Effect.succeed({
    _tag: "Linked",
    grant: {
      ...grant,
      institution: institution.id,
      market: institution.market,
      accounts: accounts.map(([identification, { currency, debitsPositive, kind, resourceId }]) => ({
        identification,
        currency,
        resourceId,
        kind,
        ...(debitsPositive !== undefined && { debitsPositive })
      }))
    },
    accounts: accounts.map(([identification, { currency, name, status }]) => ({
      provider: institution.provider,
      identification,
      currency,
      market: institution.market,
      legalEntity: institution.legalEntity,
      status: statusOf(status),
      displayName: name ?? `${institution.name} ${currency}`
    })),
    ...(grant.validUntil !== undefined && { validUntil: grant.validUntil })
  })
}

/**
 * Lists what a fresh consent opens, and ends the conversation with it. The person is at the other end of that, so nothing
 * is counted.
 */
export const opened = (
  accounts: Dialect["accounts"],
  institution: Institution,
  grant: Approved,
  presence: Access.Presence | undefined
): Effect.Effect<Link.LinkStep<Grant>, ConnectorError.ConnectorError> =>
  accounts({
    grant: { ...grant, institution: institution.id, market: institution.market, accounts: [] },
    access: { spend: () => Effect.void, ...(presence !== undefined && { presence }) }
  }).pipe(
    Effect.catchTag("Refusal", ({ detail }) => Effect.fail(consentRequired(`the new consent is refused: ${detail}`))),
    Effect.flatMap((listed) => linked(institution, grant, listed))
  )
