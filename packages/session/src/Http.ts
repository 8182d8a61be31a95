/**
 * One call of the provider: sent once, to one origin, with a time limit, and read to its end. It sorts what every call
 * may meet (a bot check, a rate limit, a passing failure, a redirect elsewhere) and leaves the rest to who asked. It never
 * follows a redirect, never answers a bot check, and keeps no request, header or body in an error.
 */
import { ConnectorError, Instant } from "@paymirror/core"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpClient from "effect/http/HttpClient"
import type * as HttpClientError from "effect/http/HttpClientError"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import type { Fault } from "./Fault.ts"
import type { Settings } from "./Options.ts"

export interface Answer {
  readonly status: number
  /** The parsed body; none where it is empty or not JSON. */
  readonly body: Option.Option<unknown>
}

export type Send = (
  request: HttpClientRequest.HttpClientRequest
) => Effect.Effect<Answer, ConnectorError.ConnectorError>

/** What Node says when nothing was sent: no name, no route, no listener, no handshake. Anything else may have arrived. */
const neverSent =
  /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|UND_ERR_CONNECT_TIMEOUT|CERT_\w+|ERR_TLS_\w+|ERR_SSL_\w+|DEPTH_ZERO_\w+|SELF_SIGNED_\w+|UNABLE_TO_\w+)$/

const isNeverSent = (cause: unknown, depth = 0): boolean =>
  typeof cause === "object" &&
  cause !== null &&
  depth < 8 &&
  (("code" in cause && typeof cause.code === "string" && neverSent.test(cause.code)) ||
    ("syscall" in cause && (cause.syscall === "connect" || cause.syscall === "getaddrinfo")) ||
    ("cause" in cause && isNeverSent(cause.cause, depth + 1)))

const transport =
  (fault: Fault) =>
  (error: HttpClientError.HttpClientError): ConnectorError.ConnectorError => {
    const { reason } = error
    if (reason._tag === "InvalidUrlError" || reason._tag === "EncodeError")
      return fault.unavailable("the request could not be made", false)
    return isNeverSent(error)
      ? fault.unavailable("no connection to the provider", false)
      : fault.unavailable("the connection ended before the answer was complete", true)
  }

const day = 86_400_000

/**
 * When to come back. Seconds or an HTTP date; a minute where the header is missing or unreadable; never later than a
 * day from now, because a wait beyond that is far more likely a fault than a wish, and would park an account for good.
 */
const until = (retryAfter: string | undefined, now: number): Instant.Instant => {
  const text = retryAfter?.trim() ?? ""
  const at = /^\d+$/.test(text) ? now + Number(text) * 1000 : Date.parse(text)
  return Instant.fromEpochMillis(Number.isNaN(at) ? now + 60_000 : Math.min(Math.max(at, now), now + day))
}

const parse = (text: string): Option.Option<unknown> => {
  try {
    return Option.some(JSON.parse(text))
  } catch {
    return Option.none()
  }
}

/** Redirects are met, not followed: the token must not leave the manifest's host. */
const withoutRedirects = <A, E>(effect: Effect.Effect<A, E>): Effect.Effect<A, E> =>
  Effect.updateContext(effect, (context: Context.Context<never>) =>
    Context.add(context, FetchHttpClient.RequestInit, {
      ...Option.getOrUndefined(Context.getOption(context, FetchHttpClient.RequestInit)),
      redirect: "manual"
    })
  )

export const make = (http: HttpClient.HttpClient, settings: Settings, fault: Fault): Send => {
  const broken = transport(fault)
  return Effect.fnUntraced(
    function* (request) {
      const response = yield* http.execute(request).pipe(Effect.mapError(broken))
      const { headers, status } = response
      const isSuccess = status >= 200 && status < 300
      // Also where only the status counts: a body that is left unread keeps its connection.
      const text = yield* response.text.pipe(
        Effect.catch((error) => (isSuccess ? Effect.fail(broken(error)) : Effect.succeed("")))
      )
      if (headers["content-type"]?.toLowerCase().startsWith("text/html") === true) {
        return yield* fault.because(
          new ConnectorError.InteractionRequired({
            kind: "bot_check",
            detail: "the provider shows a page instead of an answer; open the app or its site and pass the check there"
          })
        )
      }
      if (status === 429) {
        const now = yield* Clock.currentTimeMillis
        return yield* fault.because(new ConnectorError.RateLimited({ until: until(headers["retry-after"], now) }))
      }
      if (status >= 500) return yield* fault.unavailable(`the provider answered ${status}`, false)
      if (status === 0 || (status >= 300 && status < 400)) {
        return yield* fault.unexpected("the provider redirects elsewhere, which is not followed")
      }
      return { status, body: parse(text) }
    },
    (effect) =>
      Effect.timeoutOrElse(effect, {
        duration: settings.timeout,
        orElse: () => Effect.fail(fault.unavailable("no answer within the time limit", true))
      }),
    withoutRedirects,
    // A span would hold addresses and headers.
    Effect.provideService(HttpClient.TracerDisabledWhen, () => true)
  )
}
