/**
 * One delivery, from the request to the answer: read, verify, decode, see whether it was handed over already, hand over.
 * The answer is 2xx only after `enqueue` has succeeded; whatever fails on this side is 503 with `Retry-After`, so that the
 * sender comes again. It does no work of its own on an event: that is for the worker behind the queue.
 */
import * as ByteSize from "effect/ByteSize"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as HttpIncomingMessage from "effect/http/HttpIncomingMessage"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as ProblemDetails from "effect/http/ProblemDetails"
import * as Option from "effect/Option"
import type * as Redacted from "effect/Redacted"
import * as Received from "./Received.ts"
import * as Secrets from "./Secrets.ts"
import type { Seen } from "./Seen.ts"
import * as Signature from "./Signature.ts"
import { WebhookError } from "./WebhookError.ts"

export interface Options<R = never> {
  /** Of this endpoint; two while one is rotated. Each may hold several, with spaces between. */
  readonly secrets: Redacted.Redacted<string> | ReadonlyArray<Redacted.Redacted<string>>
  /** Hands the message to a queue. What it fails with is answered with 503 and told to `onError`. */
  readonly enqueue: (message: Received.Message) => Effect.Effect<unknown, unknown, R>
  /** An event of a newer sender. Without it, it is acknowledged and left. */
  readonly onUnknown?: (message: {
    readonly id: string
    readonly event: Received.Unknown
  }) => Effect.Effect<unknown, unknown, R>
  /** Needed only where the queue itself does not keep one job per id. */
  readonly seen?: Seen
  /** Told of everything that is not answered 2xx. Without it, a 503 is logged as an error and a refusal for debugging. */
  readonly onError?: (error: WebhookError) => Effect.Effect<void, never, R>
  /** When a sender that was answered 503 may come again. Default 30 seconds. */
  readonly retryAfter?: Duration.Input
  /** How long `enqueue` is waited for; it is not ended, only no longer waited for. Default 10 seconds. */
  readonly timeout?: Duration.Input
  /** How long `seen` keeps an id. Default 7 days, twice as long as the sender goes on trying. */
  readonly keep?: Duration.Input
}

/** The most a body may have, in bytes. */
const maxBodySize = 20 * 1024

/** How long a message is held for one request: longer than a sender waits for an answer. */
const lease = Duration.minutes(1)

const titles: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  405: "Method Not Allowed",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  500: "Internal Server Error",
  503: "Service Unavailable"
}

/** RFC 9457, with the reason as a member of its own. */
export const problem = ({ message, reason, status }: WebhookError): ProblemDetails.ProblemDetails => ({
  type: ProblemDetails.blankType,
  title: titles[status] ?? "Error",
  status,
  detail: message,
  reason
})

const body = (request: HttpServerRequest.HttpServerRequest): Effect.Effect<Uint8Array, WebhookError> => {
  if (request.source instanceof Request && request.source.bodyUsed) {
    return Effect.fail(
      new WebhookError("BodyAlreadyRead", "The body was read before: let nothing read or parse it before this handler.")
    )
  }
  return request.arrayBuffer.pipe(
    Effect.provideService(HttpIncomingMessage.MaxBodySize, ByteSize.bytes(maxBodySize)),
    Effect.map((buffer) => new Uint8Array(buffer)),
    Effect.mapError(({ reason }) =>
      reason._tag === "RequestParseError" && reason.reason === "BodyTooLarge"
        ? new WebhookError("BodyTooLarge", `The body has more than ${maxBodySize} bytes.`)
        : new WebhookError("BodyIncomplete", "The body ended before its time.")
    )
  )
}

const verified = Effect.fnUntraced(function* (
  request: HttpServerRequest.HttpServerRequest,
  signers: ReadonlyArray<Secrets.Signer>,
  now: Effect.Effect<number>
) {
  if (request.method !== "POST") return yield* Effect.fail(new WebhookError("MethodNotAllowed", "A webhook is a POST."))
  if (!/^application\/json\s*(?:;|$)/i.test(request.headers["content-type"] ?? "")) {
    return yield* Effect.fail(
      new WebhookError("UnsupportedMediaType", "The content type of a webhook is application/json.")
    )
  }
  const claim = yield* Effect.fromResult(Signature.claim(request, yield* now))
  return yield* Effect.fromResult(Signature.vouch(claim, yield* body(request), signers))
})

