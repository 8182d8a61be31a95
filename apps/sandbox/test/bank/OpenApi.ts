/**
 * An official OpenAPI file, 3.0 or 3.1, held against what goes over a wire: requests and answers, each with the list of
 * what is wrong with it. The validation is ajv's; here is only the way from a path to its schema. Headers and query are
 * read as the types they declare; what is not declared there passes.
 */
import { readFileSync } from "node:fs"
import { Ajv2020 } from "ajv/dist/2020.js"
import type { ValidateFunction } from "ajv/dist/2020.js"
import addFormats from "ajv-formats"
import { load } from "js-yaml"

type Node = Readonly<Record<string, unknown>>

const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null && !Array.isArray(value)
const node = (value: unknown): Node => (isNode(value) ? value : {})
const escaped = (key: string): string => encodeURIComponent(key.replaceAll("~", "~0").replaceAll("/", "~1"))
const empty = (body: unknown): boolean => body === undefined || body === ""

/** OpenAPI 3.0 says by a boolean whether a limit is exclusive; JSON Schema, which came after it, by the limit. */
const modern = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(modern)
  if (!isNode(value)) return value
  const { exclusiveMaximum: above, exclusiveMinimum: below, maximum, minimum, ...rest } = value
  return {
    ...Object.fromEntries(Object.entries(rest).map(([key, one]) => [key, modern(one)])),
    ...limits("Minimum", minimum, below),
    ...limits("Maximum", maximum, above)
  }
}

const limits = (which: "Minimum" | "Maximum", limit: unknown, exclusive: unknown): Node => {
  const inclusive = { [which.toLowerCase()]: modern(limit) }
  if (exclusive === undefined || exclusive === false) return limit === undefined ? {} : inclusive
  if (exclusive === true) return { [`exclusive${which}`]: limit }
  return { ...(limit === undefined ? {} : inclusive), [`exclusive${which}`]: modern(exclusive) }
}

const make = (coerceTypes: boolean): Ajv2020 => {
  const ajv = new Ajv2020({
    strict: false,
    validateSchema: false,
    allErrors: true,
    logger: false,
    unicodeRegExp: false,
    coerceTypes
  })
  addFormats.default(ajv)
  ajv.addFormat("uuid4", /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i)
  return ajv
}

export class OpenApi {
  readonly #document: Node
  readonly #bodies = make(false)
  readonly #texts = make(true)
  readonly #compiled = new Map<string, ValidateFunction>()

  private constructor(document: Node) {
    this.#document = document
    this.#bodies.addSchema(document, "api")
    this.#texts.addSchema(document, "api")
  }

  static load(path: string): OpenApi {
    return new OpenApi(node(modern(load(readFileSync(path, "utf8")))))
  }

