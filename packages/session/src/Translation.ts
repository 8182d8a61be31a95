/**
 * What every translation here has in common: it is pure, it builds a row or says why it cannot, and it fills in nothing
 * the provider did not state. A value that is not known refuses the row where the row's meaning hangs on it; elsewhere it
 * is left out and noted.
 */
import { type CalendarDate, Instant, type ReadEvent } from "@paymirror/core"
import { isDay } from "./Day.ts"

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

const wholeSeconds = /^\d{4}-\d{2}-\d{2}T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/

/** The wire writes whole seconds in UTC, the model milliseconds; any other spelling takes the long way. */
export const instant = (text: string): Instant.Instant | undefined =>
  wholeSeconds.test(text) && isDay(text.slice(0, 10)) ? `${text.slice(0, 19)}.000Z` : Instant.parse(text)

const digits = /^\d{4}$/

export const isMerchantCategoryCode = (text: string): boolean => digits.test(text)

/** A day, or nothing where the text is a moment: its day would depend on a zone the provider does not name. */
export const asDay = (text: string): CalendarDate.CalendarDate | undefined => (isDay(text) ? text : undefined)

/** Of the fields given, those that are there; for what a row may carry and need not. */
export const present = <A extends object>(fields: { readonly [K in keyof A]: A[K] | null | undefined }): {
  [K in keyof A]?: A[K]
} => {
  const there: { [K in keyof A]?: A[K] } = {}
  for (const name in fields) {
    const value = fields[name]
    if (value !== undefined && value !== null) there[name] = value
  }
  return there
}

/** The provider's words and what each means; a word that is not among them means nothing. */
export const words = <A>(meanings: Readonly<Record<string, A>>): ((word: string) => A | undefined) => {
  const known = new Map(Object.entries(meanings))
  return (word) => known.get(word)
}
