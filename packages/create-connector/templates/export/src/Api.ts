/** The file Acme lets a person download, in its own spelling: its columns, in any order, and what a cell looks like. */
import { CalendarDate, Money } from "@paymirror/core"
import * as Schema from "effect/Schema"

const Decimal = Schema.String.check(Schema.isPattern(/^\d{1,12}\.\d{2}$/))

export const Row = Schema.Struct({
  Date: CalendarDate.CalendarDate,
  Reference: Schema.NonEmptyString,
  Type: Schema.String,
  Shop: Schema.String,
  Amount: Decimal,
  Balance: Decimal,
  Currency: Money.Currency
})

export const columns: ReadonlyArray<string> = Object.keys(Row.fields)
