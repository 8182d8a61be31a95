/**
 * One call of a bank: announced to the budget, marked as attended or not, sent to one of the bank's hosts and no other,
 * read to its end within a time limit and a size, and its refusal sorted. No redirect is followed, and no request, header
 * or body ends up in an error or a trace.
 */
import type { Access, ConnectorError } from "@paymirror/core"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import { isSafe } from "./Address.ts"
import * as Body from "./body.ts"
import type { Call, Failure } from "./Dialect.ts"
import { unavailable, unexpected } from "./Failure.ts"
import type { Settings } from "./Options.ts"
import { Refusal } from "./Refusal.ts"
import { refused } from "./refused.ts"
import { transport } from "./transport.ts"

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
  /** Lower case, without parameters. */
  readonly contentType: string
  readonly text: string
  /** The body, where it is JSON. */
  readonly json: unknown
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** What a window holds can be asked for in smaller ones. */
const tooLarge = new Refusal("too_much", `the answer is larger than ${Body.largest / 1024 / 1024} MiB`)

/** The token or the consent must not leave the bank's hosts. */
const withoutRedirects = <A, E>(effect: Effect.Effect<A, E>): Effect.Effect<A, E> =>
  Effect.updateContext(effect, (context: Context.Context<never>) =>
    Context.add(context, FetchHttpClient.RequestInit, {
      ...Option.getOrUndefined(Context.getOption(context, FetchHttpClient.RequestInit)),
      redirect: "manual"
    })
  )

export interface Http {
  readonly settings: Settings
  /** Sends once. Any status is an answer, except those that stand for the connection itself. */
  readonly send: (request: HttpClientRequest.HttpClientRequest) => Effect.Effect<Answer, ConnectorError.ConnectorError>
  /**
   * Reads under a grant. `first: false` is a further page, which no bank counts. Fails with the meaning of a refusal;
   * what comes back is a success.
   */
  readonly read: (
    call: Call,
    resource: string,
    request: HttpClientRequest.HttpClientRequest,
    options?: { readonly first?: boolean }
  ) => Effect.Effect<Answer, Failure>
}

/** How a dialect writes down that the person is there. */
export type PresenceHeaders = (presence: Access.Presence) => Readonly<Record<string, string>>

export const make = (http: HttpClient.HttpClient, settings: Settings, presenceHeaders: PresenceHeaders): Http => {
  const allowed = new Set(settings.hosts)
  const once = Effect.fnUntraced(
    function* (request: HttpClientRequest.HttpClientRequest): Effect.fn.Return<Answer, Failure> {
      const address = URL.parse(request.url)
      if (address === null || !isSafe(address) || !allowed.has(address.host))
        return yield* unexpected("the bank names a host that is not its own")
      const response = yield* http.execute(request).pipe(Effect.mapError(transport))
      const { headers, status } = response
      const text = yield* Body.textOf(response).pipe(
        Effect.catch((error) => (status < 300 ? Effect.fail(transport(error)) : Effect.succeed("")))
      )
      if (text === undefined) return yield* Effect.fail(tooLarge)
      if (status === 0 || (status >= 300 && status < 400)) {
        return yield* unexpected("the bank redirects elsewhere, which is not followed")
      }
      const contentType = (headers["content-type"]?.split(";")[0] ?? "").trim().toLowerCase()
      return { status, headers, contentType, text, json: parse(text) }
    },
    (effect) =>
      Effect.timeoutOrElse(effect, {
        duration: settings.timeout,
        orElse: () => Effect.fail(unavailable("no answer within the time limit", true))
      }),
    withoutRedirects,
    // A trace would hold the consent's id, the person's address and, at some banks, their e-mail: all stand in headers or paths.
    Effect.provideService(HttpClient.TracerDisabledWhen, () => true)
  )
  const send: Http["send"] = (request) =>
    Effect.mapError(once(request), (failure) => (failure._tag === "Refusal" ? unexpected(failure.detail) : failure))
  const read: Http["read"] = (call, resource, request, { first = true } = {}) => {
    const { presence } = call.access
    const asked = presence === undefined ? request : HttpClientRequest.setHeaders(request, presenceHeaders(presence))
    return (first ? Effect.andThen(call.access.spend(resource), once(asked)) : once(asked)).pipe(
      Effect.flatMap((answer) =>
        answer.status < 300 ? Effect.succeed(answer) : Effect.flatMap(refused(call, answer), Effect.fail)
      ),
      // Nobody's patience is at stake unattended, and every repetition is one of the few reads of the day.
      Effect.retry({
        while: (failure: Failure) => failure._tag === "ConnectorError" && failure.reason._tag === "ProviderUnavailable",
        times: presence === undefined && first ? 1 : 3,
        schedule: Schedule.exponential(settings.backoff)
      })
    )
  }
  return { settings, send, read }
}
