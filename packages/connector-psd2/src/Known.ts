/**
 * Which fields of an answer are known, at every depth, taken from the wire schemas; and the counting of those that are
 * not. A field's name is reported only where it looks like a name, since a bank may key an object by a person's data.
 */
import type * as SchemaAST from "effect/SchemaAST"

export interface Known {
  readonly fields: ReadonlyMap<string, Known>
}

/** A field that holds no fields. */
const leaf: Known = { fields: new Map() }

/** A field whose inside is nobody's business here. */
const closed: Known = { fields: new Map() }

/** The object a schema describes, looking through arrays and `null`. */
export const of = (ast: SchemaAST.AST): Known => {
  switch (ast._tag) {
    case "Objects":
      return { fields: new Map(ast.propertySignatures.map(({ name, type }) => [String(name), of(type)])) }
    case "Arrays":
      return ast.rest[0] === undefined ? leaf : of(ast.rest[0])
    case "Union":
      return ast.types.map(of).find((known) => known !== leaf) ?? leaf
    case "Unknown":
      return closed
    default:
      return leaf
  }
}

const looksLikeAName = /^[A-Za-z_]{1,40}\d{0,2}$/

/** A name that may be reported, or `*`. */
export const nameOf = (key: string): string => (looksLikeAName.test(key) ? key : "*")

/** Counts what is not known, and what should be a plain value and is not. */
export const count = (known: Known, value: unknown, prefix: string, report: (path: string) => void): void => {
  if (typeof value !== "object" || value === null || known === closed) return
  if (Array.isArray(value)) {
    // A list in a list is nothing that is known, however deep it goes.
    for (const each of value) if (!Array.isArray(each)) count(known, each, prefix, report)
    return
  }
  if (known === leaf) return report(prefix.slice(0, -1))
  // Parsed JSON inherits nothing, and this runs for every field of every row: no copy of the keys is made.
  for (const key in value) {
    const below = known.fields.get(key)
    if (below === undefined) report(`${prefix}${nameOf(key)}`)
    else {
      const inside: unknown = Reflect.get(value, key)
      if (typeof inside === "object") count(below, inside, `${prefix}${key}.`, report)
    }
  }
}
