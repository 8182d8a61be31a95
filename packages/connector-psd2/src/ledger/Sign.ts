/**
 * Which way the money went. What decides, in this order: the bank's indicator, a sign it wrote, what is known of how it
 * signs, the side the other party stands on. What contradicts is not weighed up: it is left undecided with its reason,
 * and so is what nothing decides. An amount without a sign is never taken for a credit on its own.
 */
import type { Indicator, Party } from "../Entry.ts"
import type { Amount } from "./Amount.ts"

/** `signed`: debits carry a minus and credits none. `unsigned`: amounts carry no sign that means anything. */
export type Convention = "signed" | "unsigned" | "debits_positive"

export interface Evidence {
  readonly sign: Amount["sign"]
  readonly indicator?: Indicator | undefined
  /** What somebody who looked at the bank wrote down of it. */
  readonly convention?: Convention | undefined
  /** The account itself says that it quotes debits as positive. */
  readonly debitsPositive?: boolean | undefined
  readonly creditor?: Party | undefined
  readonly debtor?: Party | undefined
  /** The account's own identification, as {@link account} spells it. */
  readonly own: string
  /** A minus has been seen on this account, among entries of the same status. */
  readonly minusSeen: boolean
}

export type Direction = Indicator | { readonly undecided: string }

const undecided = (why: string): Direction => ({ undecided: why })

/** One spelling of an account's number. */
export const account = (text: string): string => text.replace(/[^0-9A-Za-z]/g, "").toUpperCase()

const isThere = (party: Party | undefined): party is Party =>
  party !== undefined && ((party.name ?? "").trim() !== "" || (party.account ?? "").trim() !== "")

const isOwn = (party: Party, own: string): boolean =>
  own !== "" && party.account !== undefined && account(party.account) === own

/** What the parties say. `firm`: both are named, and one of them is the account itself. */
interface Side {
  readonly says: Indicator | undefined
  readonly firm: boolean
  /** Only one party is named, and it is the account itself: whoever wrote it down filled in the wrong one. */
  readonly confused: boolean
}

const nothing: Side = { says: undefined, firm: false, confused: false }

const side = ({ creditor, debtor, own }: Evidence): Side => {
  const to = isThere(creditor)
  const from = isThere(debtor)
  if (to && from) {
    const [toOwn, fromOwn] = [isOwn(creditor, own), isOwn(debtor, own)]
    return toOwn === fromOwn ? nothing : { says: toOwn ? "credit" : "debit", firm: true, confused: false }
  }
  if (to) return { says: "debit", firm: false, confused: isOwn(creditor, own) }
  if (from) return { says: "credit", firm: false, confused: isOwn(debtor, own) }
  return nothing
}

const opposite = (direction: Indicator): Indicator => (direction === "credit" ? "debit" : "credit")

export const resolve = (evidence: Evidence): Direction => {
  const { convention, indicator, minusSeen, sign } = evidence
  if (indicator !== undefined) {
    return indicator === "credit" && sign === "minus" && convention !== "debits_positive"
      ? undecided("it is marked as a credit and its amount is negative")
      : indicator
  }
  if (convention === "debits_positive") return sign === "minus" ? "credit" : "debit"
  const parties = side(evidence)
  if (evidence.debitsPositive === true) {
    const quoted = sign === "minus" ? "credit" : "debit"
    if (parties.says === quoted && !parties.confused) return quoted
    if (sign === "minus") return undecided("its amount is negative on an account that quotes debits as positive")
    return parties.says === undefined
      ? quoted
      : undecided("the parties contradict an account that quotes debits as positive")
  }
  if (sign !== "none" && convention !== "unsigned") {
    const written = sign === "minus" ? "debit" : "credit"
    return parties.firm && parties.says === opposite(written)
      ? undecided("its parties say the opposite of its sign")
      : written
  }
  if (convention === "signed") return "credit"
  if (parties.confused) return undecided("its amount has no sign, and the only party it names is the account itself")
  if (parties.says === undefined) {
    return minusSeen && convention !== "unsigned"
      ? "credit"
      : undecided("neither an indicator, nor a sign, nor a party says which way it went")
  }
  return parties.says === "debit" && !parties.firm && minusSeen
    ? undecided("its amount has no sign where debits have one, and yet it names a creditor only")
    : parties.says
}
