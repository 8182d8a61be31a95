/** A moment as a wire writes it. Whole seconds in UTC are the usual spelling; any other one takes the long way. */
import { Instant } from "@paymirror/core"
import { isDay } from "./Day.ts"

const wholeSeconds = /^\d{4}-\d{2}-\d{2}T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/

/** In the model's spelling, with milliseconds; nothing where the text does not name a moment and its zone. */
export const parse = (text: string): Instant.Instant | undefined =>
  wholeSeconds.test(text) && isDay(text.slice(0, 10)) ? `${text.slice(0, 19)}.000Z` : Instant.parse(text)
