/**
 * The interface as its OpenAPI description has it: every operation with what it takes, and whether an answer is what it
 * promises. Tests are generated from it, so that a new route is tested or a test fails.
 */
import { Api } from "@paymirror/api"
import { Ajv2020 } from "ajv/dist/2020.js"
import * as OpenApi from "effect/http-api/OpenApi"

export type Schema = Readonly<Record<string, unknown>>

export interface Operation {
  /** The endpoint's own name, unique in the interface. */
  readonly id: string
  readonly group: string
  readonly method: string
  /** With parameters in braces. */
  readonly path: string
  readonly secured: boolean
  readonly scope: string | undefined
  readonly parameters: ReadonlyArray<{
    readonly name: string
    readonly in: string
    readonly required?: boolean
    readonly schema: Schema
  }>
  /** Of a JSON body. */
  readonly body: Schema | undefined
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: Schema }>> }>
  >
}

interface Described extends Pick<Operation, "parameters" | "responses"> {
  readonly "operationId": string
  readonly "security": ReadonlyArray<unknown>
  readonly "x-scope"?: string
  readonly "requestBody"?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> }
}

export const description = OpenApi.fromApi(Api)

const paths = description.paths as unknown as Readonly<Record<string, Readonly<Record<string, Described>>>>

export const operations: ReadonlyArray<Operation> = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, one]): Operation => {
    const [group = "", id = ""] = one.operationId.split(".")
    return {
      id,
      group,
      method: method.toUpperCase(),
      path,
      secured: one.security.length > 0,
      scope: one["x-scope"],
      parameters: one.parameters,
      body: one.requestBody?.content["application/json"]?.schema,
      responses: one.responses
    }
  })
)

const ajv = new Ajv2020({ strict: false, allErrors: true })
ajv.addSchema({ $id: "api", components: description.components })

const compiled = new Map<Schema, (value: unknown) => ReadonlyArray<string>>()

/** What is wrong with a value, in words; nothing where it is as promised. */
const faults = (schema: Schema, value: unknown): ReadonlyArray<string> => {
  const known = compiled.get(schema)
  if (known !== undefined) return known(value)
  const text = JSON.stringify(schema).replaceAll('"#/components', '"api#/components')
  const validate = ajv.compile(JSON.parse(text) as Schema)
  const check = (one: unknown): ReadonlyArray<string> =>
    validate(one) ? [] : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ""}`)
  compiled.set(schema, check)
  return check(value)
}

/** Any problem, whichever status it bears: for those that no operation declares (a body too large, a path there is not). */
const problem: Schema = {
  type: "object",
  properties: {
    type: { type: "string", minLength: 1 },
    title: { type: "string", minLength: 1 },
    status: { type: "integer" },
    detail: { type: "string" }
  },
  required: ["type", "title", "status"]
}

interface Answered {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly json: unknown
}

/** What is wrong with an answer, held against the description; without an operation it has to be a problem. */
export const faultsOf = (operation: Operation | undefined, { headers, json, status, text }: Answered) => {
  const mediaType = headers.get("content-type")?.split(";", 1)[0] ?? ""
  if (status >= 400) {
    if (mediaType !== "application/problem+json") return [`a ${status} that is no problem but ${mediaType}`]
    const declared = operation?.responses[status]?.content?.[mediaType]?.schema
    return [
      ...faults(problem, json),
      ...(declared === undefined ? [] : faults(declared, json)),
      ...((json as { status?: number }).status === status ? [] : ["its status is another one"])
    ]
  }
  const response = operation?.responses[status]
  if (response === undefined) return [`${status} is not declared`]
  if (response.content === undefined) return text === "" ? [] : ["a body where none is declared"]
  const schema = Object.entries(response.content).find(([type]) => type.split(";", 1)[0] === mediaType)?.[1].schema
  if (schema === undefined) return [`${mediaType} is not declared`]
  return json === undefined ? [] : faults(schema, json)
}
