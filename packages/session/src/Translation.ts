/**
 * What every translation here has in common: it is pure, it builds a row or says why it cannot, and it fills in nothing
 * the provider did not state. A value that is not known refuses the row where the row's meaning hangs on it; elsewhere it
 * is left out and noted.
 */
import type { CalendarDate, Instant, ReadEvent } from "@paymirror/core"
import { isDay } from "./Day.ts"
import { parse } from "./instant.ts"
import type { Moment } from "./Wire.ts"

export { present } from "./present.ts"
export * as Rows from "./Rows.ts"

/** A field that makes the row unreadable, by its path. Never its value. */
export interface Refusal {
  readonly _tag: "Refusal"
  readonly path: string
  readonly kind: "unknown_value" | "unreadable"
}

/** Rows, or, where the provider says in a row that it came to nothing, that it is gone. */
export type Translation = ReadonlyArray<ReadEvent.Upsert | ReadEvent.Tombstone> | Refusal

/** Told of a value that is not known and was done without. */
export type Note = (path: string) => void

export const unknown = (path: string): Refusal => ({ _tag: "Refusal", path, kind: "unknown_value" })
export const unreadable = (path: string): Refusal => ({ _tag: "Refusal", path, kind: "unreadable" })

export const isRefusal = (translation: Translation): translation is Refusal => "_tag" in translation

export type Mutable<A> = { -readonly [K in keyof A]: A[K] }

/** Whether a field that may be absent or null is there. */
export const has = <A>(value: A | null | undefined): value is A => value !== undefined && value !== null

/** A moment in the model's spelling. A text that no schema has checked may be none. */
export function instant(moment: Moment): Instant.Instant
export function instant(text: string): Instant.Instant | undefined
export function instant(text: string): Instant.Instant | undefined {
  return parse(text)
}

const digits = /^\d{4}$/

export const isMerchantCategoryCode = (text: string): boolean => digits.test(text)

/** A day, or nothing where the text is a moment: its day would depend on a zone the provider does not name. */
export const asDay = (text: string): CalendarDate.CalendarDate | undefined => (isDay(text) ? text : undefined)

/** The words that a field of the wire lists, where it lists any. */
type Listed<Word extends string> = Word extends unknown ? (string extends Word ? never : Word) : never

/** Several words that mean the same, for a table of words. */
export const each = <const Word extends string, const A>(
  words: ReadonlyArray<Word>,
  meaning: A
): { readonly [W in Word]: A } =>
  Object.fromEntries(words.map((word) => [word, meaning])) as { readonly [W in Word]: A }

/**
 * The provider's words and what each means; a word that is not among them means nothing. With the type of the field as
 * `Word`, each word that the field lists has to be given its meaning, and no other.
 */
export const words = <A, Word extends string = string>(
  meanings: Readonly<Record<[Listed<Word>] extends [never] ? string : Listed<Word>, A>>
): ((word: string) => A | undefined) => {
  const known = new Map<string, A>(Object.entries(meanings))
  return (word) => known.get(word)
}
