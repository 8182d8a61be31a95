/**
 * What a connector knows of its provider's wire, as data a host can read: which endpoints, the fields of their answers,
 * the words it knows, and which version of the provider all of it was mapped against. A host holds a live answer against
 * it, and knows by it which texts of an answer are words of an interface and not somebody's. It decodes nothing.
 */
import * as Schema from "effect/Schema"
import type * as SchemaAST from "effect/SchemaAST"
import { StreamName } from "./StreamName.ts"

export const MappedAgainst = Schema.Struct({
  /** The provider's app or interface. */
  app: Schema.String,
  /** `unverified` where nobody has held the map against it. */
  version: Schema.String,
  source: Schema.String,
  date: Schema.String
})
export type MappedAgainst = typeof MappedAgainst.Type

/** A field of an answer. Lists are looked through: `installments.due` is the due day of each installment. */
export const Field = Schema.Struct({
  path: Schema.String,
  /** Without it, where the object it belongs to is there, the connector cannot read the row. */
  required: Schema.Boolean,
  /** The words that are known, where it is one of a list. */
  values: Schema.optionalKey(Schema.Array(Schema.String))
})
export type Field = typeof Field.Type

export const Endpoint = Schema.Struct({
  method: Schema.Literals(["GET", "POST"]),
  /** A segment in braces (`{accountId}`) stands for any. */
  path: Schema.String,
  /** The streams whose read calls it; none for what belongs to the session. */
  streams: Schema.Array(StreamName),
  /** The field its rows stand under, with dots for depth; left out where the answer is no list. */
  rows: Schema.optionalKey(Schema.String),
  /** The fields beside the rows. */
  envelope: Schema.optionalKey(Schema.Array(Field)),
  /** Of each row, or of the answer. */
  fields: Schema.Array(Field),
  /** Parameters of the query that say nothing of anybody (`page_size`). */
  parameters: Schema.optionalKey(Schema.Array(Schema.String))
})
export type Endpoint = typeof Endpoint.Type

export const WireMap = Schema.Struct({
  mappedAgainst: MappedAgainst,
  endpoints: Schema.Array(Endpoint),
  /** How a refusal is worded, at any endpoint. */
  refusal: Schema.optionalKey(Schema.Array(Field))
})
export type WireMap = typeof WireMap.Type

/** The fields a wire schema names, at every depth, each with the words the schema names for it. */
export const fieldsOf = (schema: { readonly ast: SchemaAST.AST }): ReadonlyArray<Field> => below(schema.ast, "")

const below = (ast: SchemaAST.AST, prefix: string): ReadonlyArray<Field> => {
  switch (ast._tag) {
    case "Objects":
      return ast.propertySignatures.flatMap(({ name, type }) => {
        const path = `${prefix}${String(name)}`
        const values = wordsOf(type)
        const field: Field = {
          path,
          required: type.context?.isOptional !== true,
          ...(values.length > 0 && { values })
        }
        return [field, ...below(type, `${path}.`)]
      })
    case "Arrays":
      return ast.rest[0] === undefined ? [] : below(ast.rest[0], prefix)
    case "Union":
      return anyOf(ast.types.map((type) => below(type, prefix)).filter((fields) => fields.length > 0))
    default:
      return []
  }
}

/** Of an object that has one of several forms, a field is required where every form requires it. */
const anyOf = (forms: ReadonlyArray<ReadonlyArray<Field>>): ReadonlyArray<Field> =>
  [...Map.groupBy(forms.flat(), ({ path }) => path)].map(([path, fields]) => {
    const values = [...new Set(fields.flatMap((field) => field.values ?? []))]
    const required = fields.length === forms.length && fields.every((field) => field.required)
    return { path, required, ...(values.length > 0 && { values }) }
  })

const wordsOf = (ast: SchemaAST.AST): ReadonlyArray<string> => {
  switch (ast._tag) {
    case "Literal":
      return typeof ast.literal === "string" ? [ast.literal] : []
    case "Arrays":
      return ast.rest.flatMap(wordsOf)
    case "Union":
      return [...new Set(ast.types.flatMap(wordsOf))]
    default:
      return []
  }
}

/** Whether a path of a request is one of the endpoint's. */
export const matches = (endpoint: Endpoint, method: string, path: string): boolean => {
  const mapped = endpoint.path.split("/")
  const asked = path.split("/")
  return (
    endpoint.method === method &&
    mapped.length === asked.length &&
    mapped.every((segment, index) => isPlaceholder(segment) || segment === asked[index])
  )
}

export const isPlaceholder = (segment: string): boolean => segment.startsWith("{") && segment.endsWith("}")

/** The endpoint a request goes to. */
export const endpointOf = (map: WireMap, method: string, path: string): Endpoint | undefined =>
  map.endpoints.find((endpoint) => matches(endpoint, method, path))
