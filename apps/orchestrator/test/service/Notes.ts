/**
 * A small interface whose creating calls have an effect that can be counted: each one is a row more. It stands on the
 * service's own authorization and idempotency, over a real port and a real file; one of its endpoints has forgotten both.
 */
import { Authorization, Idempotency, Problem } from "@paymirror/api"
import * as Sync from "@paymirror/sync"
import * as Sqlite from "@paymirror/sync/sqlite"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import { createServer } from "node:http"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpApi from "effect/http-api/HttpApi"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiMiddleware from "effect/http-api/HttpApiMiddleware"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as SqlClient from "effect/sql/SqlClient"
import * as Authorizing from "../../src/service/Authorization.ts"
import * as Idempotent from "../../src/service/Idempotency.ts"
import { Draining } from "../../src/service/Draining.ts"
import { everyRequest } from "../../src/service/middleware/everyRequest.ts"
import { migrate } from "../../src/service/migrations.ts"
import { RateLimit } from "../../src/service/RateLimit.ts"

const headers = { "idempotency-key": Schema.String.check(Schema.isPattern(/^[\x21-\x7e]{1,200}$/)) }
const payload = Schema.Struct({ text: Schema.String })
const success = Schema.Struct({ n: Schema.Int, text: Schema.String }).pipe(HttpApiSchema.status(201))

class NotesApi extends HttpApi.make("notes")
  .add(
    HttpApiGroup.make("notes")
      .add(
        HttpApiEndpoint.post("createNote", "/v1/notes", {
          headers,
          payload,
          success,
          error: Problem.Conflict
        }).middleware(Idempotency),
        HttpApiEndpoint.post("createFile", "/v1/files", {
          headers,
          payload: HttpApiSchema.StreamUint8Array({ contentType: "text/plain", maxBytes: 4 * 1024 * 1024 }),
          success
        }).middleware(Idempotency),
        HttpApiEndpoint.post("careless", "/v1/careless", { payload, success })
      )
      .middleware(Authorization)
  )
  .middleware(HttpApiMiddleware.ProblemDetails) {}

const write = (text: string) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const rows = yield* sql<{ n: number }>`INSERT INTO note (text) VALUES (${text}) RETURNING n`
    return { n: rows[0]?.n ?? 0, text }
  }).pipe(Effect.orDie)

const handlers = HttpApiBuilder.group(NotesApi, "notes", (on) =>
  on.handleAll({
    createNote: ({ payload: { text } }) =>
      Effect.gen(function* () {
        const written = yield* write(text)
        // It has an effect by now, which must not stay.
        if (text === "refused") return yield* new Problem.Conflict({ detail: "This one is refused." })
        if (text === "broken") return yield* Effect.die(new Error("a bug with somebody's data in it"))
        if (text === "slow") yield* Effect.sleep(200)
        return written
      }),
    createFile: ({ payload: body }) =>
      Effect.gen(function* () {
        const size = yield* Effect.orDie(
          Stream.runFold(
            body,
            () => 0,
            (sum, piece) => sum + piece.length
          )
        )
        return yield* write(`${size} bytes`)
      }),
    careless: ({ payload: { text } }) => Effect.andThen(Effect.sleep(20), write(text))
  })
)

const table = Effect.flatMap(
  SqlClient.SqlClient,
  (sql) => sql`CREATE TABLE IF NOT EXISTS note (n INTEGER PRIMARY KEY, text TEXT NOT NULL)`
)

export const layer = (filename: string, onStep: (statement: string) => void = () => {}) =>
  HttpRouter.serve(
    Layer.merge(
      HttpApiBuilder.layer(NotesApi).pipe(
        Layer.provide(handlers),
        Layer.provide([Authorizing.layer, Idempotent.layer, HttpApiMiddleware.layerProblemDetails()])
      ),
      everyRequest
    ),
    { disableListenLog: true, disableLogger: true }
  ).pipe(
    Layer.provideMerge(NodeHttpServer.layer(createServer, { port: 0, host: "127.0.0.1" })),
    Layer.provide([Draining.layer, RateLimit.layer(0)]),
    Layer.provideMerge(Layer.effectDiscard(Effect.andThen(migrate, table))),
    Layer.provideMerge(Sync.layer()),
    Layer.provideMerge(Sync.Seal.layer(Redacted.make(new Uint8Array(32).fill(3)))),
    Layer.provideMerge(Sqlite.layer({ filename, onStep })),
    Layer.provideMerge(SecureRandom.layerWebCrypto)
  )
