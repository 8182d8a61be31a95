/**
 * A provider that never was, over a real socket: purchases with installments, a balance, points, one session with a
 * one-time refresh token. Just enough for every fault the suite knows. It is not the sandbox.
 */
import * as http from "node:http"
import type { AddressInfo } from "node:net"
import * as Effect from "effect/Effect"
import type { FarSide } from "../src/index.ts"

type Row = Record<string, unknown> & { readonly id: string; readonly seq: number }

const at = (seq: number): string => new Date(Date.UTC(2026, 0, 1) + seq * 1000).toISOString()

const purchase = (number: number, seq: number): Row => ({
  id: `p${number}`,
  merchant: "Shoes",
  amount: 4000,
  fee: number === 2 ? 100 : 0,
  status: "open",
  day: "2026-01-05",
  installments: [0, 1, 2, 3].map((index) => ({
    number: index + 1,
    due: `2026-0${index + 1}-20`,
    amount: 1000 + (number === 2 && index === 0 ? 100 : 0),
    state: index === 0 ? "paid" : "scheduled"
  })),
  seq
})

const entry = (number: number, kind: string, amount: number, seq: number, more: object = {}): Row => ({
  id: `b${number}`,
  kind,
  amount,
  state: "booked",
  ...more,
  seq
})

const feeds = () => ({
  purchases: [1, 2, 3, 4, 5, 6, 7].map((number) => purchase(number, number)),
  entries: [
    entry(1, "top_up", 5000, 1),
    entry(2, "payment", -1200, 2),
    entry(3, "cashback", 300, 3, { points_entry: "c3" }),
    entry(4, "payment", -700, 4, { state: "pending" }),
    entry(5, "withdrawal", -2000, 5)
  ],
  points: [
    { id: "c1", kind: "earned", points: 400, state: "confirmed", seq: 1 },
    { id: "c2", kind: "earned", points: 50, state: "pending", seq: 2 },
    { id: "c3", kind: "redeemed", points: -300, state: "confirmed", balance_entry: "b3", seq: 3 }
  ] as Array<Row>
})

const streamOf: Record<string, keyof ReturnType<typeof feeds>> = {
  purchases: "purchases",
  balance: "entries",
  points: "points"
}

const pageSize = 2

export interface World extends FarSide {
  readonly firstRefresh: string
  readonly firstAccess: string
}

