/**
 * A bank as data: where it listens, who holds the money, which dialect it speaks and what is known of its habits. A new
 * bank is a record in `institutions/`, never a branch in the code. What nobody has published is left out, and the
 * connector then takes the careful way.
 */
import type { Account, Manifest } from "@paymirror/core"

/** `klarna`: Berlin Group openFinance 2.x as Klarna deviates from it. `berlin`: NextGenPSD2 1.3. `obie`: UK Open Banking. */
export type DialectName = "klarna" | "berlin" | "obie" | "enable-banking"

/** How a person approves; for Berlin Group banks that offer several, the one this connector uses there. */
export type Approval = "decoupled" | "redirect" | "oauth2"

/**
 * Which of its ids of a booked entry can be believed. `none`: neither; entries are told apart by date, amount and order.
 * Whatever the policy, an id that is a placeholder, a position or not unique among what was read is not believed.
 */
export type IdPolicy = "transactionId" | "entryReference" | "none"

export interface Institution {
  /** Kebab case, ends in the market (`klarna-de`). */
  readonly id: string
  readonly name: string
  /** The provider of the mirror's accounts (`klarna`). */
  readonly provider: string
  readonly market: Account.Market
  /** Who holds the money. */
  readonly legalEntity: string
  readonly maturity: Manifest.Maturity
  readonly dialect: DialectName
  /** `1.3`, `2.1`, `3.1`, `4.0`. */
  readonly version: string
  readonly approval: Approval
  /** Base URL without a trailing slash; absent where the bank has not published it, so that the host has to name it. */
  readonly baseUrl?: string
  /** Other hosts of the same bank the connector talks to itself (an authorisation server). The person's browser may go elsewhere. */
  readonly hosts?: ReadonlyArray<string>
  /** OpenID issuer or RFC 8414 issuer, where tokens come from one. */
  readonly issuer?: string
  readonly ids: IdPolicy
  readonly history: {
    /** Days of booked history an approved person can be shown at most. */
    readonly days: number
    /** Minutes after the approval in which all of it is served; afterwards 90 days. */
    readonly freshMinutes: number
  }
  readonly consent: Manifest.ConsentTerms
  readonly budget: Manifest.Budget
  readonly quirks?: Quirks
}

/** Departures from the standard, each found at a real bank. Absent: the standard's way. */
export interface Quirks {
  /** Debits on card accounts are quoted positive (`debitAccounting`). */
  readonly debitsPositive?: boolean
  /**
   * `signed`: an amount without a minus is a credit, whoever is named beside it. `unsigned`: signs mean nothing. Absent:
   * nobody has looked, and an amount without a minus needs a party that says which way it went.
   */
  readonly signs?: "signed" | "unsigned"
  /** What a believable id looks like here, a regular expression over all of it. */
  readonly idPattern?: string
  /** Only balances of these kinds mean anything here. */
  readonly balanceTypes?: ReadonlyArray<string>
  /** It refuses `bookingStatus=both`; pending entries are not asked for. */
  readonly bookedOnly?: boolean
  /**
   * What consent is asked for: to every payment account (the default), or to the one whose IBAN the person enters, where
   * a bank takes no other.
   */
  readonly access?: "all" | "named"
  /** It lists card accounts apart from payment accounts, and they are read too. */
  readonly cardAccounts?: boolean
  /** Requests carry `Digest` and `Signature` of a QSEAL certificate. */
  readonly sealed?: boolean
  /** Header values it demands on every request (`x-fapi-financial-id`). */
  readonly headers?: Readonly<Record<string, string>>
  /** It pushes authorisation requests (PAR) instead of taking a request object in the address. */
  readonly pushedRequests?: boolean
  /** Behind an aggregator: the bank's own name and country there. */
  readonly aspsp?: { readonly name: string; readonly country: string }
  /** The name of the header that carries the person's own identifier at the bank when consent is asked for. */
  readonly psuIdHeader?: string
}
