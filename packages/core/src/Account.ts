/**
 * An account is the join key of every row: one provider, one market, one legal entity that holds the money, one
 * currency. A consent is a replaceable attachment to it, so an account is found again after re-consent by what the
 * provider says of it. A holder is the person; they may have several accounts, in several markets.
 */
import * as Schema from "effect/Schema"
import { Currency } from "./Money.ts"

/** ISO 3166-1 alpha-2, upper case (`US`, `DE`, `GB`). */
export const Market = Schema.String.check(Schema.isPattern(/^[A-Z]{2}$/))
export type Market = typeof Market.Type

/** FDX `AccountStatus`, the part of it that can be seen from outside. */
export const AccountStatus = Schema.Literals(["OPEN", "RESTRICTED", "DELINQUENT", "CLOSED"])
export type AccountStatus = typeof AccountStatus.Type

/** What a connector found behind a login. `identification` is stable over re-consent and unique with the currency. */
export const LinkedAccount = Schema.Struct({
  /** Who holds the data, where the manifest does not say (`paypal`, for a file). */
  provider: Schema.optionalKey(Schema.NonEmptyString),
  /** IBAN, identification hash or the provider's own id. Never shown or logged. */
  identification: Schema.NonEmptyString,
  currency: Currency,
  /** Absent where the source does not tell and nobody said. */
  market: Schema.optionalKey(Market),
  legalEntity: Schema.NonEmptyString,
  status: AccountStatus,
  /** What a person calls it ("Klarna", "Revolut EUR"). */
  displayName: Schema.NonEmptyString
})
export type LinkedAccount = typeof LinkedAccount.Type

export const Account = Schema.Struct({
  accountId: Schema.NonEmptyString,
  holderId: Schema.NonEmptyString,
  ...LinkedAccount.fields,
  provider: Schema.NonEmptyString
})
export type Account = typeof Account.Type
