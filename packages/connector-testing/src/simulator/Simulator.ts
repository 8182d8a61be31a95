/**
 * One provider, simulated: its routes, its sessions, its clock, the faults that stand and the ledger of what was asked. It
 * takes a request and says what comes back; in-process as a `fetch`, and behind a socket (`Socket.ts`) or msw (`msw.ts`).
 * It knows no stream of the model and no connector: rows and their spelling are the provider's own.
 */
import { setTimeout as sleep } from "node:timers/promises"
import { Clock, day } from "./Clock.ts"
import { Cursors } from "./Cursors.ts"
import { drift } from "./Drift.ts"
import { render } from "./Exchange.ts"
import type { Answer, Asked, Rendered } from "./Exchange.ts"
import { Faults } from "./Faults.ts"
import type { Fault } from "./Faults.ts"
import { Random } from "./Random.ts"
import { RequestLedger } from "./RequestLedger.ts"
import type { LedgerEntry, Purpose } from "./RequestLedger.ts"
import * as Route from "./Route.ts"
import type { HandOver, SessionMode } from "./Session.ts"
import { Sessions } from "./Session.ts"
import { instead, spoilt } from "./Spoil.ts"

export interface Options {
  readonly routes: Route.Routes
  /** The clock the rows were made with. */
  readonly clock?: Clock | undefined
  readonly seed?: number | undefined
  readonly session?: Partial<SessionMode> | undefined
  /** What happens at the beginning of each day that {@link Simulator.advance} passes. */
  readonly everyDay?: ((today: string) => void) | undefined
  /** How the token comes with a request; as a bearer unless said. */
  readonly bearer?: ((headers: Headers) => string | undefined) | undefined
  /** How a refusal reads; `{ error }` unless said. */
  readonly refusal?: ((error: string, status: number) => unknown) | undefined
  /** With which status, where it is not the usual one. */
  readonly statuses?: Partial<Readonly<Record<Route.Refusal, number>>> | undefined
  readonly sessions?: Sessions | undefined
  readonly cursors?: Cursors | undefined
}

/** What comes back: an answer, an end of the connection, or nothing at all. */
export type Reply = Rendered | "hang-up" | "silence"

export interface Simulator {
  readonly routes: Route.Routes
  readonly clock: Clock
  readonly sessions: Sessions
  readonly cursors: Cursors
  readonly faults: Faults
  readonly ledger: RequestLedger
  /** What a consenting account holder hands over. */
  readonly open: (person?: string) => HandOver
  readonly advance: (days: number) => void
  readonly exchange: (asked: Asked) => Promise<Reply>
  /** The same without a socket; the host of an address is not looked at. */
  readonly fetch: typeof globalThis.fetch
}

const usualStatuses: Readonly<Record<Route.Refusal, number>> = {
  invalid_request: 400,
  invalid_grant: 400,
  invalid_token: 401,
  token_expired: 401,
  session_revoked: 403,
  not_found: 404,
  method_not_allowed: 405,
  cursor_expired: 410
}

const usualBearer = (headers: Headers): string | undefined =>
  /^Bearer (\S+)$/.exec(headers.get("authorization") ?? "")?.[1]

const purposeOf = (route: Route.Route | undefined): Purpose =>
  route?.kind === "refresh" ? "refresh" : route?.open === true ? "session" : "read"

export const make = (options: Options): Simulator => {
  const { bearer = usualBearer, clock = new Clock(), cursors = new Cursors(), everyDay, refusal, routes } = options
  const faults = new Faults()
  const ledger = new RequestLedger()
  const sessions = options.sessions ?? new Sessions(clock, new Random(`${options.seed ?? 7}/sessions`), options.session)

  const refused = (status: number, error: string): Answer => ({ status, body: refusal?.(error, status) ?? { error } })
  const refuse = (why: Route.Refusal): Answer => refused(options.statuses?.[why] ?? usualStatuses[why], why)

  const served = (asked: Asked, found: Route.Found | undefined, fault: Fault | undefined): Route.Served => {
    if (found === undefined) return refuse("not_found")
    const { methods, parameters, route } = found
    if (route === undefined) return { ...refuse("method_not_allowed"), headers: { allow: methods.join(", ") } }
    const call = { asked, parameters, fault, clock, cursors, sessions, refuse }
    if (route.open) return route.answer({ ...call, person: "", label: undefined })
    const who = sessions.authorize(bearer(asked.headers) ?? "")
    if ("refusal" in who) return { ...refuse(who.refusal), session: who.label }
    const answer = route.answer({ ...call, person: who.personId, label: who.label })
    const drifts = fault?.kind === "drift" && answer.status === 200 && route.spelling !== undefined
    return { ...answer, session: who.label, ...(drifts && { body: drift(answer.body, fault, route.spelling) }) }
  }

  const exchange = async (asked: Asked): Promise<Reply> => {
    const found = Route.find(routes, asked.method, asked.path)
    const fault = faults.meet(asked.path, found?.pattern)
    const note = ({ event, session, status }: Route.Served, outcome: LedgerEntry["outcome"]): void =>
      ledger.record(clock.now, purposeOf(found?.route), {
        method: asked.method,
        path: found?.pattern ?? "*",
        status,
        outcome,
        ...(fault !== undefined && { fault: fault.kind }),
        ...(session !== undefined && { session }),
        ...(event !== undefined && { event })
      })
    if (fault?.kind === "drop" || fault?.kind === "stall") {
      note({ status: 0 }, fault.kind === "drop" ? "dropped" : "stalled")
      return fault.kind === "drop" ? "hang-up" : "silence"
    }
    const answer = instead(fault, refused) ?? spoilt(served(asked, found, fault), fault)
    note(answer, fault?.kind === "lost-answer" ? "lost" : "answered")
    if (fault?.kind === "lost-answer") return "hang-up"
    const rendered = render(answer)
    if (fault?.kind === "delay") await sleep(fault.ms, undefined, { ref: false })
    return rendered
  }

  return {
    routes,
    clock,
    sessions,
    cursors,
    faults,
    ledger,
    open: (person = "person") => sessions.open(person),
    advance: (days) => {
      for (let passed = 0; passed < days; passed += 1) {
        clock.moveTo(clock.now + day)
        everyDay?.(clock.today)
      }
    },
    exchange,
    fetch: async (input, init) => {
      const request = new Request(input, init)
      const { pathname, searchParams } = new URL(request.url)
      const given = { method: request.method, path: pathname, query: searchParams, headers: request.headers }
      const { signal } = request
      const stopped = new Promise<never>((_, reject) => {
        const stop = (): void => reject(signal.reason)
        if (signal.aborted) stop()
        else signal.addEventListener("abort", stop, { once: true })
      })
      const reply = await Promise.race([request.text().then((body) => exchange({ ...given, body })), stopped])
      if (reply === "silence") return stopped
      if (reply === "hang-up") throw new TypeError("fetch failed")
      const { headers, status, text } = reply
      return new Response(status === 204 ? null : text, { status, headers })
    }
  }
}