const start = async () => {
  const rows = feeds()
  const seen: Array<{ method: string; path: string }> = []
  const tokens = { access: "access-0-Kx81mQz7", refresh: "refresh-0-Wp40tRv2", issued: 0 }
  const secrets = [tokens.access, tokens.refresh]
  const fault = {
    bot: false,
    dead: false,
    empty: false,
    lose: false,
    refuse: false,
    repeat: false,
    shift: 0,
    stall: false,
    throttle: 0,
    failing: 0,
    healthy: 0,
    loop: ""
  }
  let clock = 100

  const page = (name: keyof typeof rows, after: number, offset: number) => {
    if (fault.empty) return { rows: [], next: after }
    if (fault.shift > 0 && after + offset > 0) {
      fault.shift -= 1
      const moved = rows[name].shift()
      if (moved !== undefined) rows[name].push({ ...moved, seq: ++clock })
    }
    const from = fault.loop === name ? 0 : after
    const some = rows[name].filter(({ seq }) => seq > from).toSorted((a, b) => a.seq - b.seq)
    const shown = offset > 0 ? rows[name].slice(offset, offset + pageSize) : some.slice(0, pageSize)
    const repeated = fault.repeat && shown.length > 0 ? rows[name].filter(({ seq }) => seq === after) : []
    return {
      rows: [...repeated, ...shown].map((row) => ({ ...row, updated_at: at(row.seq) })),
      next: some.slice(0, pageSize).at(-1)?.seq ?? after
    }
  }

  const sum = (list: ReadonlyArray<Row>, field: string, state: string): number =>
    list.reduce((total, row) => total + (row["state"] === state ? Number(row[field]) : 0), 0)

  const answer = (request: http.IncomingMessage, body: string, response: http.ServerResponse): void => {
    const url = new URL(request.url ?? "/", "http://far")
    const json = (status: number, value: unknown, headers: http.OutgoingHttpHeaders = {}): void => {
      response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(value))
    }
    seen.push({ method: request.method ?? "", path: url.pathname })
    if (fault.stall) return
    if (fault.healthy > 0) fault.healthy -= 1
    else if (fault.failing > 0) {
      fault.failing -= 1
      return json(503, { error: "down" })
    }
    if (fault.bot) {
      response.writeHead(200, { "content-type": "text/html" }).end("<html>are you human?</html>")
      return
    }
    if (fault.throttle > 0) return json(429, { error: "slow down" }, { "retry-after": String(fault.throttle) })
    if (url.pathname === "/token") {
      if (fault.dead || !body.includes(tokens.refresh)) {
        if (!fault.lose) return json(400, { error: "invalid_grant" })
      }
      tokens.issued += 1
      tokens.access = `access-${tokens.issued}-Kx81mQz7`
      tokens.refresh = `refresh-${tokens.issued}-Wp40tRv2`
      secrets.push(tokens.access, tokens.refresh)
      if (fault.lose) return void request.socket.destroy()
      return json(200, { access: tokens.access, refresh: tokens.refresh })
    }
    if (url.pathname === "/revoke") {
      fault.dead = true
      return json(200, {})
    }
    if (fault.refuse || request.headers.authorization !== `Bearer ${tokens.access}`)
      return json(401, { error: "token_expired" })
    if (fault.dead) return json(403, { error: "session_revoked" })
    if (request.method !== "GET") return json(200, {})
    const after = Number(url.searchParams.get("after") ?? "0")
    const offset = Number(url.searchParams.get("offset") ?? "0")
    switch (url.pathname) {
      case "/purchases":
      case "/entries":
      case "/points":
        return json(200, page(url.pathname.slice(1) as keyof typeof rows, after, offset))
      case "/balance":
        return json(200, { amount: sum(rows.entries, "amount", "booked"), as_of: new Date().toISOString() })
      case "/standing":
        return json(200, {
          points: sum(rows.points, "points", "confirmed"),
          pending: sum(rows.points, "points", "pending"),
          as_of: new Date().toISOString()
        })
      default:
        return json(404, {})
    }
  }

  const server = http.createServer((request, response) => {
    let body = ""
    request.on("data", (chunk) => (body += chunk)).on("end", () => answer(request, body, response))
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const edit = (stream: string, change: (row: Row) => object): void => {
    const list = rows[streamOf[stream] ?? "purchases"]
    const row = list[1]
    if (row !== undefined) list[1] = { ...row, ...change(row) }
  }
  const does = (act: () => void) => Effect.sync(act)
  const world: World = {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    firstAccess: tokens.access,
    firstRefresh: tokens.refresh,
    refreshPath: "/token",
    sessionPaths: ["/revoke"],
    secrets,
    requests: Effect.sync(() => seen),
    mutate: does(() => {
      rows.purchases[3] = { ...purchase(4, ++clock), merchant: "Boots" }
      rows.purchases.push(purchase(clock, ++clock))
      rows.entries.push(entry(clock, "top_up", 100, ++clock))
      rows.points.push({ id: `c${clock}`, kind: "earned", points: 10, state: "confirmed", seq: ++clock })
    }),
    elapse: (days) =>
      does(() => {
        rows.purchases = rows.purchases.map((row) => {
          const installments = row["installments"] as Array<{ state: string }>
          const next = installments.findIndex(({ state }) => state !== "paid")
          return {
            ...row,
            seq: ++clock,
            installments: installments.map((each, index) =>
              index === next && days > 0 ? { ...each, state: "paid" } : each
            )
          }
        })
      }),
    settle: does(() => {
      rows.entries = rows.entries.map((row) =>
        row["state"] === "pending" ? { ...row, state: "booked", seq: ++clock } : row
      )
    }),
    repeatRows: does(() => (fault.repeat = true)),
    shiftPages: does(() => (fault.shift = 3)),
    loopPages: (stream) => does(() => (fault.loop = streamOf[stream] ?? "")),
    emptyLists: does(() => (fault.empty = true)),
    failNext: (times, after = 0) => does(() => Object.assign(fault, { failing: times, healthy: after })),
    throttle: (seconds) => does(() => (fault.throttle = seconds)),
    stall: does(() => (fault.stall = true)),
    botPage: does(() => (fault.bot = true)),
    malformRow: (stream) => does(() => edit(stream, () => ({ kind: 7, merchant: 7 }))),
    unknownValue: (stream) =>
      does(() => edit(stream, () => (stream === "purchases" ? { status: "teleported" } : { kind: "teleported" }))),
    unknownField: (stream) => does(() => edit(stream, () => ({ colour: "red" }))),
    expireAccess: does(() => (tokens.access = "nobody-has-this-one")),
    rejectAccess: does(() => (fault.refuse = true)),
    loseRefresh: does(() => (fault.lose = true)),
    revoke: does(() => (fault.dead = true))
  }
  return { world, server }
}

export const world = Effect.acquireRelease(Effect.promise(start), ({ server }) =>
  Effect.promise(() => {
    server.closeAllConnections()
    return new Promise<void>((resolve) => server.close(() => resolve()))
  })
).pipe(Effect.map((started) => started.world))
