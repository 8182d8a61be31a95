/**
 * The shape of a file format, as data: which header names which field, what is fixed (date order, decimal sign,
 * currency) and what has to be proven from the file, what makes a row the same row, and what the provider's words mean.
 * A format holds no code, but for {@link Unpack} where a provider offers no text.
 */
import type { Balance, Card, Purchase, StreamName } from "@paymirror/core"

/** What a column can mean. */
export const fields = [
  "id",
  "date",
  "time",
  "zone",
  "completed",
  "type",
  "status",
  "impact",
  "product",
  "currency",
  "gross",
  "fee",
  "net",
  "balance",
  "description",
  "counterparty",
  "merchant",
  "account",
  "foreignAmount",
  "foreignCurrency",
  "purchaseId",
  "reference"
] as const

export type Field = (typeof fields)[number]

/** Day and month in the order they are written, where the year comes last; `ymd` where it comes first. */
export type DateOrder = "mdy" | "dmy" | "ymd"

/** The sign between whole and fraction. */
export type Decimal = "point" | "comma"

/** What a provider's type word means. */
export interface TypeRule {
  readonly is: Balance.BalanceEntryType
  /** The stream its rows belong to, where it is not the format's first. */
  readonly stream?: "card"
  /**
   * `always`: the stated balance counts the row whatever its status says. `never`: it counts it at no status, because
   * the money moves in a row of its own. Absent: the status decides.
   */
  readonly moves?: "always" | "never"
  /** Not a movement at all: rows without an amount, or with a zero, are counted and left out. */
  readonly skip?: boolean
  /** Paid from the account the row names, which need not be the provider's own balance. */
  readonly funded?: boolean
}

/** Provider words in lower case and without outer spaces. */
export type Words<A> = Readonly<Record<string, A>>

export interface StatusWords {
  readonly balance?: Words<Balance.EntryStatus>
  readonly card?: Words<Card.CardTransactionStatus>
  readonly purchases?: Words<Purchase.PurchaseStatus>
}

/** A file that is no text and has a table in it. */
export interface Unpack {
  /** What its bytes begin with, as ASCII (`%PDF`). */
  readonly begins: string
  /** Takes the table out of it, as CSV with a header; nothing where it is another kind of file. It may reject: that is one too. */
  readonly table: (bytes: Uint8Array) => Promise<string | undefined>
}

export interface Format {
  /** `revolut-es`. */
  readonly id: string
  /** What a person calls it. */
  readonly name: string
  readonly provider: string
  readonly providerName: string
  /**
   * `real file`: rows of a real export have been read. `documented`: header and words come from documentation. `invented`:
   * nobody has seen or described one. `yours`: a mapping of the user's own.
   */
  readonly evidence: "real file" | "documented" | "invented" | "yours"
  readonly market?: string
  readonly legalEntity?: string
  /** Who holds the money, per market; elsewhere the provider's name stands in. */
  readonly legalEntities?: Readonly<Record<string, string>>
  /** The streams its rows belong to, the default first. */
  readonly streams: readonly [FileStream, ...ReadonlyArray<FileStream>]
  /** The header names of a field: any of these. */
  readonly columns: Readonly<Partial<Record<Field, ReadonlyArray<string>>>>
  /** Fields a file may do without. */
  readonly optional: ReadonlyArray<Field>
  /** Columns that are known and not read. */
  readonly ignored: ReadonlyArray<string>
  /** The field of the first column, where only the order tells two formats apart. */
  readonly first?: Field
  readonly delimiter?: string
  readonly currency?: string
  /** Absent: proven from the whole file, or asked for. */
  readonly dateOrder?: DateOrder
  /** Absent: proven from the whole file. */
  readonly decimal?: Decimal
  /** Where the change of the balance stands: in a net column, in the amount, or the amount less a positive fee. */
  readonly change: "net" | "gross" | "gross-fee"
  /** Amounts are written from the provider's side. */
  readonly inverted?: boolean
  /** What makes a row the same row: the provider's id, or else a fingerprint and an occurrence number. */
  readonly identity:
    | { readonly by: "id" | "fingerprint"; readonly fields: ReadonlyArray<Field> }
    | { readonly by: "columns"; readonly columns: ReadonlyArray<string> }
  /** Put before an id. Absent: the id stands as it is, so that it meets the same id from another connector. */
  readonly prefix?: string
  readonly types: Words<TypeRule>
  readonly statuses: StatusWords
  /** The status of a row whose file has no status column, or an empty cell in it. */
  readonly unsaid?: { readonly [S in keyof StatusWords]?: Required<StatusWords>[S][string] }
  /** Whether a stated balance proves that a row is booked, where its status word is not known. */
  readonly balanceProves?: boolean
  /** Words of a column that says whether the row moves the balance. */
  readonly impacts?: Words<boolean>
  /** What the account column says where the provider's own balance paid. */
  readonly ownBalance?: string
  readonly unpack?: Unpack
}

/** The streams a file can fill. */
export type FileStream = Extract<StreamName.StreamName, "balance" | "card" | "purchases">

/** How header cells and words are compared. */
export const fold = (text: string): string => text.normalize("NFC").replace(/\s+/g, " ").trim().toLowerCase()