/** The handler. Throws `TypeError` at once where a secret is none; the effect itself never fails. */
export const receive = <R = never>(options: Options<R>) => receiveAt(options, Clock.currentTimeMillis)

/** The same under a clock of the caller's, in milliseconds. */
export const receiveAt = <R = never>(
  options: Options<R>,
  now: Effect.Effect<number>
): Effect.Effect<HttpServerResponse.HttpServerResponse, never, HttpServerRequest.HttpServerRequest | R> => {
  const signers = Secrets.signers(options.secrets)
  const { enqueue, onUnknown, seen } = options
  const timeout = Duration.fromInputUnsafe(options.timeout ?? "10 seconds")
  const keep = Duration.fromInputUnsafe(options.keep ?? "7 days")
  const retryAfter = String(Math.ceil(Duration.toSeconds(options.retryAfter ?? "30 seconds")))

  const hand = (id: string, received: Received.Received): Effect.Effect<unknown, unknown, R> =>
    Effect.suspend(() => {
      if (received._tag === "Known") return enqueue({ id, event: received.event })
      return onUnknown === undefined ? Effect.void : onUnknown({ id, event: received })
    })

  const notEnqueued = (id: string, message: string, cause?: unknown) =>
    new WebhookError("NotEnqueued", message, { id, ...(cause !== undefined && { cause }) })

  const take = (id: string, received: Received.Received): Effect.Effect<200 | 202, WebhookError, R> => {
    const failed = (cause: unknown) => notEnqueued(id, "The message could not be handed over.", cause)
    const status = received._tag === "Known" ? 202 : 200
    const handed = hand(id, received).pipe(Effect.as<200 | 202>(status), Effect.sandbox, Effect.mapError(failed))
    if (seen === undefined) return handed
    return seen.first(id, lease).pipe(
      Effect.sandbox,
      Effect.mapError((cause) => notEnqueued(id, "The record of what was seen failed.", cause)),
      Effect.flatMap((turn): Effect.Effect<200 | 202, WebhookError, R> => {
        if (turn === "done") return Effect.succeed(200)
        if (turn === "held") {
          return Effect.fail(new WebhookError("InProgress", "Another request is taking this message.", { id }))
        }
        return handed.pipe(
          // What is in the queue is in the queue: a mark that fails is no reason to have it sent again.
          Effect.tap(() => Effect.ignoreCause(seen.done(id, keep), { log: "Error" })),
          Effect.tapError(() => Effect.ignoreCause(seen.release(id), { log: "Error" }))
        )
      })
    )
  }

  // In a fiber of its own: a sender that hangs up, or a queue that hangs, must not leave a message half handed over.
  const patiently = (id: string, received: Received.Received): Effect.Effect<200 | 202, WebhookError, R> =>
    Effect.flatMap(Effect.forkDetach(take(id, received), { startImmediately: true }), (fiber) =>
      Effect.flatMap(
        Effect.timeoutOption(Fiber.join(fiber), timeout),
        Option.match({
          onNone: () => Effect.fail(notEnqueued(id, "The queue did not answer in time.")),
          onSome: (status) => Effect.succeed(status)
        })
      )
    )

  const told =
    options.onError ??
    ((error: WebhookError) =>
      error.status >= 500
        ? Effect.logError(
            `webhook ${error.id ?? ""}: ${error.message}`,
            ...(error.cause === undefined ? [] : [error.cause])
          )
        : Effect.logDebug(`webhook refused: ${error.message}`))

  return Effect.gen(function* () {
    const { id, body } = yield* verified(yield* HttpServerRequest.HttpServerRequest, signers, now)
    const received = yield* Effect.mapError(
      Effect.fromResult(Received.decode(body)),
      ({ message, reason }) => new WebhookError(reason, message, { id })
    )
    return HttpServerResponse.empty({ status: yield* patiently(id, received) })
  }).pipe(
    Effect.catch((error) =>
      Effect.as(
        told(error),
        ProblemDetails.toResponse(problem(error)).pipe(
          HttpServerResponse.setHeaders({
            ...(error.status === 503 && { "retry-after": retryAfter }),
            ...(error.status === 405 && { allow: "POST" })
          })
        )
      )
    )
  )
}

/** The handler as a route of an `HttpRouter`. Every method goes to it, so that another than POST is told so. */
export const route = <R = never>(path: HttpRouter.PathInput, options: Options<R>) =>
  HttpRouter.add("*", path, receive(options))
