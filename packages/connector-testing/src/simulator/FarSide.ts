/**
 * A simulated provider as the far side of the conformance suite, with every fault the suite knows wired to it. What is the
 * provider's own (which route is which stream, what a change is, what settles) is said by the author; nothing is made up.
 */
import type { StreamName } from "@paymirror/core"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { FarSide } from "../Subject.ts"
import type { Fault } from "./Faults.ts"
import type { HandOver } from "./Session.ts"
import type { Simulator } from "./Simulator.ts"
import { serve } from "./Socket.ts"

export interface Staging {
  /** The path of the list a stream is read from, as it stands in the table of routes; of one that comes by way of another too. */
  readonly streams: Partial<Readonly<Record<StreamName.StreamName, string>>>
  /** Whose account it is. */
  readonly person?: string | undefined
  /** What must never leave the connector as text, beside the tokens: a name, an address. */
  readonly secrets?: ReadonlyArray<string> | undefined
  /** A row that was read changes, and one comes to be. */
  readonly mutate?: (() => unknown) | undefined
  /** What is pending settles. */
  readonly settle?: (() => unknown) | undefined
  /** What is pending comes to nothing. */
  readonly lapse?: (() => unknown) | undefined
  /** Days go by; the simulator's own `advance` unless said. */
  readonly elapse?: ((days: number) => unknown) | undefined
  /** How many rows of a stream there are to read, where it is not one for each row of its list. */
  readonly shows?: ((stream: StreamName.StreamName) => number | undefined) | undefined
  /** Paths that may be posted to, beside the routes of a session. */
  readonly sessionPaths?: ReadonlyArray<string> | undefined
  /** Without a socket: quicker, and the connection's own faults are only imitated. */
  readonly over?: "socket" | "fetch" | undefined
}

export interface Far extends FarSide {
  readonly handOver: HandOver
  /** The first access token, where one comes with the session. */
  readonly accessToken: string
}

/** A person hands over a session of theirs, and the provider listens for as long as the scope lives. */
export const farSide = (simulator: Simulator, staging: Staging): Effect.Effect<Far, never, Scope.Scope> =>
  Effect.gen(function* () {
    const { faults, ledger, routes, sessions } = simulator
    const { over = "socket", person = "person", streams } = staging
    const handOver = simulator.open(person)
    const table = Object.entries(routes).map(([key, route]) => ({ path: key.split(" ")[1] ?? "", route }))
    const paths = (of: (kind: string, open: boolean) => boolean): ReadonlyArray<string> =>
      table.filter(({ route }) => of(route.kind, route.open)).map(({ path }) => path)
    const feeds = paths((kind) => kind === "feed")
    const [refreshPath] = paths((kind) => kind === "refresh")

    const nowhere = Object.values(streams).find((path) => !table.some((each) => each.path === path))
    if (nowhere !== undefined) return yield* Effect.die(new Error(`no route answers ${nowhere}`))

    const does = (act: () => unknown): Effect.Effect<void> => Effect.sync(() => void act())
    const always = (fault: Fault, where: ReadonlyArray<string>): Effect.Effect<void> =>
      does(() => where.forEach((path) => faults.add({ fault, path, exact: true, times: "always" })))
    const everywhere = (fault: Fault): Effect.Effect<void> => does(() => faults.add({ fault, times: "always" }))
    const of = (stream: StreamName.StreamName): ReadonlyArray<string> => {
      const path = streams[stream]
      return path === undefined ? [] : [path]
    }
    const shows = (stream: StreamName.StreamName): number | undefined =>
      table.find(({ path, route }) => path === streams[stream] && route.feed !== undefined)?.route.feed?.(person).size

    return {
      handOver,
      accessToken: sessions.access(handOver.refreshToken) ?? "",
      ...(over === "socket" ? { origin: yield* serve(simulator) } : { fetch: simulator.fetch }),
      requests: Effect.sync(() => ledger.entries),
      ...(refreshPath !== undefined && { refreshPath }),
      sessionPaths: [...paths((kind, open) => open && kind !== "refresh"), ...(staging.sessionPaths ?? [])],
      get secrets() {
        return [handOver.deviceId, ...sessions.tokens, ...(staging.secrets ?? [])]
      },
      shows: (stream) => Effect.sync(() => (staging.shows ?? shows)(stream)),
      ...(staging.mutate !== undefined && { mutate: does(staging.mutate) }),
      ...(staging.settle !== undefined && { settle: does(staging.settle) }),
      ...(staging.lapse !== undefined && { lapse: does(staging.lapse) }),
      elapse: (days) => does(() => (staging.elapse ?? simulator.advance)(days)),
      repeatRows: always({ kind: "shifting-pages", rows: 2 }, feeds),
      shuffleRows: always({ kind: "shuffled-rows" }, feeds),
      shiftPages: does(() =>
        feeds.forEach((path) => faults.add({ fault: { kind: "moving-rows" }, path, exact: true, times: 4 }))
      ),
      loopPages: (stream) => always({ kind: "looped-pages" }, of(stream)),
      emptyLists: always({ kind: "empty-rows" }, feeds),
      failNext: (times, after = 0) =>
        does(() => {
          faults.heal()
          if (times > 0) faults.add({ fault: { kind: "fail", status: 503 }, skip: after, times })
        }),
      throttle: (retryAfter) => everywhere({ kind: "throttle", retryAfter }),
      stall: everywhere({ kind: "stall" }),
      botPage: everywhere({ kind: "bot-page" }),
      malformRow: (stream) => always({ kind: "drift", change: "malformed-row" }, of(stream)),
      unknownValue: (stream) => always({ kind: "drift", change: "unknown-value" }, of(stream)),
      unknownField: (stream) => always({ kind: "drift", change: "extra-fields" }, of(stream)),
      ...(refreshPath !== undefined && {
        expireAccess: does(() => sessions.expireAccess(person)),
        rejectAccess: does(() => sessions.rejectAccess()),
        loseRefresh: always({ kind: "lost-answer" }, [refreshPath])
      }),
      revoke: does(() => sessions.revokeSession(person))
    }
  })
