/**
 * What holds for every request, whatever it asks for: it bears a number, its body has a limit, its answer bears the
 * headers that keep a browser from guessing or keeping it, what is no success is a problem, and it is counted.
 */
import * as ByteSize from "effect/ByteSize"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { unhandled } from "effect/Types"
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as HttpIncomingMessage from "effect/http/HttpIncomingMessage"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import { Draining } from "../Draining.ts"
import { conditional } from "./conditional.ts"
import * as Figures from "./figures.ts"
import * as Problems from "./problems.ts"

/** The largest body that is read whole. */
const maxBody = ByteSize.mebibytes(1)

const always = {
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer"
} as const

/** The interface answers programs: a browser that shows an answer runs nothing in it and keeps none of it. */
const ofInterface = {
  ...always,
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'"
} as const

const refusal = Problems.answer(
  503,
  { "retry-after": "5", "connection": "close" },
  "The service is stopping. Try again in a moment."
)

export const everyRequest = HttpRouter.middleware(
  Effect.gen(function* () {
    const draining = yield* Draining
    const random = yield* SecureRandom.SecureRandom
    return (next: Effect.Effect<HttpServerResponse.HttpServerResponse, unhandled>) =>
      Effect.gen(function* () {
        const request = yield* HttpServerRequest.HttpServerRequest
        const started = yield* Clock.currentTimeMillis
        const requestId = yield* random.uuidV7()
        const path = request.url.split("?", 1)[0] ?? "/"
        const isInterface = path.startsWith("/v1")
        let route = "none"
        // The router leaves the route it found in the context of the fiber.
        const routed = Effect.ensuring(
          next,
          Effect.map(Effect.context<never>(), (context) => {
            const found = Context.getOption(
              context as Context.Context<HttpRouter.RouteContext>,
              HttpRouter.RouteContext
            )
            if (Option.isSome(found)) route = found.value.route.path
          })
        )
        const answer =
          isInterface && draining.hasBegun()
            ? Effect.succeed(refusal)
            : Problems.everywhere(routed, { method: request.method, path, requestId })
        const made = yield* draining.during(Effect.provideService(answer, HttpIncomingMessage.MaxBodySize, maxBody))
        const response =
          request.method === "GET" || request.method === "HEAD"
            ? conditional(made, request.headers["if-none-match"])
            : made
        const took = (yield* Clock.currentTimeMillis) - started
        yield* Figures.count(route, request.method, response.status, took)
        return HttpServerResponse.setHeaders(response, {
          ...(isInterface || path === "/metrics" ? ofInterface : always),
          "x-request-id": requestId
        })
      })
  }),
  { global: true }
)
