import * as Webhooks from "@paymirror/webhooks/effect"
import { Config, Effect, Layer } from "effect"
import { PersistedQueue } from "effect/persistence"

const queue = PersistedQueue.make({ name: "paymirror", schema: Webhooks.Message })

export const Hooks = Layer.unwrap(
  Effect.gen(function* () {
    const secrets = yield* Config.Redacted("PAYMIRROR_WEBHOOK_SECRET")
    return Webhooks.route("/webhooks", { secrets, enqueue: Webhooks.persistedQueue(yield* queue) })
  })
)

export const work = Effect.flatMap(queue, (queue) =>
  Effect.forever(queue.take(({ event, id }) => Effect.log(id, event.type)))
)
