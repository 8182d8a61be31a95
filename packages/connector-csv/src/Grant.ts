/**
 * What linking a file leaves behind: the file, the proof that it is still the same one, and everything that was decided
 * from reading it whole, so that reading its rows decides nothing.
 */
import { Money } from "@paymirror/core"
import * as Schema from "effect/Schema"
import { Mapping } from "./Mapping.ts"
import { Encoding } from "./Records.ts"

export const Grant = Schema.Struct({
  path: Schema.NonEmptyString,
  size: Schema.Int,
  fingerprint: Schema.NonEmptyString,
  format: Schema.NonEmptyString,
  /** The user's own format, where it is one. */
  map: Schema.optionalKey(Mapping),
  encoding: Encoding,
  delimiter: Schema.NonEmptyString,
  header: Schema.Array(Schema.String),
  dateOrder: Schema.optionalKey(Schema.Literals(["mdy", "dmy", "ymd"])),
  decimal: Schema.optionalKey(Schema.Literals(["point", "comma"])),
  currencies: Schema.Array(Money.Currency),
  rows: Schema.Int
})
export type Grant = typeof Grant.Type

/**
 * How far a read came. A resumed read starts over, because the number of a twin depends on every row before it; nothing
 * is lost by that, since what is unchanged is not written again.
 */
export const Checkpoint = Schema.Struct({
  fingerprint: Schema.String,
  rows: Schema.Int,
  done: Schema.Boolean
})
export type Checkpoint = typeof Checkpoint.Type
