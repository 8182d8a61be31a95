/**
 * What a bank said, in one spelling for all dialects and not yet judged: amounts as written, dates as text, ids as
 * given. A dialect turns its wire into these and decides nothing; `ledger/` and `translate/` decide.
 */

/** An amount as the bank wrote it: a signed or unsigned decimal, as text or as a JSON number. */
export interface Written {
  readonly amount: string | number
  readonly currency: string
}

export type Indicator = "credit" | "debit"

export interface Party {
  readonly name?: string | undefined
  /** IBAN or whatever identifies the account. */
  readonly account?: string | undefined
}

export interface Entry {
  readonly status: "booked" | "pending"
  readonly transactionId?: string | undefined
  readonly entryReference?: string | undefined
  readonly amount: Written
  /** Absent in dialects that sign their amounts. */
  readonly indicator?: Indicator | undefined
  readonly creditor?: Party | undefined
  readonly debtor?: Party | undefined
  /** `YYYY-MM-DD` in the bank's own calendar, or an instant whose day is taken as it is written. */
  readonly bookingDate?: string | undefined
  readonly valueDate?: string | undefined
  /** The day it was made, where the bank gives a day of its own for that. */
  readonly entryDate?: string | undefined
  /** When it happened, where the bank gives an instant (ISO 8601 with an offset). */
  readonly happenedAt?: string | undefined
  /** Remittance information and the like, in the bank's order. */
  readonly texts: ReadonlyArray<string>
  /** The bank's own word for what kind of entry it is. */
  readonly code?: string | undefined
  readonly merchant?: string | undefined
  readonly balanceAfter?: (Written & { readonly indicator?: Indicator | undefined }) | undefined
  /** In the other currency of an exchange. */
  readonly foreign?: Written | undefined
  /** The bank's entry as it came, for quarantine. */
  readonly wire: unknown
}

/** An entry that could not even be read as one, or is of a status that is no ledger entry (`skipped`). */
export interface Unreadable {
  readonly reason: string
  readonly id?: string | undefined
  readonly wire: unknown
}

export interface BankBalance extends Written {
  /** Berlin Group spelling (`closingBooked`), whatever the dialect writes. */
  readonly type: string
  readonly indicator?: Indicator | undefined
  readonly creditLimitIncluded?: boolean | undefined
  /** ISO instant or day it is of. */
  readonly at?: string | undefined
}

export interface BankAccount {
  /** What the bank calls it in an address; may change with every consent. */
  readonly resourceId: string
  /** IBAN, sort code and number, or identification hash: what stays. Absent where the bank gives none. */
  readonly identification?: string | undefined
  readonly currency: string
  readonly name?: string | undefined
  /** Card accounts, some of which quote debits as positive. */
  readonly kind: "payment" | "card"
  readonly debitsPositive?: boolean | undefined
  readonly status?: string | undefined
}

/** Days, both inclusive; without `to` up to now. */
export interface Window {
  readonly from: string
  readonly to?: string | undefined
}

export interface Page {
  readonly entries: ReadonlyArray<Entry>
  readonly unreadable: ReadonlyArray<Unreadable>
  /** Of a status that never counts (rejected, cancelled, information): left out, and counted by the bank's own word. */
  readonly skipped: ReadonlyMap<string, number>
  /** Whether this answer states all that is pending; where it does not, pending rows stay as they are. */
  readonly statesPending: boolean
  /** Paths of fields this connector does not know, as `drift` reports them. */
  readonly unknownFields: ReadonlyMap<string, number>
  /** Opaque to the reader; a dialect checks that it leads to the same place. */
  readonly next?: string | undefined
  /** Later than the window asks: the bank says it has nothing to serve before this day, which is not that there was nothing. */
  readonly servedFrom?: string | undefined
  /** `entryReference` of the last committed transaction, where the bank says it: a check that nothing is missing. */
  readonly lastCommitted?: string | undefined
}
