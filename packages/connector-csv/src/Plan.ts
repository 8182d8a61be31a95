/** How one account of one file is read: its format, where its columns are, and what the scan has proven. */
import type { Money } from "@paymirror/core"
import type { DateOrder, Decimal, FileStream, Format } from "./Format.ts"
import type { Layout } from "./recognise.ts"

export interface Plan {
  readonly format: Format
  readonly layout: Layout
  readonly dateOrder: DateOrder | undefined
  readonly decimal: Decimal | undefined
  /** The account being read. */
  readonly currency: Money.Currency
  readonly stream: FileStream
  /** How many rows the file has. */
  readonly rows: number
  /** Whether rows that name no account are this read's to report. */
  readonly owner: boolean
}
