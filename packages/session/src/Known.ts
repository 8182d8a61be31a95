/**
 * Which fields of an answer are known, at every depth, and of which texts the words, taken from the wire schemas; and the
 * telling of what is not. A field's name is told only where it looks like a name, since a provider may key an object by a
 * person's data, and a word never.
 */
import type * as SchemaAST from "effect/SchemaAST"

export interface Known {
  readonly fields: ReadonlyMap<string, Known>
  /** Absent where any text will do. */
  readonly words?: ReadonlySet<string>
}

/** A field that holds no fields, and any text. */
const leaf: Known = { fields: new Map() }

/** Whoever is told of a field, and of a text that is none of its field's words, by the path. */
export interface Told {
  readonly field: (path: string) => void
  readonly word: (path: string) => void
}

/**
 * What a schema describes, looking through arrays and `null`: the words of its open fields, which any row may break, or
 * those of its closed ones, which a row that can be read has kept.
 */
export const of = (ast: SchemaAST.AST, words: "open" | "closed"): Known => {
  switch (ast._tag) {
    case "Literal":
      return words === "closed" ? ofWords(ast) : leaf
    case "Objects":
      // An object that is keyed by anything has no field that could be unknown.
      if (ast.indexSignatures.length > 0) return leaf
      return { fields: new Map(ast.propertySignatures.map(({ name, type }) => [String(name), of(type, words)])) }
    case "Arrays":
      return ast.rest[0] === undefined ? leaf : of(ast.rest[0], words)
    case "Union":
      if (ast.types.some(({ _tag }) => _tag === "String")) return words === "open" ? ofWords(ast) : leaf
      return ast.types.map((type) => of(type, words)).reduce(either, leaf)
    default:
      return leaf
  }
}

const ofWords = (ast: SchemaAST.AST): Known => {
  if (ast._tag === "Literal" && typeof ast.literal === "string")
    return { fields: leaf.fields, words: new Set([ast.literal]) }
  return ast._tag === "Union" ? ast.types.map(ofWords).reduce(either, leaf) : leaf
}

/** The object in which these fields stand, each given with dots for depth. */
export const fromPaths = (paths: ReadonlyArray<string>): Known =>
  paths
    .map((path) => path.split(".").reduceRight((below: Known, key) => ({ fields: new Map([[key, below]]) }), leaf))
    .reduce(either, leaf)

/** What is known of a value that may have either form. */
const either = (a: Known, b: Known): Known => {
  if (a === leaf) return b
  if (b === leaf) return a
  const fields = new Map(a.fields)
  for (const [name, known] of b.fields) fields.set(name, either(fields.get(name) ?? leaf, known))
  const words = new Set([...(a.words ?? []), ...(b.words ?? [])])
  return words.size === 0 ? { fields } : { fields, words }
}

const looksLikeAName = /^[A-Za-z_][A-Za-z0-9_]{0,39}$/

export const count = (known: Known, value: unknown, prefix: string, told: Told): void => {
  if (typeof value !== "object" || value === null) return
  if (Array.isArray(value)) {
    for (const each of value) count(known, each, prefix, told)
    return
  }
  // Parsed JSON inherits nothing, and this runs for every field of every row: no copy of the keys is made.
  for (const key in value) {
    const below = known.fields.get(key)
    if (below === undefined) told.field(`${prefix}${looksLikeAName.test(key) ? key : "*"}`)
    else if (below !== leaf) {
      const held: unknown = Reflect.get(value, key)
      if (below.words !== undefined && saysOther(below.words, held)) told.word(`${prefix}${key}`)
      if (typeof held === "object" && held !== null && below.fields.size > 0)
        count(below, held, `${prefix}${key}.`, told)
    }
  }
}

const saysOther = (words: ReadonlySet<string>, value: unknown): boolean =>
  typeof value === "string" ? !words.has(value) : Array.isArray(value) && value.some((each) => saysOther(words, each))
