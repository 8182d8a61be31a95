/**
 * Pieces of wire schemas that most providers have alike. They check and change nothing, so that a parsed row is the row;
 * what a value means is for the translation to say.
 */
import * as Schema from "effect/Schema"
import { isDay } from "./Day.ts"

export const Id = Schema.NonEmptyString

/** A calendar day that exists, `YYYY-MM-DD`. */
export const Day = Schema.String.check(Schema.makeFilter(isDay, { expected: "a calendar date, YYYY-MM-DD" }))

/** A field that may be absent or null. */
export const maybe = <S extends Schema.Constraint>(schema: S) => Schema.optionalKey(Schema.NullOr(schema))
