/** What became of one record of a file: a row of the model, a row that is counted and left out, or the reason it is neither. */
import type { Balance, Card, Purchase } from "@paymirror/core"

/** What the checks need of a row that was kept. */
export interface Figures {
  /** Whether the stated balance counts the row. */
  readonly moved: boolean
  readonly change: number
  readonly gross: number | undefined
  /** As the file signs it. */
  readonly fee: number | undefined
  readonly balance: number | undefined
  readonly product: string
  readonly use: number
}

export type Outcome =
  | {
      readonly _tag: "Kept"
      readonly id: string
      readonly row: FileRow
      readonly pending: boolean
      readonly figures: Figures
    }
  | { readonly _tag: "Skipped"; readonly why: string }
  | { readonly _tag: "Refused"; readonly reason: string; readonly column?: string; readonly id?: string }

export type FileRow =
  | { readonly stream: "balance"; readonly row: Balance.BalanceEntry }
  | { readonly stream: "card"; readonly row: Card.CardTransaction }
  | { readonly stream: "purchases"; readonly row: Purchase.Purchase }
