/**
 * A bank's official OpenAPI file, 3.0 or 3.1, held against what the connector sends: path, headers, query and body, each
 * with the list of what is wrong. The validation is ajv's; here is only the way from a request to its schemas.
 */
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js"
import addFormats from "ajv-formats"
import { load } from "js-yaml"
import { readFileSync } from "node:fs"

interface Node {
  readonly [name: string]: unknown
}

export interface Request {
  readonly method: string
  /** Without what comes before the file's own paths. */
  readonly path: string
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly query: URLSearchParams
  readonly body: string
}

const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null && !Array.isArray(value)
const node = (value: unknown): Node => (isNode(value) ? value : {})

/** OpenAPI 3.0 says by a boolean whether a limit is exclusive, JSON Schema since by the limit: here none is. */
const modern = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(modern)
    : isNode(value)
      ? Object.fromEntries(
          Object.entries(value)
            .filter(([key, inside]) => !(/^exclusiveM(?:in|ax)imum$/.test(key) && inside === false))
            .map(([key, inside]) => [key, modern(inside)])
        )
      : value

/** `a/{b}` as a pattern for `a/1`. */
const pattern = (template: string): RegExp =>
  new RegExp(`^${template.replace(/[.]/g, "\\.").replace(/\{[^}]+\}/g, "([^/]+)")}$`)

const pointer = (...parts: ReadonlyArray<string>): string =>
  parts.map((part) => encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1"))).join("/")

export class OpenApi {
  readonly #document: Node
  /** Headers, query and paths are text, and read as the types they are declared with. */
  readonly #text = new Ajv2020({ strict: false, validateSchema: false, logger: false, coerceTypes: true })
  readonly #json = new Ajv2020({ strict: false, validateSchema: false, logger: false, allErrors: true })
  readonly #compiled = new Map<string, ValidateFunction>()

  constructor(file: URL) {
    this.#document = node(modern(load(readFileSync(file, "utf8"))))
    for (const ajv of [this.#text, this.#json]) {
      addFormats.default(ajv)
      ajv.addSchema(this.#document, "api")
    }
  }

  #at(reference: string): readonly [string, Node] {
    const path = reference.replace(/^#\//, "")
    const found = path
      .split("/")
      .map((part) => decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~"))
      .reduce<unknown>(
        (within, part) => (Array.isArray(within) ? within[Number(part)] : node(within)[part]),
        this.#document
      )
    const further = node(found)["$ref"]
    return typeof further === "string" ? this.#at(further) : [path, node(found)]
  }

  #check(ajv: Ajv2020, schema: string, value: unknown, what: string): ReadonlyArray<string> {
    const key = `${ajv === this.#text ? "text" : "json"} ${schema}`
    const validate =
      this.#compiled.get(key) ?? ajv.compile({ type: "object", properties: { value: { $ref: `api#/${schema}` } } })
    this.#compiled.set(key, validate)
    return validate({ value })
      ? []
      : (validate.errors ?? []).map(({ instancePath, message = "" }) => `${what}${instancePath.slice(6)} ${message}`)
  }

  /** What is wrong with a request; nothing where it is as the file describes it. */
  problems({ body, headers, method, path, query }: Request): ReadonlyArray<string> {
    const verb = method.toLowerCase()
    const template = Object.keys(node(this.#document["paths"]))
      .toSorted((a, b) => a.split("{").length - b.split("{").length)
      .find((one) => pattern(one).test(path) && verb in node(node(this.#document["paths"])[one]))
    if (template === undefined) return [`${method} ${path} is not described`]
    const home = pointer("paths", template)
    const operation = node(node(node(this.#document["paths"])[template])[verb])
    const names = [...template.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name)
    const values = pattern(template).exec(path)?.slice(1).map(decodeURIComponent) ?? []
    const declared = (Array.isArray(operation["parameters"]) ? operation["parameters"] : []).map((_, index) =>
      this.#at(`#/${home}/${verb}/parameters/${index}`)
    )
    const known = declared.flatMap(([, parameter]) => (parameter["in"] === "query" ? [String(parameter["name"])] : []))
    const problems = declared.flatMap(([where, parameter]) => {
      const name = String(parameter["name"])
      const value =
        parameter["in"] === "header"
          ? headers[name.toLowerCase()]
          : parameter["in"] === "query"
            ? (query.get(name) ?? undefined)
            : values[names.indexOf(name)]
      if (value === undefined) return parameter["required"] === true ? [`${name} is missing`] : []
      return this.#check(this.#text, `${where}/schema`, value, name)
    })
    const strange = [...query.keys()].filter((name) => !known.includes(name)).map((name) => `?${name} is not described`)
    return [...problems, ...strange, ...this.#body(`${home}/${verb}/requestBody`, operation, headers, body)]
  }

  #body(home: string, operation: Node, headers: Request["headers"], body: string): ReadonlyArray<string> {
    if (!("requestBody" in operation)) return body === "" ? [] : ["a body is not described"]
    const [where, described] = this.#at(`#/${home}`)
    if (body === "") return described["required"] === true ? ["the body is missing"] : []
    const [type = ""] = (headers["content-type"] ?? "").split(";")
    const content = Object.keys(node(described["content"])).find((one) => one.split(";")[0] === type)
    if (content === undefined) return [`${type} is not described`]
    return this.#check(this.#json, `${where}/${pointer("content", content, "schema")}`, JSON.parse(body), "body")
  }
}
