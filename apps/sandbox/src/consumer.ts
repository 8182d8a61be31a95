/**
 * The provider's consumer interface, as `docs/klarna-us-wire.md` has it: the two session calls, the five feeds and the
 * three single answers. A function from a request to an answer; the network is in `server.ts`.
 */
import * as Schema from "effect/Schema"
import { iso } from "./Clock.ts"
import { drift } from "./drift.ts"
import type { Fault } from "./Faults.ts"
import type { FeedName, Person } from "./Person.ts"
import type { SessionEvent } from "./Session.ts"
import type { World } from "./World.ts"

export interface Asked {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly authorization: string | undefined
  readonly body: string
}

export interface Answer {
  readonly status: number
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** For the request ledger. */
  readonly session?: string | undefined
  readonly event?: SessionEvent["event"]
}

interface FeedPath {
  readonly name: FeedName
  readonly key: string
}

const feeds: Readonly<Record<string, FeedPath>> = {
  "/consumer/v2/purchases": { name: "purchases", key: "purchases" },
  "/consumer/v2/card/transactions": { name: "card", key: "transactions" },
  "/consumer/v2/balance/entries": { name: "balance", key: "entries" },
  "/consumer/v2/cashback/entries": { name: "cashback", key: "entries" },
  "/consumer/v2/deliveries": { name: "deliveries", key: "deliveries" }
}

const singles: Readonly<
  Record<string, { readonly key: string; readonly read: (person: Person, asOf: string) => unknown }>
> = {
  "/consumer/v2/balance": {
    key: "balance",
    read: ({ balance }, as_of) => ({
      amount_minor: balance.amount,
      available_minor: balance.available,
      currency: "USD",
      as_of
    })
  },
  "/consumer/v2/cashback": {
    key: "cashback",
    read: ({ points }, as_of) => ({ points: points.confirmed, pending_points: points.pending, as_of })
  },
  "/consumer/v2/profile": { key: "profile", read: ({ profile }) => profile.row }
}

const refreshPath = "/auth/v1/token/refresh"
const revokePath = "/auth/v1/token/revoke"

export const paths: ReadonlyArray<string> = [refreshPath, revokePath, ...Object.keys(feeds), ...Object.keys(singles)]

const Credentials = Schema.fromJsonString(Schema.Struct({ refresh_token: Schema.String, device_id: Schema.String }))
const credentials = Schema.decodeUnknownOption(Credentials)

const refusal = (status: number, error: string, more: Partial<Answer> = {}): Answer => ({
  status,
  body: { error },
  ...more
})

const session = (world: World, { body, method, path }: Asked): Answer => {
  if (method !== "POST") return refusal(405, "method_not_allowed", { headers: { allow: "POST" } })
  const given = credentials(body)
  if (given._tag === "None") return refusal(400, "invalid_request")
  const { device_id, refresh_token } = given.value
  if (path === revokePath) {
    const { event, label } = world.sessions.revoke(refresh_token, device_id)
    return { status: 204, session: label, event }
  }
  const { event, grant, label } = world.sessions.refresh(refresh_token, device_id)
  if (grant === undefined) return refusal(400, "invalid_grant", { session: label, event })
  const { accessToken, expiresIn, refreshToken } = grant
  const body_ = { access_token: accessToken, expires_in: expiresIn, refresh_token: refreshToken }
  return { status: 200, body: body_, session: label, event }
}

const pageSize = (asked: string | null): number | undefined => {
  const size = asked === null ? 50 : Number(asked)
  return Number.isInteger(size) && size >= 1 && size <= 200 ? size : undefined
}

const page = (
  world: World,
  person: Person,
  feed: FeedPath,
  query: URLSearchParams,
  fault: Fault | undefined
): Answer => {
  const size = pageSize(query.get("page_size"))
  if (size === undefined) return refusal(400, "invalid_request")
  const scope = `${person.profile.row.id}/${feed.name}`
  const cursor = query.get("updated_after")
  const after = cursor === null ? -1 : world.cursors.read(scope, cursor)
  if (after === undefined) return refusal(410, "cursor_expired")
  const repeat = fault?.kind === "shifting-pages" ? fault.rows : 0
  const { position, rows } =
    fault?.kind === "empty-rows" ? { position: after, rows: [] } : person.feeds[feed.name].page(after, size, repeat)
  return { status: 200, body: { [feed.key]: rows, next_cursor: world.cursors.write(scope, position) } }
}

const bearer = (header: string | undefined): string => /^Bearer (\S+)$/.exec(header ?? "")?.[1] ?? ""

const read = (world: World, asked: Asked, fault: Fault | undefined): Answer => {
  const feed = feeds[asked.path]
  const single = singles[asked.path]
  if (feed === undefined && single === undefined) return refusal(404, "not_found")
  const who = world.sessions.authorize(bearer(asked.authorization))
  if ("refusal" in who) {
    return refusal(who.refusal === "session_revoked" ? 403 : 401, who.refusal, { session: who.label })
  }
  const person = world.person(who.personId)
  const answer: Answer =
    feed === undefined
      ? { status: 200, body: { [single?.key ?? ""]: single?.read(person, iso(world.clock.now)) } }
      : page(world, person, feed, asked.query, fault)
  const key = feed?.key ?? single?.key ?? ""
  const drifts = fault?.kind === "drift" && answer.status === 200
  const body = drifts ? drift(structuredClone(Object(answer.body)), key, fault) : answer.body
  return { ...answer, body, session: who.label }
}

export const consumer = (world: World, asked: Asked, fault: Fault | undefined): Answer => {
  if (asked.path === refreshPath || asked.path === revokePath) return session(world, asked)
  if (asked.path.startsWith("/consumer/") && asked.method !== "GET") {
    return refusal(405, "method_not_allowed", { headers: { allow: "GET" } })
  }
  return read(world, asked, fault)
}
