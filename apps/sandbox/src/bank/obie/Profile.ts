/**
 * The two versions of UK account information as data: where they answer, the words they use, how they page and how they
 * refuse. 3.1 as Revolut publishes it, 4.0 as the standard has it. What is the same in both is in the other files.
 */
import type { AccountKind, EntryKind } from "../Bank.ts"
import type { ConsentStatus } from "../Consents.ts"

export interface Profile {
  readonly version: "3.1" | "4.0"
  /** Before every path. */
  readonly prefix: string
  /** The header every request must carry, with this value. */
  readonly financialId?: string | undefined
  /** `undefined`: the consent is not there any more. */
  readonly consentStatuses: Readonly<Record<ConsentStatus, string | undefined>>
  readonly balances: {
    readonly booked?: string | undefined
    readonly available: string
    readonly expected: string
    readonly ofRow: string
  }
  readonly statuses: Readonly<Record<"booked" | "pending" | "declined", string>>
  /** What the number of an account is called that has none of its own. */
  readonly ownScheme: string
  readonly accountTypes: Readonly<Record<AccountKind, string>>
  /** How a walk goes on: a window that ends earlier, or the number of a page. */
  readonly paging: "window" | "pages"
  /** Whether a row has its own instant, or the day with a time that says nothing. */
  readonly instants: boolean
  /** Single accounts are told in the first minutes after the approval only. */
  readonly accountMinutes?: number | undefined
  /** What is said where the person has withdrawn, or the consent has ended. */
  readonly ended: { readonly status: 401 | 403; readonly code: string; readonly message: string }
  readonly lacksPermission: { readonly status: 401 | 403; readonly code: string; readonly message: string }
  /** Consents that were revoked at the bank can be approved again. */
  readonly reinstates: boolean
  readonly codes: Readonly<Record<"missing" | "invalid" | "invalidDate" | "header" | "notFound" | "unexpected", string>>
}

export const revolut: Profile = {
  version: "3.1",
  prefix: "",
  financialId: "001580000103UAvAAM",
  consentStatuses: {
    received: "AwaitingAuthorisation",
    partially: "AwaitingAuthorisation",
    valid: "Authorised",
    rejected: "Rejected",
    revoked: "Revoked",
    terminated: "Revoked",
    expired: "Authorised"
  },
  balances: { available: "InterimAvailable", expected: "Expected", ofRow: "InterimBooked" },
  statuses: { booked: "Booked", pending: "Pending", declined: "Rejected" },
  ownScheme: "UK.Revolut.InternalAccountId",
  accountTypes: { current: "CurrentAccount", savings: "Savings", card: "CreditCard" },
  paging: "window",
  instants: true,
  accountMinutes: 5,
  ended: { status: 401, code: "UK.OBIE.Resource.Unauthorized", message: "Access token is invalid or expired" },
  lacksPermission: { status: 401, code: "UK.OBIE.Resource.Unauthorized", message: "Consent has no permissions" },
  reinstates: false,
  codes: {
    missing: "UK.OBIE.Field.Missing",
    invalid: "UK.OBIE.Field.Invalid",
    invalidDate: "UK.OBIE.Field.InvalidDate",
    header: "UK.OBIE.Header.Missing",
    notFound: "UK.OBIE.Resource.NotFound",
    unexpected: "UK.OBIE.UnexpectedError"
  }
}

export const obie40: Profile = {
  version: "4.0",
  prefix: "/open-banking/v4.0/aisp",
  consentStatuses: {
    received: "AWAU",
    partially: "AWAU",
    valid: "AUTH",
    rejected: "RJCT",
    revoked: "CANC",
    terminated: undefined,
    expired: "EXPD"
  },
  balances: { booked: "ITBD", available: "ITAV", expected: "XPCD", ofRow: "ITBD" },
  statuses: { booked: "BOOK", pending: "PDNG", declined: "RJCT" },
  ownScheme: "UK.OBIE.BBAN",
  accountTypes: { current: "CACC", savings: "SVGS", card: "CARD" },
  paging: "pages",
  instants: false,
  ended: { status: 403, code: "U028", message: "Re-authentication by the person is required" },
  lacksPermission: { status: 403, code: "U009", message: "The consent does not permit this" },
  reinstates: true,
  codes: {
    missing: "U004",
    invalid: "U002",
    invalidDate: "U003",
    header: "U007",
    notFound: "U011",
    unexpected: "U000"
  }
}

/** ISO bank transaction codes, family and sub-family, by what an entry is and which way it goes. */
export const isoCodes: Readonly<
  Record<EntryKind, { readonly credit: string; readonly debit: string; readonly sub: string }>
> = {
  transfer: { credit: "RCDT", debit: "ICDT", sub: "DMCT" },
  card: { credit: "CCRD", debit: "CCRD", sub: "POSD" },
  direct_debit: { credit: "RDDT", debit: "RDDT", sub: "ESDD" },
  interest: { credit: "MCOP", debit: "MDOP", sub: "INTR" },
  fee: { credit: "MCOP", debit: "MDOP", sub: "FEES" },
  exchange: { credit: "RCDT", debit: "ICDT", sub: "XBCT" }
}

export const proprietaryCodes: Readonly<Record<EntryKind, string>> = {
  transfer: "TRANSFER",
  card: "CARD_PAYMENT",
  direct_debit: "DIRECT_DEBIT",
  interest: "INTEREST",
  fee: "FEE",
  exchange: "EXCHANGE"
}
