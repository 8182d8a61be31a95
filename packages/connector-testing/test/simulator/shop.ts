/** A small provider, and a reader that knows only its wire. */
import { Clock, Feed, Route, Simulator } from "../../src/simulator/index.ts"
import type { Listing, SessionMode } from "../../src/simulator/index.ts"

export const origin = "https://api.shop.example"

export interface Order {
  readonly order_id: string
  readonly status: string
  readonly cents: number
}

export const order = (number: number): Order => ({ order_id: `o${number}`, status: "open", cents: 100 * number })

export const shop = (listing: Partial<Listing<Order>> = {}, session: Partial<SessionMode> = { rotation: "strict" }) => {
  const orders = new Feed(
    new Clock(),
    [1, 2, 3, 4, 5, 6, 7].map((number) => order(number)),
    { id: "order_id", stamp: "modified" }
  )
  const simulator = Simulator.make({
    session,
    refusal: (code) => ({ failure: { code } }),
    statuses: { session_revoked: 410 },
    routes: {
      "POST /token": Route.refresh({ device: false }),
      "POST /revoke": Route.revoke({ device: false }),
      "GET /shops/{shop}/orders": Route.feed(orders, {
        rows: "data.orders",
        next: "data.next",
        usual: 3,
        needed: "order_id",
        ...listing
      }),
      "GET /wallet": Route.one("wallet", (person, asOf) => ({ of: person, cents: 5, as_of: asOf })),
      "GET /hello": Route.other(({ parameters }) => ({ status: 200, body: { parameters } }), { open: true })
    }
  })
  return { simulator, orders }
}

export type Shop = ReturnType<typeof shop>
export type Fetch = typeof globalThis.fetch

export const renew = async (fetch: Fetch, refreshToken: string, at = origin) => {
  const body = new URLSearchParams({ grant_type: "refresh_token", refresh_token: refreshToken })
  const answer = await fetch(`${at}/token`, { method: "POST", body })
  return { status: answer.status, body: await answer.json() }
}

export interface Page {
  readonly status: number
  readonly ids: ReadonlyArray<string>
  readonly next: string | number | null | undefined
  readonly body: {
    readonly data?: { readonly orders?: ReadonlyArray<Readonly<Record<string, unknown>>>; readonly count?: number }
    readonly failure?: { readonly code: string }
  }
}

export const page = async (
  fetch: Fetch,
  token: string,
  query: Record<string, string> = {},
  at = origin
): Promise<Page> => {
  const answer = await fetch(`${at}/shops/7/orders?${new URLSearchParams(query)}`, {
    headers: { authorization: `Bearer ${token}` }
  })
  const body = await answer.json()
  return {
    status: answer.status,
    ids: (body.data?.orders ?? []).map((row: Order) => row.order_id),
    next: body.data?.next,
    body
  }
}

/** A session that was handed over and renewed once. */
export const signedIn = async ({ simulator }: Pick<Shop, "simulator">) => {
  const { refreshToken } = simulator.open("jane")
  const { body } = await renew(simulator.fetch, refreshToken)
  return { access: String(body.access_token), refresh: String(body.refresh_token), first: refreshToken }
}

/** Every id of every page, in the order in which it came. */
export const walk = async ({ simulator }: Pick<Shop, "simulator">, token: string, name: string, most = 12) => {
  const ids: Array<string> = []
  let cursor: string | undefined
  for (let turn = 0; turn < most; turn += 1) {
    const heard = await page(simulator.fetch, token, cursor === undefined ? {} : { [name]: cursor })
    ids.push(...heard.ids)
    if (heard.next === null || heard.next === undefined || heard.ids.length === 0) return { ids, ended: true }
    cursor = String(heard.next)
  }
  return { ids, ended: false }
}