  /** What is wrong with a request; `path` without what comes before the file's own paths. */
  request(
    method: string,
    path: string,
    headers: Readonly<Record<string, string | undefined>>,
    query: Readonly<Record<string, string>> | URLSearchParams,
    body?: unknown
  ): ReadonlyArray<string> {
    const template = this.#template(path, method)
    if (template === undefined) return [`${method} ${path} is not described`]
    const [pointer, operation] = this.#operation(template, method)
    const held = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
    const asked = new URLSearchParams(query)
    const declared = [
      ...this.#parameters(["paths", template], node(node(this.#document["paths"])[template])),
      ...this.#parameters(pointer, operation)
    ]
    const problems = declared.flatMap(({ at, parameter }) => {
      const name = String(parameter["name"])
      const value =
        parameter["in"] === "header"
          ? held.get(name.toLowerCase())
          : parameter["in"] === "query"
            ? (asked.get(name) ?? undefined)
            : (this.#pathValue(template, path, name) ?? "")
      if (value === undefined) return parameter["required"] === true ? [`${name} is missing`] : []
      return this.#check(this.#texts, [...at, "schema"], value, name)
    })
    const described = node(operation["requestBody"])
    const [bodyAt, requestBody] = this.#resolved([...pointer, "requestBody"], described)
    if (Object.keys(described).length === 0) return empty(body) ? problems : [...problems, "a body is not described"]
    if (empty(body)) return requestBody["required"] === true ? [...problems, "the body is missing"] : problems
    const type = held.get("content-type") ?? ""
    return [...problems, ...this.#content(bodyAt, requestBody, type, body)]
  }

  /** What is wrong with an answer; an empty body is `undefined` or an empty text. */
  response(
    method: string,
    path: string,
    status: number,
    contentType: string | undefined,
    body: unknown,
    headers: Readonly<Record<string, string | undefined>> = {}
  ): ReadonlyArray<string> {
    const template = this.#template(path, method)
    if (template === undefined) return [`${method} ${path} is not described`]
    const [pointer, operation] = this.#operation(template, method)
    const described = node(operation["responses"])
    const key = String(status) in described ? String(status) : "default" in described ? "default" : undefined
    if (key === undefined) return [`${method} ${template} does not answer ${status}`]
    const [at, response] = this.#resolved([...pointer, "responses", key], node(described[key]))
    const missing = Object.entries(node(response["headers"])).flatMap(([name, raw]) => {
      const [, header] = this.#resolved([...at, "headers", name], node(raw))
      return header["required"] === true && headers[name.toLowerCase()] === undefined ? [`${name} is missing`] : []
    })
    const contents = Object.keys(node(response["content"]))
    if (contents.length === 0) return empty(body) ? missing : [...missing, `${status} has no body`]
    return [...missing, ...this.#content(at, response, contentType ?? "", body)]
  }

  #content(at: ReadonlyArray<string>, holder: Node, contentType: string, body: unknown): ReadonlyArray<string> {
    const [plain = ""] = contentType.toLowerCase().split(";")
    const types = Object.keys(node(holder["content"]))
    const type = types.find((one) => one.toLowerCase().split(";")[0] === plain.trim())
    if (type === undefined) return [`${contentType === "" ? "no content type" : contentType} is not described`]
    if (!("schema" in node(node(holder["content"])[type]))) return []
    return this.#check(this.#bodies, [...at, "content", type, "schema"], body, "body")
  }

  #check(ajv: Ajv2020, at: ReadonlyArray<string>, value: unknown, name: string): ReadonlyArray<string> {
    const $ref = `api#/${at.map(escaped).join("/")}`
    const key = `${ajv === this.#bodies ? "body" : "text"} ${$ref}`
    const validate =
      this.#compiled.get(key) ?? ajv.compile({ type: "object", properties: { value: { $ref } }, required: ["value"] })
    this.#compiled.set(key, validate)
    if (validate({ value })) return []
    return (validate.errors ?? []).map(({ instancePath, message, params }) => {
      const where = instancePath.replace("/value", name)
      return `${where} ${message ?? "is not right"} ${JSON.stringify(params)}`
    })
  }

  #parameters(
    pointer: ReadonlyArray<string>,
    holder: Node
  ): ReadonlyArray<{ readonly at: ReadonlyArray<string>; readonly parameter: Node }> {
    const listed = Array.isArray(holder["parameters"]) ? holder["parameters"] : []
    return listed.map((raw: unknown, index) => {
      const [at, parameter] = this.#resolved([...pointer, "parameters", String(index)], node(raw))
      return { at, parameter }
    })
  }

  /** Where a reference leads, and what is there. */
  #resolved(at: ReadonlyArray<string>, found: Node): readonly [ReadonlyArray<string>, Node] {
    const reference = found["$ref"]
    if (typeof reference !== "string") return [at, found]
    const parts = reference
      .slice(2)
      .split("/")
      .map((part) => decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~"))
    const target = parts.reduce<unknown>((within, part) => node(within)[part], this.#document)
    return this.#resolved(parts, node(target))
  }

  #operation(template: string, method: string): readonly [ReadonlyArray<string>, Node] {
    const name = method.toLowerCase()
    return [["paths", template, name], node(node(node(this.#document["paths"])[template])[name])]
  }

  #template(path: string, method: string): string | undefined {
    const parts = path.split("/")
    const fits = (template: string): boolean => {
      const wanted = template.split("/")
      return (
        wanted.length === parts.length &&
        wanted.every((part, index) => part.startsWith("{") || part === parts[index]) &&
        method.toLowerCase() in node(node(this.#document["paths"])[template])
      )
    }
    const templates = Object.keys(node(this.#document["paths"])).filter(fits)
    return templates.toSorted((one, two) => one.split("{").length - two.split("{").length)[0]
  }

  #pathValue(template: string, path: string, name: string): string | undefined {
    const place = template.split("/").indexOf(`{${name}}`)
    return place < 0 ? undefined : decodeURIComponent(path.split("/")[place] ?? "")
  }
}
