/**
 * Lists come in pages. A cursor is opaque, stays valid for good and means "after this"; a page without one is the last.
 * What stands still during a walk is seen exactly once.
 */
import * as Schema from "effect/Schema"

/** As text in a query; at most 500, 100 unless said. */
const limit = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 500 }))

export const paging = {
  cursor: Schema.optionalKey(Schema.NonEmptyString),
  limit: Schema.optionalKey(limit)
}

/** Whose rows: all the key may see, unless narrowed. */
export const whose = {
  holderId: Schema.optionalKey(Schema.NonEmptyString),
  accountId: Schema.optionalKey(Schema.NonEmptyString)
}

export const pageOf = <S extends Schema.Constraint>(item: S) =>
  Schema.Struct({ items: Schema.Array(item), nextCursor: Schema.optionalKey(Schema.String) })

/** Every creating call carries one, 1 to 200 characters of the caller's choice: the same call again does nothing more. */
export const idempotent = {
  "idempotency-key": Schema.String.check(Schema.isPattern(/^[\x21-\x7e]{1,200}$/))
}
