/**
 * A reader that knows only the wire: it refreshes, reads and pages over the socket, and answers with what came back,
 * whatever that is.
 */
import { Effect } from "effect"
import type { BalanceRow, HandOver, LedgerTotals, PointsRow, ProfileRow, PurchaseRow, Sandbox } from "../src/index.ts"

export interface Heard {
  readonly status: number
  readonly text: string
  readonly headers: Headers
}

export interface Row {
  readonly id: string
  readonly updated_at: string
  readonly [name: string]: unknown
}

export const ask = (url: string, init: RequestInit = {}): Effect.Effect<Heard, "broken"> =>
  Effect.tryPromise({
    try: async () => {
      const response = await fetch(url, init)
      return { status: response.status, text: await response.text(), headers: response.headers }
    },
    catch: () => "broken" as const
  })

/** Everything an answer may hold; which of it is there, the test that asked knows. */
export interface Body {
  readonly access_token: string
  readonly expires_in: number
  readonly refresh_token?: string
  readonly next_cursor: string
  readonly purchases: ReadonlyArray<PurchaseRow>
  readonly balance: BalanceRow
  readonly points: PointsRow
  readonly cashback: { readonly points: number; readonly pending_points: number; readonly as_of: string }
  readonly profile: ProfileRow
  readonly people: ReadonlyArray<{ readonly id: string }>
  readonly postForOnePerson: object
  readonly totals: LedgerTotals
}

export const body = (heard: Heard): Body => JSON.parse(heard.text)

/** The rows of a page, whatever feed it is of. */
export const rowsOf = (heard: Heard, key: string): ReadonlyArray<Row> | undefined => JSON.parse(heard.text)[key]

/** The answer as a value to compare. */
export const json = (heard: Heard): Record<string, unknown> => JSON.parse(heard.text)

export const post = (sandbox: Sandbox.Sandbox, path: string, body: unknown = {}) =>
  ask(sandbox.baseUrl + path, { method: "POST", body: JSON.stringify(body) })

export const refresh = (sandbox: Sandbox.Sandbox, { deviceId, refreshToken }: HandOver) =>
  post(sandbox, "/auth/v1/token/refresh", { refresh_token: refreshToken, device_id: deviceId })

export const read = (sandbox: Sandbox.Sandbox, token: string, path: string, query: Record<string, string> = {}) =>
  ask(`${sandbox.baseUrl}${path}?${new URLSearchParams(query)}`, { headers: { authorization: `Bearer ${token}` } })

/** A fresh access token of a fresh session. */
export const signIn = (sandbox: Sandbox.Sandbox, personId: string) =>
  Effect.map(refresh(sandbox, sandbox.openSession(personId)), (heard) => body(heard).access_token)

export const feedPaths = {
  purchases: ["/consumer/v2/purchases", "purchases"],
  card: ["/consumer/v2/card/transactions", "transactions"],
  balance: ["/consumer/v2/balance/entries", "entries"],
  cashback: ["/consumer/v2/cashback/entries", "entries"],
  deliveries: ["/consumer/v2/deliveries", "deliveries"]
} as const

/** Pages from a cursor until the feed says it is caught up; `between` runs after each page. */
export const walk = (
  sandbox: Sandbox.Sandbox,
  token: string,
  feed: keyof typeof feedPaths,
  options: { size?: number; between?: () => void; from?: string | undefined; most?: number } = {}
) =>
  Effect.gen(function* () {
    const [path, key] = feedPaths[feed]
    const rows: Array<Row> = []
    const pages: Array<Array<string>> = []
    let cursor = options.from
    for (let count = 0; count < (options.most ?? 10_000); count++) {
      const heard = yield* read(sandbox, token, path, {
        page_size: String(options.size ?? 50),
        ...(cursor === undefined ? {} : { updated_after: cursor })
      })
      if (heard.status !== 200) return yield* Effect.die(new Error(`${heard.status} ${heard.text}`))
      const found = rowsOf(heard, key) ?? []
      cursor = body(heard).next_cursor
      pages.push(found.map((row) => row.id))
      rows.push(...found)
      if (found.length === 0) return { rows, pages, cursor }
      options.between?.()
    }
    return { rows, pages, cursor }
  })

/** What a mirror holds after upserting these rows in order. */
export const upsert = (rows: ReadonlyArray<Row>): Map<string, Row> => new Map(rows.map((row) => [row.id, row]))
