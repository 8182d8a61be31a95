/**
 * What a simulated provider answers, as a table: `{ "GET /v1/orders": Route.feed(orders, { rows: "orders" }) }`, with
 * `{names}` in a path where it has any. A route says what it is, so that the faults of pages, rows and sessions find it.
 * Who asks is settled before a route answers.
 */
import { iso } from "./Clock.ts"
import type { Clock } from "./Clock.ts"
import type { Cursors } from "./Cursors.ts"
import type { Spelling } from "./Drift.ts"
import { fields } from "./Exchange.ts"
import type { Answer, Asked } from "./Exchange.ts"
import type { Fault } from "./Faults.ts"
import type { Feed } from "./Feed.ts"
import { turn } from "./Paging.ts"
import type { Listing } from "./Paging.ts"
import type { SessionEvent, Sessions } from "./Session.ts"

/** Why a provider refuses, in the simulator's words; what it says instead is `refusals` of the simulator. */
export type Refusal =
  | "invalid_request"
  | "invalid_grant"
  | "invalid_token"
  | "token_expired"
  | "session_revoked"
  | "not_found"
  | "method_not_allowed"
  | "cursor_expired"

/** An answer, and what it did to a session. */
export interface Served extends Answer {
  readonly session?: string | undefined
  readonly event?: SessionEvent["event"]
}

export interface Call {
  readonly asked: Asked
  /** Whose session it is; empty on a route that is open to everybody. */
  readonly person: string
  readonly label: string | undefined
  readonly parameters: Readonly<Record<string, string>>
  readonly fault: Fault | undefined
  readonly clock: Clock
  readonly cursors: Cursors
  readonly sessions: Sessions
  readonly refuse: (refusal: Refusal) => Answer
}

export interface Route {
  readonly kind: "refresh" | "revoke" | "feed" | "one" | "other"
  /** Answered without a session. */
  readonly open: boolean
  readonly answer: (call: Call) => Served
  /** What a drift of its answer has to find. */
  readonly spelling?: Spelling
  /** The rows behind it. */
  readonly feed?: (person: string) => Feed<object>
}

export type Routes = Readonly<Record<string, Route>>

/** How the calls about a session spell what they are given. */
export interface Credentials {
  /** `refresh_token` unless said. */
  readonly token?: string | undefined
  /** `device_id` unless said; `false` where a session is bound to no device. */
  readonly device?: string | false | undefined
}

/** What a renewal gives. */
export interface Tokens {
  readonly accessToken: string
  /** In seconds. */
  readonly expiresIn: number
  /** Where the provider gives a new one. */
  readonly refreshToken?: string | undefined
}

const given = ({ body }: Asked, { device = "device_id", token = "refresh_token" }: Credentials) => {
  const found = fields(body)
  const { [token]: refreshToken } = found
  const deviceId = device === false ? undefined : found[device]
  if (typeof refreshToken !== "string" || (device !== false && typeof deviceId !== "string")) return undefined
  return { refreshToken, deviceId: typeof deviceId === "string" ? deviceId : undefined }
}

const usualTokens = ({ accessToken, expiresIn, refreshToken }: Tokens): object => ({
  access_token: accessToken,
  expires_in: expiresIn,
  refresh_token: refreshToken
})

export interface Tokening extends Credentials {
  /** Spells the answer; OAuth's way unless said. */
  readonly tokens?: ((tokens: Tokens) => object) | undefined
  /** Whose `code` it is that was brought back from the provider's pages; a session is opened for them. */
  readonly code?: ((code: string) => string | undefined) | undefined
}

const opened = ({ refuse, sessions }: Call, code: string, { code: whose, tokens = usualTokens }: Tokening): Served => {
  const person = whose?.(code)
  if (person === undefined) return refuse("invalid_grant")
  const { refreshToken } = sessions.open(person)
  const accessToken = sessions.access(refreshToken) ?? ""
  return { status: 200, body: tokens({ accessToken, refreshToken, expiresIn: sessions.mode.accessSeconds }) }
}

