/**
 * Every answer that is no success is a problem (RFC 9457): also what the router, the body reader or a bug comes up with.
 * What a bug says stays here: the log gets its kind and where it happened, the caller gets the number of the request.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as HttpServerError from "effect/http/HttpServerError"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as ProblemDetails from "effect/http/ProblemDetails"
import { methodsAt } from "../Addresses.ts"

interface Kind {
  readonly type: string
  readonly title: string
  readonly detail: string
}

const kind = (name: string, title: string, detail: string): Kind => ({
  type: `urn:paymirror:problem:${name}`,
  title,
  detail
})

const kinds: Readonly<Record<number, Kind>> = {
  400: kind("bad-request", "The request cannot be read", "See /docs for what this endpoint takes."),
  404: kind("not-found", "There is no such thing, or it is not yours", "See /docs for the addresses there are."),
  405: kind("method", "This address does not take this method", "The header Allow names the methods it takes."),
  408: kind("timeout", "The request took too long to arrive", "Send it again, faster or in smaller pieces."),
  413: kind("too-large", "The request is too large", "A body of JSON has 1 MiB at most, a file 64 MiB."),
  415: kind("media-type", "This endpoint does not read such a body", "See /docs for the Content-Type it takes."),
  431: kind("headers-too-large", "The headers are too large", "Send less than 16 KiB of them."),
  500: kind("internal", "Something went wrong here", "Nothing more is known outside; the log has it."),
  503: kind("unavailable", "It cannot be done now", "Try again later.")
}

/** A problem as an answer. */
export const answer = (status: number, headers: Readonly<Record<string, string>> = {}, detail?: string) => {
  const { detail: usual, title, type } = kinds[status] ?? kind(`status-${status}`, "It was not done", "See /docs.")
  return HttpServerResponse.jsonUnsafe(
    { type, title, status, detail: detail ?? usual },
    { status, contentType: ProblemDetails.contentType, headers }
  )
}

/** What a problem says, where there is no answer to put it in. */
export const textOf = (status: number): string => {
  const { detail, title, type } = kinds[status] ?? kind(`status-${status}`, "It was not done", "See /docs.")
  return JSON.stringify({ type, title, status, detail })
}

/** Where a bug is, without what it says: a message may hold somebody's data, a place in the code does not. */
const placeOf = (cause: Cause.Cause<unknown>): string => {
  const error = Cause.squash(cause)
  if (!(error instanceof Error)) return typeof error
  const frames = (error.stack ?? "").split("\n").filter((line) => line.startsWith("    at "))
  return [error.name, ...frames.slice(0, 8)].join("\n")
}

/** A page is for a person, and says itself what is wrong. */
const isWhole = ({ headers, status }: HttpServerResponse.HttpServerResponse): boolean =>
  status < 400 ||
  [ProblemDetails.contentType, "text/html"].some((type) => headers["content-type"]?.startsWith(type) === true)

/** Turns whatever became of a request into an answer. `requestId` is what the log calls it. */
export const everywhere = <E, R>(
  result: Effect.Effect<HttpServerResponse.HttpServerResponse, E, R>,
  { method, path, requestId }: { readonly method: string; readonly path: string; readonly requestId: string }
) =>
  result.pipe(
    Effect.catchCause((cause) => {
      // Somebody hung up, or the service ends: there is nobody to answer.
      if (Cause.hasInterruptsOnly(cause)) return Effect.failCause(cause)
      return Effect.flatMap(HttpServerError.causeResponse(cause), ([response]) =>
        response.status < 500
          ? Effect.succeed(response)
          : Effect.as(Effect.logError(`request ${requestId} failed: ${placeOf(cause)}`), response)
      )
    }),
    Effect.tap((response) =>
      // The handler came to its end, and what it gave is not what the interface promises.
      response.status === 500 && response.body._tag !== "Empty"
        ? Effect.logError(`request ${requestId} failed: its answer does not fit the interface`)
        : Effect.void
    ),
    Effect.map((response) => {
      if (isWhole(response)) return response
      const others = response.status === 404 ? methodsAt(path).filter((one) => one !== method) : []
      return others.length > 0
        ? answer(405, { allow: others.join(", ") })
        : answer(
            response.status,
            response.headers["retry-after"] === undefined ? {} : { "retry-after": response.headers["retry-after"] }
          )
    })
  )
