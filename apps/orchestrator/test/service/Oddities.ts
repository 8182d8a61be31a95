/**
 * Requests nobody would make on purpose, made from the description: valid ones, nearly valid ones and nonsense, the same
 * for the same seed.
 */
import type { Operation, Schema } from "./Description.ts"
import { description } from "./Description.ts"

export class Oddities {
  private state: number

  constructor(seed: number) {
    this.state = seed
  }

  /** In [0, 1). mulberry32. */
  random(): number {
    this.state = (this.state + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }

  below(limit: number): number {
    return Math.floor(this.random() * limit)
  }

  pick<A>(from: ReadonlyArray<A>): A {
    return from[this.below(from.length)] as A
  }

  chance(share: number): boolean {
    return this.random() < share
  }

  text(): string {
    return this.pick([
      "",
      " ",
      "0",
      "-1",
      "1e308",
      "null",
      "undefined",
      "true",
      "NaN",
      "../../etc/passwd",
      "%00",
      "\u0000",
      "'; DROP TABLE row; --",
      `" OR 1=1`,
      "<script>",
      "{}",
      "[]",
      "\ud800",
      "💳‮",
      "x".repeat(this.below(3000)),
      "2026-02-30",
      "2026-06-01",
      "2026-06-01T00:00:00.000Z",
      "9007199254740993",
      "evt_1_0",
      Buffer.from(this.pick(["[]", "[1]", `["a","b"]`, "{}", "[null]", `["2026-01-01",1,1]`, "[1e400]", "["])).toString(
        "base64url"
      )
    ])
  }

  /** A value a schema may or may not take. */
  value(schema: Schema, depth = 0): unknown {
    if (this.chance(0.06)) return this.pick<unknown>([null, 0, -1.5, "", "text", [], {}, true, Number.MAX_SAFE_INTEGER])
    const reference = schema["$ref"]
    if (typeof reference === "string") {
      const name = reference.split("/").at(-1) ?? ""
      return this.value(description.components.schemas[name] ?? {}, depth + 1)
    }
    const choices = (schema["anyOf"] ?? schema["oneOf"]) as ReadonlyArray<Schema> | undefined
    if (choices !== undefined) return this.value(this.pick(choices), depth + 1)
    if (Array.isArray(schema["enum"]))
      return this.chance(0.1) ? this.text() : this.pick(schema["enum"] as ReadonlyArray<unknown>)
    if ("const" in schema) return schema["const"]
    switch (schema["type"]) {
      case "object": {
        const properties = Object.entries((schema["properties"] ?? {}) as Readonly<Record<string, Schema>>)
        const made = properties
          .filter(() => !this.chance(0.12))
          .map(([name, inner]) => [name, depth > 6 ? null : this.value(inner, depth + 1)] as const)
        const more = this.chance(0.05)
          ? [[this.pick(["__proto__", "constructor", "id", "tenantId"]), { x: 1 }] as const]
          : []
        return Object.fromEntries([...made, ...more])
      }
      case "array":
        return Array.from({ length: this.below(4) }, () => this.value((schema["items"] ?? {}) as Schema, depth + 1))
      case "integer":
      case "number":
        return this.pick([0, 1, 2, 24, 100, 365, 501, -1, 1.5, 2 ** 53])
      case "boolean":
        return this.chance(0.5)
      default:
        return this.text()
    }
  }

  /** A whole request. `ids`: what there is, to be hit now and then. */
  request(operation: Operation, ids: ReadonlyArray<string>) {
    const word = (schema: Schema): string => {
      if (this.chance(0.4) && ids.length > 0) return this.pick(ids)
      const value = this.value(schema)
      return typeof value === "string" ? value : (JSON.stringify(value) ?? "")
    }
    const path = operation.path.replaceAll(/\{\w+\}/g, () => {
      const text = word({ type: "string" })
      // What is no text at all (half of a pair) cannot be in an address.
      return encodeURIComponent(text.toWellFormed()) || "-"
    })
    const query = operation.parameters
      .filter((one) => one.in === "query" && !this.chance(one.required === true ? 0.1 : 0.5))
      .map((one) => `${one.name}=${encodeURIComponent(word(one.schema).toWellFormed())}`)
    const headers: Record<string, string> = {}
    for (const one of operation.parameters) {
      if (one.in !== "header" || this.chance(0.1)) continue
      headers[one.name] = this.chance(0.2) ? "two words" : `${this.state}`
    }
    const takesBody = ["POST", "PATCH", "PUT"].includes(operation.method)
    if (takesBody)
      headers["content-type"] = this.chance(0.05) ? this.text().replaceAll(/[^\x20-\x7e]/g, "") : "application/json"
    const body = !takesBody
      ? undefined
      : this.chance(0.05)
        ? this.text()
        : JSON.stringify(this.value(operation.body ?? { type: "object" }))
    return { url: `${path}${query.length === 0 ? "" : `?${query.join("&")}`}`, headers, body }
  }
}