/** Renews a session, and opens one for a code where there are codes. The body is JSON or a form. */
export const refresh = (credentials: Tokening = {}): Route => ({
  kind: "refresh",
  open: true,
  answer: (call) => {
    const { asked, refuse, sessions } = call
    const { code } = fields(asked.body)
    if (credentials.code !== undefined && typeof code === "string") return opened(call, code, credentials)
    const held = given(asked, credentials)
    if (held === undefined) return refuse("invalid_request")
    const { event, grant, label } = sessions.refresh(held.refreshToken, held.deviceId)
    if (grant === undefined) return { ...refuse("invalid_grant"), session: label, event }
    return { status: 200, body: (credentials.tokens ?? usualTokens)(grant), session: label, event }
  }
})

/** Ends a session; ending one that is over already is no mistake. */
export const revoke = (credentials: Credentials & { readonly status?: number } = {}): Route => ({
  kind: "revoke",
  open: true,
  answer: ({ asked, refuse, sessions }) => {
    const held = given(asked, credentials)
    if (held === undefined) return refuse("invalid_request")
    const { event, label } = sessions.revoke(held.refreshToken, held.deviceId)
    const { status = 204 } = credentials
    return { status, ...(status !== 204 && { body: {} }), session: label, event }
  }
})

type Words = Omit<Spelling, "at">

/** Rows of a ledger, in pages: one feed, or one for each person. */
export const feed = <Row extends object>(
  rows: Feed<Row> | ((person: string) => Feed<Row>),
  listing: Listing<Row> & Words
): Route => {
  const of = typeof rows === "function" ? rows : () => rows
  return {
    kind: "feed",
    open: false,
    spelling: { ...listing, at: listing.rows },
    feed: of,
    answer: ({ asked, cursors, fault, person, refuse }) => {
      const { path, query } = asked
      const page = turn(of(person), listing, { query, cursors, scope: `${person} ${path}`, fault })
      return typeof page === "string" ? refuse(page) : { status: 200, body: page }
    }
  }
}

/** One object: a balance, a standing, a profile. `at` is where it stands in the answer; empty where it is the answer. */
export const one = (at: string, value: (person: string, asOf: string) => object, words: Words = {}): Route => ({
  kind: "one",
  open: false,
  spelling: { ...words, at },
  answer: ({ clock, person }) => {
    const shown = value(person, iso(clock.now))
    return {
      status: 200,
      body: at.split(".").reduceRight<object>((body, name) => (name === "" ? body : { [name]: body }), shown)
    }
  }
})

/** Anything else. With `open`, whoever asks. */
export const other = (answer: (call: Call) => Served, options: { readonly open?: boolean } = {}): Route => ({
  kind: "other",
  open: options.open ?? false,
  answer
})

export interface Found {
  readonly pattern: string
  /** None where the path is known and the method is not. */
  readonly route: Route | undefined
  readonly methods: ReadonlyArray<string>
  readonly parameters: Readonly<Record<string, string>>
}

const fit = (pattern: string, path: string): Readonly<Record<string, string>> | undefined => {
  const [parts, given] = [pattern.split("/"), path.split("/")]
  if (parts.length !== given.length) return undefined
  const pairs = parts.map((part, index) => [part, given[index] ?? ""] as const)
  if (pairs.some(([part, is]) => !part.startsWith("{") && part !== is)) return undefined
  return Object.fromEntries(pairs.flatMap(([part, is]) => (part.startsWith("{") ? [[part.slice(1, -1), is]] : [])))
}

/** The route of a request; nothing where no path of the table fits. */
export const find = (routes: Routes, method: string, path: string): Found | undefined => {
  const fitting = Object.entries(routes).flatMap(([key, route]) => {
    const [verb = "", pattern = ""] = key.split(" ")
    const parameters = fit(pattern, path)
    return parameters === undefined ? [] : [{ verb, pattern, route, parameters }]
  })
  const chosen = fitting.find(({ verb }) => verb === method) ?? fitting[0]
  if (chosen === undefined) return undefined
  const { parameters, pattern, route, verb } = chosen
  return {
    pattern,
    parameters,
    route: verb === method ? route : undefined,
    methods: fitting.filter((each) => each.pattern === pattern).map((each) => each.verb)
  }
}
