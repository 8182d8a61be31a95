/**
 * The receiver as a function from a `Request` to a promise of a `Response`, which is what Hono, Next, Bun, Deno, and
 * through `toNode` Express, Fastify and `node:http` take. Secrets and times are plain here; nothing of Effect is to be seen.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpEffect from "effect/http/HttpEffect"
import * as Result from "effect/Result"
import * as Received from "./Received.ts"
import { receiveAt } from "./Receiver.ts"
import { redacted, type Secret, signers } from "./Secrets.ts"
import { Marks, type Seen as EffectSeen, type Turn } from "./Seen.ts"
import * as Signature from "./Signature.ts"
import type { WebhookError } from "./WebhookError.ts"

/** Which messages were handed over already. Times are in milliseconds. */
export interface Seen {
  /**
   * One atomic step: of many that ask at once, one is told `first` and holds the message for `lease`; the others are told
   * `held` meanwhile, and `done` once it is in the queue.
   */
  readonly first: (id: string, lease: number) => Promise<Turn>
  readonly done: (id: string, keep: number) => Promise<unknown>
  readonly release: (id: string) => Promise<unknown>
}

export interface HandlerOptions {
  readonly secrets: Secret
  /** Hands the message to a queue. The sender is answered 2xx once it resolves, and 503 where it rejects. */
  readonly enqueue: (message: Received.Message) => unknown
  /** An event of a newer sender. Without it, it is acknowledged and left. */
  readonly onUnknown?: (message: { readonly id: string; readonly event: Received.Unknown }) => unknown
  /** Needed only where the queue itself does not keep one job per id. */
  readonly seen?: Seen
  /** Told of everything that is not answered 2xx. Without it, what fails on this side is logged. */
  readonly onError?: (error: WebhookError) => unknown
  /** Seconds after which a sender that was answered 503 may come again. Default 30. */
  readonly retryAfter?: number
  /** Seconds `enqueue` is waited for. Default 10. */
  readonly timeout?: number
  /** Seconds `seen` keeps an id. Default 604 800, which is 7 days. */
  readonly keep?: number
  /** Milliseconds since 1970. Default `Date.now`. */
  readonly now?: () => number
}

const promised = (call: () => unknown): Effect.Effect<unknown, unknown> =>
  Effect.tryPromise({ try: async () => call(), catch: (cause) => cause })

const seenOf = ({ done, first, release }: Seen): EffectSeen => ({
  first: (id, lease) => Effect.tryPromise({ try: () => first(id, Duration.toMillis(lease)), catch: (cause) => cause }),
  done: (id, keep) => Effect.asVoid(promised(() => done(id, Duration.toMillis(keep)))),
  release: (id) => Effect.asVoid(promised(() => release(id)))
})

/** Throws `TypeError` at once where a secret is none. */
export const handler = (options: HandlerOptions): ((request: Request) => Promise<Response>) => {
  const { enqueue, keep, now = Date.now, onError, onUnknown, retryAfter, seen, secrets, timeout } = options
  const received = receiveAt(
    {
      secrets: redacted(secrets),
      enqueue: (message) => promised(() => enqueue(message)),
      ...(onUnknown !== undefined && { onUnknown: (message) => promised(() => onUnknown(message)) }),
      ...(seen !== undefined && { seen: seenOf(seen) }),
      ...(onError !== undefined && {
        onError: (error) =>
          Effect.ignoreCause(
            promised(() => onError(error)),
            { log: "Error" }
          )
      }),
      ...(retryAfter !== undefined && { retryAfter: Duration.seconds(retryAfter) }),
      ...(timeout !== undefined && { timeout: Duration.seconds(timeout) }),
      ...(keep !== undefined && { keep: Duration.seconds(keep) })
    },
    Effect.sync(now)
  )
  const answer = HttpEffect.toWebHandler(received)
  return (request) => answer(request)
}

/** Whether the message is the sender's, unchanged and new. Throws `WebhookError`, and `TypeError` where a secret is none. */
export const verify = (
  delivery: Signature.Delivery,
  options: { readonly secrets: Secret; readonly now?: () => number }
): Signature.Verified =>
  Result.getOrThrow(Signature.verify(delivery, signers(redacted(options.secrets)), (options.now ?? Date.now)()))

/** The body of a verified message. Throws `WebhookError`. */
export const decode = (body: string): Received.Received => Result.getOrThrow(Received.decode(body))

/** The messages of one process, gone with it; beyond `capacity` (default 100 000) the oldest is forgotten. */
export const memorySeen = (options: { readonly capacity?: number; readonly now?: () => number } = {}): Seen => {
  const marks = new Marks(options.capacity)
  const now = options.now ?? Date.now
  return {
    first: async (id, lease) => marks.first(id, now() + lease, now()),
    done: async (id, keep) => marks.done(id, now() + keep),
    release: async (id) => marks.release(id)
  }
}
