/**
 * Which fields of an answer are known, at every depth, taken from the wire schemas; and the counting of those that are
 * not. A field's name is reported only where it looks like a name, since a provider may key an object by a person's data.
 */
import type * as SchemaAST from "effect/SchemaAST"

export interface Known {
  readonly fields: ReadonlyMap<string, Known | undefined>
}

/** The object a schema describes, looking through arrays and `null`; nothing where it describes none. */
export const of = (ast: SchemaAST.AST): Known | undefined => {
  switch (ast._tag) {
    case "Objects":
      return { fields: new Map(ast.propertySignatures.map(({ name, type }) => [String(name), of(type)])) }
    case "Arrays":
      return ast.rest[0] === undefined ? undefined : of(ast.rest[0])
    case "Union":
      return ast.types.map(of).find((known) => known !== undefined)
    default:
      return undefined
  }
}

const looksLikeAName = /^[A-Za-z_][A-Za-z0-9_]{0,39}$/

export const count = (
  known: Known | undefined,
  value: unknown,
  prefix: string,
  report: (path: string) => void
): void => {
  if (known === undefined || typeof value !== "object" || value === null) return
  if (Array.isArray(value)) {
    for (const each of value) count(known, each, prefix, report)
    return
  }
  for (const [key, inner] of Object.entries(value)) {
    const below = known.fields.get(key)
    if (below !== undefined) count(below, inner, `${prefix}${key}.`, report)
    else if (!known.fields.has(key)) report(`${prefix}${looksLikeAName.test(key) ? key : "*"}`)
  }
}
