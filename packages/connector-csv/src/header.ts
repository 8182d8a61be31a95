/**
 * Finds the header in the first piece of a file, and with it the delimiter: the one under which a format recognises it.
 */
import type { ConnectorError } from "@paymirror/core"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { type Candidates, type Recognised, recognise } from "./recognise.ts"
import { type Encoding, Undecodable } from "./Records.ts"
import { refuse } from "./Refusal.ts"

const firstRecord = (text: string): string => {
  let quoted = false
  for (let i = 0; i < text.length; i++) {
    const letter = text.charAt(i)
    if (letter === '"') quoted = !quoted
    else if (!quoted && (letter === "\n" || letter === "\r")) return text.slice(0, i)
  }
  return text
}

const cells = (record: string, delimiter: string): ReadonlyArray<string> => {
  const found: Array<string> = []
  let cell = ""
  let quoted = false
  for (const letter of record) {
    if (letter === '"') quoted = !quoted
    else if (!quoted && letter === delimiter) {
      found.push(cell)
      cell = ""
    } else cell += letter
  }
  return [...found, cell]
}

export const header = (
  piece: Uint8Array,
  encoding: Encoding,
  options: Candidates
): Effect.Effect<
  { readonly delimiter: string; readonly recognised: Recognised },
  ConnectorError.ConnectorError | Undecodable
> =>
  Effect.gen(function* () {
    const text = yield* Effect.try({
      try: () => new TextDecoder(encoding, { fatal: true }).decode(piece, { stream: true }),
      catch: () => new Undecodable({ encoding })
    })
    const record = firstRecord(text.replace(/^[\r\n]+/, ""))
    const fixed = options.formats.length === 1 ? options.formats[0]?.delimiter : undefined
    const tried = (fixed === undefined ? [",", ";", "\t"] : [fixed]).map((delimiter) => {
      const names = cells(record, delimiter)
      return { delimiter, width: names.length, result: recognise(options, names) }
    })
    const [widest] = tried.toSorted((a, b) => b.width - a.width)
    const fit = tried.find(({ result }) => Result.isSuccess(result)) ?? widest
    if (fit === undefined) return yield* refuse("The file has no header.", "Export it again.", 1)
    return { delimiter: fit.delimiter, recognised: yield* Effect.fromResult(fit.result) }
  })
