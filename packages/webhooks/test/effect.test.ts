/** With Effect: a route of a router on a real server, with its secret, its queue and its clock as services. */
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import { assert, describe, it } from "@effect/vitest"
import * as Webhooks from "@paymirror/webhooks/effect"
import { sign } from "@paymirror/webhooks/testing"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpRouter from "effect/http/HttpRouter"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as PersistedQueue from "effect/persistence/PersistedQueue"
import * as Redacted from "effect/Redacted"
import * as Ref from "effect/Ref"
import * as Schedule from "effect/Schedule"
import { inspect } from "node:util"
import { Hooks, work } from "./example.ts"
import { due, newer, secret } from "./Sender.ts"

class Inbox extends Context.Service<Inbox, Ref.Ref<ReadonlyArray<Webhooks.Message>>>()("test/Inbox") {}

const deliver = Effect.fnUntraced(function* (request: Request) {
  const body = yield* Effect.promise(() => request.text())
  const headers = Object.fromEntries(request.headers)
  return yield* HttpClient.execute(
    HttpClientRequest.post("/webhooks").pipe(
      HttpClientRequest.setHeaders(headers),
      HttpClientRequest.bodyText(body, "application/json")
    )
  )
})

const serve = <R>(options: Omit<Webhooks.Options<R>, "secrets">) =>
  HttpRouter.serve(
    Webhooks.route("/webhooks", {
      secrets: [Redacted.make(secret), Redacted.make(newer)],
      onError: () => Effect.void,
      ...options
    }),
    { disableListenLog: true, disableLogger: true }
  )

describe("a route", () => {
  it.live("takes a message, with services of the program's own", () =>
    Effect.gen(function* () {
      yield* Layer.build(
        serve({
          enqueue: (message) =>
            Effect.flatMap(
              Inbox,
              Ref.update((all) => [...all, message])
            )
        })
      )
      assert.strictEqual((yield* deliver(sign(due, { secrets: newer }))).status, 202)
      assert.deepStrictEqual(yield* Ref.get(yield* Inbox), [{ id: "msg_test", event: due }])
      assert.strictEqual((yield* HttpClient.get("/webhooks")).status, 405)
      const large = yield* deliver(sign("x".repeat(30_000), { secrets: secret }))
      assert.strictEqual(large.status, 413)
    }).pipe(
      Effect.provide(
        Layer.merge(NodeHttpServer.layerTest, Layer.effect(Inbox, Ref.make<ReadonlyArray<Webhooks.Message>>([])))
      ),
      Effect.scoped
    )
  )

  it.live("over PersistedQueue, a worker gets each message once, however often it was delivered", () =>
    Effect.gen(function* () {
      const queue = yield* PersistedQueue.make({ name: "webhooks", schema: Webhooks.Message })
      yield* Layer.build(serve({ enqueue: Webhooks.persistedQueue(queue) }))
      for (const id of ["msg_1", "msg_2", "msg_1", "msg_1", "msg_2"]) {
        assert.strictEqual((yield* deliver(sign(due, { secrets: secret, id }))).status, 202)
      }
      const taken = yield* Effect.forEach([1, 2], () =>
        queue.take((message, { id }) => Effect.succeed({ message, id }))
      )
      assert.deepStrictEqual(taken, [
        { id: "msg_1", message: { id: "msg_1", event: due } },
        { id: "msg_2", message: { id: "msg_2", event: due } }
      ])
      assert.strictEqual((yield* deliver(sign(due, { secrets: secret, id: "msg_1" }))).status, 202)
      const third = yield* Effect.timeoutOption(queue.take(Effect.succeed), "100 millis")
      assert.strictEqual(third._tag, "None")
    }).pipe(
      Effect.provide(
        Layer.merge(NodeHttpServer.layerTest, PersistedQueue.layer.pipe(Layer.provide(PersistedQueue.layerStoreMemory)))
      ),
      Effect.scoped
    )
  )

  it.live("of the README is served, and its worker gets what comes", () =>
    Effect.gen(function* () {
      yield* Layer.build(HttpRouter.serve(Hooks, { disableListenLog: true, disableLogger: true }))
      const logged = yield* Ref.make<ReadonlyArray<unknown>>([])
      const logger = Logger.make(({ message }) => Effect.runSync(Ref.update(logged, (all) => [...all, message])))
      yield* Effect.forkScoped(Effect.provide(work, Logger.layer([logger])))
      for (const id of ["msg_1", "msg_1"]) {
        assert.strictEqual((yield* deliver(sign(due, { secrets: secret, id }))).status, 202)
      }
      yield* Effect.repeat(Ref.get(logged), { until: (all) => all.length > 0, schedule: Schedule.spaced("10 millis") })
      assert.deepStrictEqual(yield* Ref.get(logged), [["msg_1", "installment.due"]])
    }).pipe(
      Effect.provide(
        Layer.mergeAll(
          NodeHttpServer.layerTest,
          PersistedQueue.layer.pipe(Layer.provide(PersistedQueue.layerStoreMemory)),
          ConfigProvider.layer(ConfigProvider.fromUnknown({ PAYMIRROR_WEBHOOK_SECRET: secret }))
        )
      ),
      Effect.scoped
    )
  )

  it.live("what fails, dies or hangs behind it is 503", () =>
    Effect.gen(function* () {
      const ways: ReadonlyArray<Effect.Effect<never, string>> = [
        Effect.fail("full"),
        Effect.die(new Error("full")),
        Effect.interrupt,
        Effect.never
      ]
      for (const way of ways) {
        const reasons: Array<string> = []
        const seen = yield* Webhooks.Seen.memory()
        const status = yield* Effect.scoped(
          Effect.gen(function* () {
            const onError = ({ reason }: Webhooks.WebhookError) => Effect.sync(() => void reasons.push(reason))
            yield* Layer.build(serve({ enqueue: () => way, seen, timeout: "50 millis", onError }))
            const response = yield* deliver(sign(due, { secrets: secret }))
            assert.strictEqual(response.headers["retry-after"], "30")
            return response.status
          }).pipe(Effect.provide(NodeHttpServer.layerTest))
        )
        assert.strictEqual(status, 503)
        assert.deepStrictEqual(reasons, ["NotEnqueued"])
      }
    })
  )

  it("shows no secret when it is looked at", () => {
    const receive = Webhooks.receive({ secrets: Redacted.make(secret), enqueue: () => Effect.void })
    assert.notInclude(inspect(receive, { depth: 9 }), secret.slice(6, 20))
  })
})
