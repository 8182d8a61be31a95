/** What is known of a bank and an account while entries are judged: from its record, from the account, from what was seen. */
import type { Entry } from "../Entry.ts"
import type { GrantedAccount } from "../Grant.ts"
import type { Institution } from "../Institution.ts"
import * as ProviderId from "../ledger/ProviderId.ts"
import * as Sign from "../ledger/Sign.ts"

export interface Habits {
  readonly currency: string
  /** As {@link Sign.account} spells it. */
  readonly own: string
  /** The id that may be believed. */
  readonly idOf: (entry: Entry) => string | undefined
  readonly convention?: Sign.Convention | undefined
  readonly debitsPositive?: boolean | undefined
  /** A minus was seen, among entries of the same status. */
  readonly minusSeen: Readonly<Record<Entry["status"], boolean>>
}

export const habitsOf = (
  { ids, quirks }: Institution,
  account: GrantedAccount,
  minusSeen: Habits["minusSeen"]
): Habits => {
  const pattern = quirks?.idPattern === undefined ? undefined : new RegExp(`^(?:${quirks.idPattern})$`, "u")
  return {
    currency: account.currency,
    own: Sign.account(account.identification),
    idOf: (entry) => ProviderId.of(entry, ids, pattern),
    convention: quirks?.debitsPositive === true ? "debits_positive" : quirks?.signs,
    debitsPositive: account.debitsPositive,
    minusSeen
  }
}

/** Whether a debit shows as one by its minus alone. */
export const hasMinus = ({ amount, indicator }: Entry): boolean =>
  indicator === undefined &&
  (typeof amount.amount === "number" ? amount.amount < 0 : amount.amount.trim().startsWith("-"))
