/**
 * A bank behind account information, without a socket: a consent the person approves elsewhere, no token at all, booked
 * entries in pages and pending ones beside them. Just enough for every fault the suite knows of such a route.
 */
import * as Effect from "effect/Effect"
import type { FarSide } from "../src/index.ts"

interface Entry {
  readonly id: string
  readonly seq: number
  readonly amount: unknown
  readonly kind: unknown
  readonly more?: string
}

export interface Branch extends FarSide {
  readonly approve: (consentId: string) => void
}

const json = (status: number, body: unknown, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json", ...headers } })

const perPage = 3

const open = (): Branch => {
  let seq = 8
  let booked: Array<Entry> = Array.from({ length: seq }, (_, n) => ({
    id: `e${n + 1}`,
    seq: n + 1,
    amount: 100 * n - 250,
    kind: "transfer"
  }))
  let pending: Array<Entry> = [{ id: "p1", seq: 0, amount: -700, kind: "card" }]
  const consents = new Map<string, "received" | "valid" | "revoked">()
  const fault = {
    failing: 0,
    healthy: 0,
    throttle: 0,
    repeat: false,
    shift: 0,
    loop: false,
    empty: false,
    stall: false,
    dead: false
  }

  const add = () => {
    seq += 1
    booked.push({ id: `e${seq}`, seq, amount: 40 + seq, kind: "transfer" })
  }
  const page = (after: number) => {
    if (fault.empty) return { booked: [], pending: [], next: after }
    if (fault.loop) return { booked: booked.slice(0, perPage), pending, next: after }
    if (fault.shift > 0) {
      fault.shift -= 1
      add()
    }
    const rest = booked.filter((row) => row.seq > after).toSorted((a, b) => a.seq - b.seq)
    const rows = rest.slice(0, perPage)
    const next = rows.at(-1)?.seq ?? after
    const again = fault.repeat ? booked.filter((row) => row.seq <= after).slice(-1) : []
    return { booked: [...again, ...rows], pending, next, last: rest.length <= perPage }
  }
  const answer = (method: string, url: URL, consentId: string): Response => {
    const [, place = "", id = "", resource] = url.pathname.split("/")
    if (fault.healthy > 0) fault.healthy -= 1
    else if (fault.failing > 0) {
      fault.failing -= 1
      return json(503, {})
    }
    if (fault.throttle > 0) return json(429, {}, { "retry-after": String(fault.throttle) })
    if (place === "consents" && method === "POST") {
      const fresh = `consent-${consents.size + 1}-Hq82kd`
      consents.set(fresh, "received")
      return json(201, { consentId: fresh })
    }
    if (place === "consents" && method === "DELETE") {
      consents.set(id, "revoked")
      return new Response(null, { status: 204 })
    }
    if (place === "consents") return json(200, { status: consents.get(id) ?? "unknown" })
    if (fault.dead || consents.get(consentId) !== "valid") return json(401, { code: "CONSENT_INVALID" })
    if (resource === "balances") {
      const sum = booked.reduce((all, { amount }) => all + (typeof amount === "number" ? amount : 0), 90_000)
      return json(200, { amount: sum, at: new Date(Date.UTC(2026, 0, 1) + seq * 1000).toISOString() })
    }
    return json(200, page(Number(url.searchParams.get("after") ?? "0")))
  }
  const does = (act: () => void) => Effect.sync(act)
  const edit = (change: Partial<Entry>) =>
    does(() => void (booked = booked.map((row, index) => (index === 1 ? { ...row, ...change } : row))))
  return {
    fetch: (target, init) => {
      const url = new URL(target instanceof Request ? target.url : target)
      if (!fault.stall)
        return Promise.resolve(answer(init?.method ?? "GET", url, new Headers(init?.headers).get("consent-id") ?? ""))
      return new Promise((_, reject) => init?.signal?.addEventListener("abort", () => reject(new Error("aborted"))))
    },
    approve: (consentId) => void consents.set(consentId, "valid"),
    sessionPaths: ["/consents*"],
    secrets: ["certificate-of-the-host"],
    mutate: does(() => {
      add()
      pending = [...pending, { id: `p${seq}`, seq: 0, amount: -5, kind: "card" }]
    }),
    lapse: does(() => (pending = [])),
    settle: does(() => {
      pending.forEach(add)
      pending = []
    }),
    repeatRows: does(() => (fault.repeat = true)),
    shiftPages: does(() => (fault.shift = 3)),
    loopPages: () => does(() => (fault.loop = true)),
    emptyLists: does(() => (fault.empty = true)),
    failNext: (times, after = 0) => does(() => Object.assign(fault, { failing: times, healthy: after })),
    throttle: (seconds) => does(() => (fault.throttle = seconds)),
    stall: does(() => (fault.stall = true)),
    malformRow: () => edit({ amount: "much" }),
    unknownValue: () => edit({ kind: "teleported" }),
    unknownField: () => edit({ more: "red" }),
    revoke: does(() => (fault.dead = true))
  }
}

export const branch = Effect.sync(open)
