/**
 * The provider's words in one file: what a type is and whether its rows move the balance, and what a status means for
 * the stream being read. Words repeat from row to row, so each is worked out once.
 */
import { type Field, fold, type TypeRule, type Words } from "./Format.ts"
import type { Plan } from "./Plan.ts"

export interface Type {
  readonly raw: string
  /** For ids: lower case, words joined by a dash. */
  readonly slug: string
  readonly rule: TypeRule | undefined
}

export interface Vocabulary {
  readonly type: (cell: string) => Type
  /** A status of the stream, or nothing where the file's word is not known. */
  readonly status: (cells: ReadonlyArray<string>, rule: TypeRule | undefined, hasBalance: boolean) => string | undefined
  /** Whether an account is named that is not the provider's own balance. */
  readonly isElsewhere: (account: string) => boolean
}

/** Words to remember; a damaged file may hold a new one in every row. */
const remembered = 1024

const remember = <A>(make: (cell: string) => A): ((cell: string) => A) => {
  const known = new Map<string, A>()
  return (cell) => {
    const found = known.get(cell)
    if (found !== undefined) return found
    if (known.size >= remembered) known.clear()
    const made = make(cell)
    known.set(cell, made)
    return made
  }
}

/** The entry of a table of words; a cell that reads `constructor` finds nothing. */
const entry = <A>(words: Words<A> | undefined, word: string): A | undefined =>
  words !== undefined && Object.hasOwn(words, word) ? words[word] : undefined

export const make = ({ format, layout: { at }, stream }: Plan, drift: (field: Field) => void): Vocabulary => {
  const word = remember(fold)
  const type = remember((cell): Type => {
    const folded = fold(cell)
    return { raw: cell.trim(), slug: folded.replaceAll(" ", "-"), rule: entry(format.types, folded) }
  })
  const wordAt = (cells: ReadonlyArray<string>, field: Field): string =>
    at[field] < 0 ? "" : word(cells[at[field]] ?? "")

  return {
    type,
    status: (cells, rule, hasBalance) => {
      const raw = wordAt(cells, "status")
      const said = raw === "" ? format.unsaid?.[stream] : entry(format.statuses[stream], raw)
      if (stream !== "balance") return said
      const impact = entry(format.impacts, wordAt(cells, "impact"))
      if (impact === true || (impact === undefined && rule?.moves === "always")) return "BOOKED"
      if (impact === false || rule?.moves === "never") return said === "PENDING" ? "PENDING" : "REJECTED"
      if (said === undefined && raw !== "" && format.balanceProves === true && hasBalance) {
        drift("status")
        return "BOOKED"
      }
      return said
    },
    isElsewhere: (account) => format.ownBalance !== undefined && account !== "" && word(account) !== format.ownBalance
  }
}
