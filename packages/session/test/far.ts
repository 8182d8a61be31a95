/**
 * Acme as the far side of the conformance suite: the provider of these tests with every fault the suite can ask for, over
 * a real socket, and one person's orders and wallet in it. What is done to rows is done where they are served.
 */
import type { FarSide, Linked } from "@paymirror/connector-testing"
import { Connector, type ConnectorError, type StreamName } from "@paymirror/core"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import { type Hook, entry, json, order, Provider, type Row } from "./Provider.ts"

const orders = "/v1/orders"
const pathOf = (stream: StreamName.StreamName): string =>
  stream === "balance" ? "/v1/wallet/entries" : stream === "profile" ? "/v1/me" : orders

export const far: Effect.Effect<FarSide, never, Scope.Scope> = Effect.gen(function* () {
  const provider = yield* Effect.acquireRelease(
    Effect.promise(() => new Provider().start()),
    (it) => Effect.promise(() => it.stop())
  )
  let faults: Array<Hook> = []
  let shifts = 0
  provider.hook = (asked, response) => {
    const list = provider.lists[asked.path]
    if (shifts > 0 && list !== undefined && asked.query.has("updated_after")) {
      shifts -= 1
      list.republish(list.under === "orders" ? { updated_at: later() } : {})
    }
    return faults.some((fault) => fault(asked, response))
  }
  const does = (act: () => unknown): Effect.Effect<void> => Effect.sync(() => void act())
  const always = (fault: Hook): Effect.Effect<void> => does(() => faults.push(fault))
  const answers = (status: number, body: Row, headers: Record<string, string> = {}): Effect.Effect<void> =>
    always(({ path }, response) => !path.startsWith("/auth/") && (json(response, status, body, headers), true))

  let minute = 10
  const later = (): string => `2026-06-09T08:${minute++}:00Z`
  const wallet = provider.singles["/v1/wallet"] ?? {}
  const load = (cents: number): void => {
    provider.entries.push(entry(minute, { cents, at: later() }))
    Object.assign(wallet, { cents: Number(wallet["cents"]) + cents, as_of: later() })
  }
  /** Changes the first row of a list as it is served, or a single answer. */
  const distort = (stream: StreamName.StreamName, change: Row): Effect.Effect<void> =>
    does(() => {
      const list = provider.lists[pathOf(stream)]
      const [first, ...rest] = list?.places ?? []
      if (list === undefined || first === undefined) Object.assign(provider.singles[pathOf(stream)] ?? {}, change)
      else list.places = [{ ...first, row: { ...first.row, ...change } }, ...rest]
    })

  return {
    origin: provider.url,
    requests: Effect.sync(() => provider.asked),
    refreshPath: "/auth/token",
    sessionPaths: ["/auth/revoke"],
    secrets: ["refresh-secret-", "device-secret", "access-secret-", "Rosalind", "quillfeather.example"],
    mutate: does(() => {
      provider.orders.republish({ shop: "Alder & Ash Outlet", updated_at: later() })
      provider.orders.push(order(5, { updated_at: later() }))
      load(300)
    }),
    settle: does(() => {
      provider.entries.places = provider.entries.places.filter(({ row }) => row["state"] !== "pending")
      provider.entries.push(entry(3, { kind: "spend", cents: -800 }))
      Object.assign(wallet, { cents: Number(wallet["cents"]) - 800, as_of: later() })
    }),
    elapse: () =>
      does(() =>
        provider.orders.republish({
          state: "done",
          updated_at: later(),
          payments: [
            { due: "2026-05-01", cents: 2000, state: "paid", paid_on: "2026-05-01" },
            { due: "2026-05-15", cents: 2000, state: "paid", paid_on: "2026-05-15" }
          ]
        })
      ),
    repeatRows: always(({ path, query }, response) => {
      const list = provider.lists[path]
      const cursor = query.get("updated_after")
      if (list === undefined || cursor === null) return false
      const { next, rows } = list.page(cursor, Number(query.get("page_size")))
      const [before] = list.places.filter(({ at }) => at <= Number(cursor.slice(1))).slice(-1)
      const repeated = before === undefined || rows.length === 0 ? rows : [before.row, ...rows]
      json(response, 200, { [list.under]: repeated, next_cursor: next })
      return true
    }),
    shiftPages: does(() => (shifts = 3)),
    loopPages: (stream) =>
      always(({ path, query }) => {
        if (path === pathOf(stream)) query.delete("updated_after")
        return false
      }),
    emptyLists: always(({ path, query }, response) => {
      const list = provider.lists[path]
      if (list === undefined) return false
      json(response, 200, { [list.under]: [], next_cursor: query.get("updated_after") })
      return true
    }),
    failNext: (times, after = 0) =>
      does(() => {
        let seen = 0
        faults = [(_, response) => ++seen > after && seen <= after + times && (json(response, 503, {}), true)]
      }),
    throttle: (seconds) => answers(429, {}, { "retry-after": String(seconds) }),
    stall: always(() => true),
    botPage: always((_, response) => {
      response.writeHead(200, { "content-type": "text/html" }).end("<html>Are you human?</html>")
      return true
    }),
    malformRow: (stream) => distort(stream, stream === "profile" ? { id: 7 } : { cents: "plenty" }),
    unknownValue: (stream) => distort(stream, { state: "snoozed" }),
    unknownField: (stream) => distort(stream, { mood: "sunny" }),
    expireAccess: does(() => (provider.accessToken = "access-secret-expired")),
    rejectAccess: answers(401, { error: "token_expired" }),
    loseRefresh: always(({ path }, response) => path === "/auth/token" && (response.destroy(), true)),
    revoke: does(() => provider.end())
  }
})

/** What a consenting account holder does: hands over the session. */
export const link = (): Effect.Effect<Linked, ConnectorError.ConnectorError, Connector.Connector> =>
  Effect.gen(function* () {
    const connector = yield* Connector.Connector
    const values = { refresh_token: Redacted.make("refresh-secret-0"), device_id: Redacted.make("device-secret") }
    const step = yield* connector.link({ answer: { _tag: "Entered", values }, state: "hand-over" })
    return step._tag === "Linked" ? step : yield* Effect.die(`link answered ${step._tag}`)
  })
