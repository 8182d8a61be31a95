/**
 * How often a key may ask. The headers say how much is left and when it is whole again (draft-ietf-httpapi-ratelimit-headers),
 * so that whoever keeps to them is never refused. Counted in this process: a restart begins anew.
 */
import { Problem } from "@paymirror/api"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as HttpServerRespondable from "effect/http/HttpServerRespondable"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as RateLimiter from "effect/persistence/RateLimiter"

export interface Verdict {
  readonly headers: Readonly<Record<string, string>>
  /** Where the key asked too often. */
  readonly refusal: HttpServerResponse.HttpServerResponse | undefined
}

export class RateLimit extends Context.Service<
  RateLimit,
  { readonly take: (keyId: string) => Effect.Effect<Verdict> }
>()("paymirror/service/RateLimit") {
  /** So many requests a minute for each key; any number where it is 0. */
  static readonly layer = (perMinute: number): Layer.Layer<RateLimit> =>
    Layer.effect(
      RateLimit,
      Effect.gen(function* () {
        if (perMinute === 0) return RateLimit.of({ take: () => Effect.succeed({ headers: {}, refusal: undefined }) })
        const limiter = yield* RateLimiter.RateLimiter
        return RateLimit.of({
          take: (key) =>
            limiter.consume({ key, limit: perMinute, window: "1 minute" }).pipe(
              Effect.map(({ remaining, resetAfter }): Verdict => {
                return { headers: headers(perMinute, remaining, seconds(resetAfter)), refusal: undefined }
              }),
              Effect.catchTag("RateLimiterError", ({ reason }) =>
                reason._tag === "RateLimitExceeded"
                  ? refused(perMinute, seconds(reason.retryAfter))
                  : Effect.die(reason)
              )
            )
        })
      })
    ).pipe(Layer.provide(RateLimiter.layer.pipe(Layer.provide(RateLimiter.layerStoreMemory))))
}

/** Never too early: a part of a second is a whole one. */
const seconds = (duration: Duration.Duration): number => Math.max(1, Math.ceil(Duration.toMillis(duration) / 1000))

const headers = (limit: number, remaining: number, reset: number) => ({
  "ratelimit-policy": `"key";q=${limit};w=60`,
  "ratelimit": `"key";r=${remaining};t=${reset}`
})

const refused = (limit: number, reset: number): Effect.Effect<Verdict> =>
  HttpServerRespondable.toResponse(
    new Problem.TooManyRequests({ detail: `Ask again in ${reset} s. The header RateLimit says what is left.` })
  ).pipe(
    Effect.map((response) => ({
      headers: headers(limit, 0, reset),
      refusal: HttpServerResponse.setHeader(response, "retry-after", String(reset))
    })),
    Effect.orDie
  )
