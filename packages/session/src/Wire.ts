/**
 * Pieces of wire schemas that most providers have alike. They check and change nothing, so that a parsed row is the row;
 * what a value means is for the translation to say.
 */
import * as Schema from "effect/Schema"
import { isDay } from "./Day.ts"
import { parse } from "./instant.ts"

export const Id = Schema.NonEmptyString

/** A calendar day that exists, `YYYY-MM-DD`. */
export const Day = Schema.String.check(Schema.makeFilter(isDay, { expected: "a calendar date, YYYY-MM-DD" }))

/** A field that may be absent or null. */
export const maybe = <S extends Schema.Constraint>(schema: S) => Schema.optionalKey(Schema.NullOr(schema))

/** A moment that names its zone, in any spelling; `instant` of the translation reads it. */
export const Moment = Schema.String.check(
  Schema.makeFilter((text: string) => parse(text) !== undefined, { expected: "a moment with its zone" })
).pipe(Schema.brand("Moment"))
export type Moment = typeof Moment.Type

/** A text of which these words are known. Another one is passed on and counted as unknown. */
export const open = <const Words extends ReadonlyArray<string>>(
  words: Words
): Schema.Codec<Words[number] | (string & {})> => Schema.Union([Schema.Literals(words), Schema.String])
