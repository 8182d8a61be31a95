/**
 * The sandbox as the far side of the conformance suite: one provider per check, with one person's eight months in it.
 * It answers over a real socket; only what it has no word for (a cursor that leads back to the first page, rows that
 * move between two pages) is done on the way there.
 */
import type { FarSide, Linked } from "@paymirror/connector-testing"
import { Connector, type ConnectorError, type StreamName } from "@paymirror/core"
import { type Rule, Sandbox } from "@paymirror/sandbox"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"

const person = "alex"
const refreshPath = "/auth/v1/token/refresh"

const feeds = {
  purchases: { path: "/consumer/v2/purchases", name: "purchases" },
  card: { path: "/consumer/v2/card/transactions", name: "card" },
  balance: { path: "/consumer/v2/balance/entries", name: "balance" },
  points: { path: "/consumer/v2/cashback/entries", name: "cashback" },
  deliveries: { path: "/consumer/v2/deliveries", name: "deliveries" }
} as const

const feedOf = (stream: StreamName.StreamName) =>
  stream === "plans" || stream === "profile" ? feeds.purchases : feeds[stream]

export interface Far extends FarSide {
  readonly handOver: { readonly refreshToken: string; readonly deviceId: string }
}

export const far: Effect.Effect<Far, never, Scope.Scope> = Effect.gen(function* () {
  const sandbox = yield* Sandbox.make({ session: { rotation: "strict" } })
  const { world } = sandbox
  world.topUp(person, { amount: 1_500 })
  world.authorizeCard(person, { merchant: "Blue Ladle Diner", amount: 2_200, settlesAs: 2_600 })
  const handOver = sandbox.openSession(person)
  const always = (fault: Rule["fault"], path?: string): Effect.Effect<void> =>
    Effect.sync(() => sandbox.faults.add({ fault, times: "always", ...(path !== undefined && { path }) }))
  const does = (act: () => unknown): Effect.Effect<void> => Effect.sync(() => void act())

  let looped = ""
  let shifts = 0
  const before = (url: URL): void => {
    const after = url.searchParams.has("updated_after")
    if (url.pathname === looped) url.searchParams.delete("updated_after")
    const feed = Object.values(feeds).find(({ path }) => path === url.pathname)
    if (!after || shifts === 0 || feed === undefined) return
    shifts -= 1
    const [oldest] = world.person(person).feeds[feed.name]
    if (oldest !== undefined) world.republish(person, feed.name, oldest.id)
  }

  return {
    handOver,
    origin: sandbox.baseUrl,
    fetch: (input, init) => {
      const url = new URL(input instanceof Request ? input.url : input)
      before(url)
      return globalThis.fetch(url, init)
    },
    requests: Effect.sync(() => sandbox.ledger.entries),
    refreshPath,
    sessionPaths: ["/auth/v1/token/revoke"],
    secrets: [handOver.refreshToken, handOver.deviceId, "Marlowe-Finch", "555 0100"],
    mutate: does(() => {
      const { id } = world.shop(person, {
        merchant: "Pebble Row",
        amount: 4_999,
        plan: "pay_in_4",
        shipment: { carrier: "Heron Post" }
      })
      world.payEarly(person, id)
      world.topUp(person, { amount: 1_000, instant: true })
      world.authorizeCard(person, { merchant: "Larder Lane", amount: 812 })
      world.redeemPoints(person, { points: 100 })
      world.changeProfile(person, { tier: "plus" })
    }),
    elapse: (days) => does(() => sandbox.advance({ days })),
    settle: does(() => sandbox.advance({ days: 30 })),
    repeatRows: always({ kind: "shifting-pages", rows: 2 }),
    shiftPages: does(() => (shifts = 3)),
    loopPages: (stream) => does(() => (looped = feedOf(stream).path)),
    emptyLists: always({ kind: "empty-rows" }),
    failNext: (times, after = 0) =>
      does(() => {
        sandbox.faults.heal()
        if (times > 0) sandbox.faults.add({ fault: { kind: "fail", status: 503 }, skip: after, times })
      }),
    throttle: (retryAfter) => always({ kind: "throttle", retryAfter }),
    stall: always({ kind: "delay", ms: 3_600_000 }),
    botPage: always({ kind: "bot-page" }),
    malformRow: (stream) => always({ kind: "drift", change: "malformed-row" }, feedOf(stream).path),
    unknownValue: (stream) => always({ kind: "drift", change: "unknown-value" }, feedOf(stream).path),
    unknownField: (stream) => always({ kind: "drift", change: "extra-fields" }, feedOf(stream).path),
    expireAccess: does(() => world.expireAccess(person)),
    rejectAccess: always({ kind: "fail", status: 401, error: "token_expired" }, "/consumer/"),
    loseRefresh: always({ kind: "lost-answer" }, refreshPath),
    revoke: does(() => world.revokeSession(person))
  }
})

/** What a consenting account holder does: hands over the session. */
export const link = ({ handOver }: Far): Effect.Effect<Linked, ConnectorError.ConnectorError, Connector.Connector> =>
  Effect.gen(function* () {
    const connector = yield* Connector.Connector
    const values = {
      refresh_token: Redacted.make(handOver.refreshToken),
      device_id: Redacted.make(handOver.deviceId)
    }
    const step = yield* connector.link({ answer: { _tag: "Entered", values }, state: "hand-over" })
    return step._tag === "Linked" ? step : yield* Effect.die(`link answered ${step._tag}`)
  })
