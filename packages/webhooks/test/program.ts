/**
 * A receiver as a process of its own, for a test that kills it: a route, a `PersistedQueue` in a SQLite file, and a worker that
 * writes down what it did. `node program.ts FILE [before|after|anonymous]` kills itself before or after a message is in the
 * queue, or forgets, as a planted bug, to tell the queue its id.
 */
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { layer as sqlite } from "@paymirror/sync/sqlite"
import * as Webhooks from "@paymirror/webhooks/effect"
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServer from "effect/http/HttpServer"
import * as Layer from "effect/Layer"
import * as PersistedQueue from "effect/persistence/PersistedQueue"
import * as Redacted from "effect/Redacted"
import * as SqlClient from "effect/sql/SqlClient"
import { createServer } from "node:http"
import { secret } from "./Sender.ts"

const [filename = "", mode] = process.argv.slice(2)

const kill = Effect.sync(() => process.kill(process.pid, "SIGKILL"))

const program = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`CREATE TABLE IF NOT EXISTS act (id TEXT NOT NULL)`
  const queue = yield* PersistedQueue.make({ name: "webhooks", schema: Webhooks.Message })
  const offer = Webhooks.persistedQueue(queue)
  const act = queue.take((message) => sql`INSERT INTO act (id) VALUES (${message.id})`)
  if (mode !== "before" && mode !== "after") yield* Effect.forkScoped(Effect.forever(act))
  const enqueue = (message: Webhooks.Message) =>
    Effect.gen(function* () {
      if (mode === "before") yield* kill
      yield* mode === "anonymous" ? queue.offer(message) : offer(message)
      if (mode === "after") yield* kill
    })
  yield* Layer.build(
    HttpRouter.serve(Webhooks.route("/webhooks", { secrets: Redacted.make(secret), enqueue }), {
      disableListenLog: true,
      disableLogger: true
    })
  )
  const { address } = yield* HttpServer.HttpServer
  yield* Effect.sync(() => process.stdout.write(`${HttpServer.formatAddress(address)}\n`))
  return yield* Effect.never
})

const queues = PersistedQueue.layer.pipe(
  Layer.provide(PersistedQueue.layerStoreSql({ pollInterval: "20 millis" })),
  Layer.provideMerge(sqlite({ filename }))
)

NodeRuntime.runMain(
  Effect.scoped(program).pipe(
    Effect.provide(Layer.merge(queues, NodeHttpServer.layer(createServer, { port: 0, host: "127.0.0.1" })))
  )
)
