/**
 * Effect's `PersistedQueue` as `enqueue`: at least once, over SQL, Redis or memory. It adds no second element of an id, also
 * after the first is finished, until `PersistedQueue.layerCleanup` removes it.
 */
import type * as Effect from "effect/Effect"
import type * as PersistedQueue from "effect/persistence/PersistedQueue"
import type * as Schema from "effect/Schema"
import type { Message } from "./Received.ts"

export const persistedQueue =
  <R>(queue: PersistedQueue.PersistedQueue<Message, R>) =>
  (message: Message): Effect.Effect<string, PersistedQueue.PersistedQueueError | Schema.SchemaError, R> =>
    queue.offer(message, { id: message.id })
