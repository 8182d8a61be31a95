/**
 * What can go wrong between a provider and its reader, on demand: rules that say which requests are spoilt, in which
 * way, and how often. One request meets at most one fault, the first rule that fits. How a fault is carried out is
 * written where it is carried out: in `Simulator.ts` (the connection), `Spoil.ts` (the answer), `Paging.ts` (the rows).
 */
import * as Schema from "effect/Schema"

const count = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1_000_000 }))
const optionalCount = Schema.optionalKey(count)

export const Fault = Schema.Union([
  /** A plain refusal of this status, instead of the answer. */
  Schema.Struct({
    kind: Schema.Literal("fail"),
    status: Schema.Int.check(Schema.isBetween({ minimum: 400, maximum: 599 })),
    error: Schema.optionalKey(Schema.String)
  }),
  Schema.Struct({ kind: Schema.Literal("throttle"), retryAfter: count }),
  Schema.Struct({ kind: Schema.Literal("bot-page"), status: optionalCount }),
  /** The connection ends before the request is looked at. */
  Schema.Struct({ kind: Schema.Literal("drop") }),
  /** The request is carried out in full and the connection ends instead of an answer. */
  Schema.Struct({ kind: Schema.Literal("lost-answer") }),
  /** The answer comes late, by so many real milliseconds. */
  Schema.Struct({ kind: Schema.Literal("delay"), ms: count }),
  /** The JSON stops in the middle; the HTTP around it is complete. */
  Schema.Struct({ kind: Schema.Literal("truncate") }),
  Schema.Struct({ kind: Schema.Literal("empty-body") }),
  /** The request is accepted and nothing ever comes back. */
  Schema.Struct({ kind: Schema.Literal("stall") }),
  /** A feed says that there is nothing, though there is. */
  Schema.Struct({ kind: Schema.Literal("empty-rows") }),
  /** A page opens with the last rows of the one before. */
  Schema.Struct({ kind: Schema.Literal("shifting-pages"), rows: count }),
  /** Whatever page is asked for, the first one comes, and says that there is more. */
  Schema.Struct({ kind: Schema.Literal("looped-pages") }),
  /** Before a further page is given, the row that came first moves to where the newest one is. */
  Schema.Struct({ kind: Schema.Literal("moving-rows") }),
  /** The rows of a page come in another order. */
  Schema.Struct({ kind: Schema.Literal("shuffled-rows") }),
  /** The answer has changed its shape: see `Drift.ts`. `row` says which row of a page, the first one unless said. */
  Schema.Struct({
    kind: Schema.Literal("drift"),
    change: Schema.Literals(["extra-fields", "unknown-value", "malformed-row", "missing-field", "missing-rows"]),
    field: Schema.optionalKey(Schema.String),
    row: optionalCount
  })
])
export type Fault = typeof Fault.Type
export type FaultKind = Fault["kind"]

export const Rule = Schema.Struct({
  fault: Fault,
  /** The requests it is for, by how their path begins; all of the provider's unless said. */
  path: Schema.optionalKey(Schema.String),
  /** Only that very path (or the route's pattern, `/accounts/{id}`), and none that begins like it. */
  exact: Schema.optionalKey(Schema.Boolean),
  /** So many of those requests pass first. */
  skip: optionalCount,
  /** How many it spoils then; one unless said. */
  times: Schema.optionalKey(Schema.Union([count, Schema.Literal("always")]))
})
export type Rule = typeof Rule.Type

interface Standing {
  readonly rule: Rule
  skip: number
  left: number
}

export class Faults {
  #standing: ReadonlyArray<Standing> = []

  add(rule: Rule): void {
    const { skip = 0, times = 1 } = rule
    this.#standing = [...this.#standing, { rule, skip, left: times === "always" ? Infinity : times }]
  }

  failNext(times: number, status = 503, path?: string): void {
    this.add({ fault: { kind: "fail", status }, times, ...(path === undefined ? {} : { path }) })
  }

  failAlways(status = 503, path?: string): void {
    this.add({ fault: { kind: "fail", status }, times: "always", ...(path === undefined ? {} : { path }) })
  }

  throttle(retryAfter: number, times = 1): void {
    this.add({ fault: { kind: "throttle", retryAfter }, times })
  }

  heal(): void {
    this.#standing = []
  }

  get standing(): ReadonlyArray<{ readonly rule: Rule; readonly left: number | "always" }> {
    return this.#standing.map(({ left, rule }) => ({ rule, left: left === Infinity ? "always" : left }))
  }

  /** The fault this request meets, if any. `pattern` is the route's, where it has names in it. */
  meet(path: string, pattern = path): Fault | undefined {
    const met = this.#standing.find((one) => {
      const { exact, path: wanted = "" } = one.rule
      if (exact === true ? wanted !== path && wanted !== pattern : !path.startsWith(wanted)) return false
      if (one.skip === 0) return true
      one.skip -= 1
      return false
    })
    if (met === undefined) return undefined
    met.left -= 1
    if (met.left <= 0) this.#standing = this.#standing.filter((one) => one !== met)
    return met.rule.fault
  }
}
