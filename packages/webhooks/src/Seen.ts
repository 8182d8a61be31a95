/**
 * Which messages were handed over already. A message is taken in three steps, because it must be neither lost nor handed
 * over twice: `first` claims it for one request, `done` marks it once it is in the queue, `release` gives it back where it
 * is not. A claim ends by itself, so that what a killed process held comes again. A queue that keeps one job per id (BullMQ,
 * PersistedQueue, a unique column) needs none of this.
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as BackingPersistence from "effect/persistence/Persistence"
import type * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"

/** `first`: this request has it now. `held`: another has, and its end is open. `done`: it is in the queue. */
export type Turn = "first" | "held" | "done"

/** Any failure is answered with 503. */
export interface Seen {
  /** One atomic step: of many that ask at once, one is told `first`. Its claim ends after `lease`. */
  readonly first: (id: string, lease: Duration.Duration) => Effect.Effect<Turn, unknown>
  /** Kept for `keep`: longer than the sender goes on trying, or it is handed over again. */
  readonly done: (id: string, keep: Duration.Duration) => Effect.Effect<void, unknown>
  readonly release: (id: string) => Effect.Effect<void, unknown>
}

interface Mark {
  readonly turn: "held" | "done"
  /** Milliseconds since 1970. */
  readonly until: number
}

/** The marks of one process, the oldest of them forgotten beyond `capacity`. Synchronous, and so atomic. */
export class Marks {
  private readonly byId = new Map<string, Mark>()
  private readonly capacity: number
  constructor(capacity = 100_000) {
    if (!Number.isSafeInteger(capacity) || capacity < 1) throw new TypeError("The capacity is a whole number above 0.")
    this.capacity = capacity
  }

  first(id: string, until: number, now: number): Turn {
    const mark = this.byId.get(id)
    if (mark !== undefined && mark.until > now) return mark.turn
    this.put(id, { turn: "held", until })
    return "first"
  }

  done(id: string, until: number): void {
    this.put(id, { turn: "done", until })
  }

  release(id: string): void {
    this.byId.delete(id)
  }

  private put(id: string, mark: Mark): void {
    this.byId.delete(id)
    this.byId.set(id, mark)
    const [oldest] = this.byId.keys()
    if (this.byId.size > this.capacity && oldest !== undefined) this.byId.delete(oldest)
  }
}

/** Of one process, and gone with it. */
export const memory = (options: { readonly capacity?: number } = {}): Effect.Effect<Seen> =>
  Effect.sync(() => {
    const marks = new Marks(options.capacity)
    return {
      first: (id, lease) =>
        Effect.map(Clock.currentTimeMillis, (now) => marks.first(id, now + Duration.toMillis(lease), now)),
      done: (id, keep) => Effect.map(Clock.currentTimeMillis, (now) => marks.done(id, now + Duration.toMillis(keep))),
      release: (id) => Effect.sync(() => marks.release(id))
    }
  })

/**
 * Over whatever keeps effect's persistence: SQL, Redis, any key-value store. It survives a restart. Atomic in one process;
 * two processes that are sent the same message in the same moment may both be told `first`.
 */
export const persisted = (
  storeId = "paymirror_webhooks"
): Effect.Effect<Seen, never, BackingPersistence.BackingPersistence | Scope.Scope> =>
  Effect.gen(function* () {
    const store = yield* (yield* BackingPersistence.BackingPersistence).make(storeId)
    const oneAtATime = Semaphore.makeUnsafe(1)
    return {
      first: (id, lease) =>
        Semaphore.withPermit(
          oneAtATime,
          Effect.flatMap(store.get(id), (mark): Effect.Effect<Turn, BackingPersistence.PersistenceError> =>
            mark === undefined
              ? Effect.as(store.set(id, { turn: "held" }, lease), "first")
              : Effect.succeed("turn" in mark && mark.turn === "done" ? "done" : "held")
          )
        ),
      done: (id, keep) => store.set(id, { turn: "done" }, keep),
      release: (id) => store.remove(id)
    } satisfies Seen
  })
