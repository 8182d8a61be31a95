/**
 * Does a creating call once. The effect and the answer that is remembered of it are one transaction: a process that dies
 * leaves both or neither, and the same call again completes it. A body that is streamed is no transaction (it would keep
 * everybody else waiting): there the call itself adds nothing the second time, and its answer is remembered after it. What
 * is remembered is sealed, and goes after a day or with the person its handler noted; a key stands there as a digest.
 */
import { CurrentCaller, Idempotency, Problem } from "@paymirror/api"
import { Instant } from "@paymirror/core"
import { Seal } from "@paymirror/sync"
import { createHash } from "node:crypto"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerRespondable from "effect/http/HttpServerRespondable"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import type * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as SqlClient from "effect/sql/SqlClient"
import { forgetAnswers } from "./forgetAnswers.ts"
import * as Reading from "./Reading.ts"

/** How long an answer is remembered, in milliseconds. */
const day = 86_400_000

interface Answer {
  readonly status: number
  readonly contentType: string
  readonly body: string
}

const digest = (...parts: ReadonlyArray<string>): string =>
  createHash("sha256").update(JSON.stringify(parts)).digest("base64url")

const inUse = HttpServerRespondable.toResponse(
  new Problem.KeyInUse({ detail: "Wait for the answer of the first, or send this one again in a second." })
).pipe(Effect.map(HttpServerResponse.setHeader("retry-after", "1")), Effect.orDie)

const isStreamed = (endpoint: HttpApiEndpoint.Top): boolean =>
  [...endpoint.payload.values()].some(({ encoding }) => encoding._tag === "Stream")

/** The request with a body that is digested while it is read. */
const digesting = (request: HttpServerRequest.HttpServerRequest) => {
  const hash = createHash("sha256")
  const body = Stream.tap(request.stream, (piece) => Effect.sync(() => void hash.update(piece)))
  const seen = Object.create(request, { stream: { value: body } }) as HttpServerRequest.HttpServerRequest
  return { request: seen, digest: () => hash.copy().digest("base64url") }
}

const answerOf = (response: HttpServerResponse.HttpServerResponse): Answer | undefined =>
  response.status >= 300 || response.body._tag !== "Uint8Array"
    ? undefined
    : {
        status: response.status,
        contentType: response.body.contentType,
        body: Buffer.from(response.body.body).toString()
      }

const replay = ({ body, contentType, status }: Answer) =>
  HttpServerResponse.text(body, { status, contentType, headers: { "idempotent-replayed": "true" } })

export const layer = Layer.effect(
  Idempotency,
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const seal = yield* Seal
    const running = new Set<string>()

    const place = (scope: string, key: string) => ({
      owner: "idempotency",
      table: "idempotency",
      column: "sealed_answer",
      row: JSON.stringify([scope, key])
    })

    const remembered = (scope: string, key: string) =>
      Effect.gen(function* () {
        const now = Instant.fromEpochMillis(yield* Clock.currentTimeMillis)
        const found = yield* sql<{ fingerprint: string; sealed_answer: string }>`
          SELECT fingerprint, sealed_answer FROM idempotency
          WHERE scope = ${scope} AND key = ${key} AND expires_at > ${now}`
        return found[0]
      })

    const remember = (scope: string, key: string, fingerprint: string, answer: Answer) =>
      Effect.gen(function* () {
        const now = yield* Clock.currentTimeMillis
        const sealed = yield* seal.seal(place(scope, key), Redacted.make(JSON.stringify(answer)))
        const [holderId = null] = (yield* Reading.Current)?.holderIds ?? []
        yield* Effect.provideService(forgetAnswers, SqlClient.SqlClient, sql)
        yield* sql`INSERT INTO idempotency (scope, key, fingerprint, sealed_answer, holder_id, expires_at)
          VALUES (${scope}, ${key}, ${fingerprint}, ${sealed}, ${holderId}, ${Instant.fromEpochMillis(now + day)})`
      })

    const opened = (scope: string, key: string, sealed: string) =>
      Effect.map(seal.open(place(scope, key), sealed), (text): Answer => JSON.parse(Redacted.value(text)) as Answer)

    return Idempotency.of((handler, { endpoint, group }) =>
      Effect.gen(function* () {
        const request = yield* HttpServerRequest.HttpServerRequest
        const given = request.headers["idempotency-key"]
        // Without a key, or with one that is none, the endpoint's own check refuses it.
        if (given === undefined || !/^[\x21-\x7e]{1,200}$/.test(given)) return yield* handler
        const { holderId = "", tenantId } = yield* CurrentCaller
        const scope = digest(tenantId, holderId, group.identifier, endpoint.identifier)
        const key = digest(given)
        const name = `${scope} ${key}`
        const streamed = isStreamed(endpoint)

        const fingerprintOf = (body: string) => seal.mark(digest(request.method, request.url, body))

        /** The answer to give where the call was made before. */
        const before = (fingerprint: Effect.Effect<string, unknown>) =>
          Effect.gen(function* () {
            const found = yield* remembered(scope, key)
            if (found === undefined) return undefined
            if ((yield* Effect.orDie(fingerprint)) !== found.fingerprint) {
              return yield* new Problem.KeyReused({ detail: "Use a new key for each call that is another one." })
            }
            return replay(yield* Effect.orDie(opened(scope, key, found.sealed_answer)))
          })

        const asTransaction = Effect.gen(function* () {
          const fingerprint = yield* fingerprintOf(digest(yield* Effect.orDie(request.text)))
          return yield* sql.withTransaction(
            Effect.gen(function* () {
              const answered = yield* before(Effect.succeed(fingerprint))
              if (answered !== undefined) return answered
              const response = yield* handler
              const answer = answerOf(response)
              if (answer !== undefined) yield* remember(scope, key, fingerprint, answer)
              return response
            })
          )
        })

        const asStream = Effect.gen(function* () {
          const read = digesting(request)
          const drained = Effect.flatMap(Effect.orDie(Stream.runDrain(read.request.stream)), () =>
            fingerprintOf(read.digest())
          )
          const answered = yield* before(drained)
          if (answered !== undefined) return answered
          const response = yield* Effect.provideService(handler, HttpServerRequest.HttpServerRequest, read.request)
          const answer = answerOf(response)
          if (answer !== undefined) yield* remember(scope, key, yield* fingerprintOf(read.digest()), answer)
          return response
        })

        if (running.has(name)) return yield* inUse
        running.add(name)
        return yield* (streamed ? asStream : asTransaction).pipe(
          Effect.catchTag(["SqlError", "SealError"], Effect.die),
          Effect.ensuring(Effect.sync(() => running.delete(name)))
        )
      })
    )
  })
)
