/** What was seen: one contract, held by every implementation, and not by one that looks before it writes. */
import { assert, describe, it } from "@effect/vitest"
import { memorySeen } from "@paymirror/webhooks"
import * as Webhooks from "@paymirror/webhooks/effect"
import { layer as sqlite } from "@paymirror/sync/sqlite"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as KeyValueStore from "effect/persistence/KeyValueStore"
import * as Persistence from "effect/persistence/Persistence"
import * as TestClock from "effect/testing/TestClock"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

type Seen = Webhooks.Seen.Seen

const minute = Duration.minutes(1)
const week = Duration.days(7)

/** What breaks the contract, or nothing. */
const contract = Effect.fnUntraced(function* (seen: Seen) {
  const turns = yield* Effect.forEach(Array.from({ length: 50 }), () => seen.first("a", minute), {
    concurrency: "unbounded"
  })
  if (turns.filter((turn) => turn === "first").length !== 1) return "of many that ask at once, one is first"
  if (turns.filter((turn) => turn === "held").length !== 49) return "while it is held, the others are told so"
  if ((yield* seen.first("b", minute)) !== "first") return "another id is another matter"
  yield* seen.release("a")
  if ((yield* seen.first("a", minute)) !== "first") return "what was given back can be taken again"
  yield* TestClock.adjust("59 seconds")
  if ((yield* seen.first("a", minute)) !== "held") return "a claim lasts"
  yield* TestClock.adjust("1 seconds")
  if ((yield* seen.first("a", minute)) !== "first") return "a claim ends"
  yield* seen.done("a", week)
  yield* TestClock.adjust("6 days")
  if ((yield* seen.first("a", minute)) !== "done") return "what is done stays done"
  yield* TestClock.adjust("1 days")
  if ((yield* seen.first("a", minute)) !== "first") return "and is forgotten in the end"
  return undefined
})

const persisted = (backing: Layer.Layer<Persistence.BackingPersistence>) =>
  Effect.flatMap(Layer.build(backing), (context) => Effect.provide(Webhooks.Seen.persisted(), context))

const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "paymirror-seen-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true }))
)

describe("what was seen", () => {
  const implementations = {
    "in memory": Webhooks.Seen.memory(),
    "in effect's persistence": persisted(Persistence.layerBackingMemory),
    "in a key-value store": persisted(Persistence.layerBackingKvs.pipe(Layer.provide(KeyValueStore.layerMemory))),
    "in a SQLite file": Effect.flatMap(folder, (path) =>
      persisted(
        Persistence.layerBackingSql.pipe(Layer.provide(sqlite({ filename: join(path, "seen.db") })), Layer.orDie)
      )
    )
  }
  for (const [name, make] of Object.entries(implementations)) {
    it.effect(`is held ${name}`, () =>
      Effect.gen(function* () {
        assert.isUndefined(yield* contract(yield* make))
      })
    )
  }

  it.effect("is not held by one that looks, and then writes", () =>
    Effect.gen(function* () {
      const ids = new Set<string>()
      const looks: Seen = {
        first: (id) =>
          Effect.gen(function* () {
            if (ids.has(id)) return "held"
            yield* Effect.yieldNow
            ids.add(id)
            return "first"
          }),
        done: () => Effect.void,
        release: (id) => Effect.sync(() => ids.delete(id))
      }
      assert.strictEqual(yield* contract(looks), "of many that ask at once, one is first")
    })
  )

  it.effect("outlives the process in a file", () =>
    Effect.gen(function* () {
      const filename = join(yield* folder, "seen.db")
      const open = persisted(Persistence.layerBackingSql.pipe(Layer.provide(sqlite({ filename })), Layer.orDie))
      yield* Effect.scoped(Effect.flatMap(open, (seen) => seen.done("a", week)))
      assert.strictEqual(yield* Effect.scoped(Effect.flatMap(open, (seen) => seen.first("a", minute))), "done")
    })
  )
})

describe("in the memory of one process, without Effect", () => {
  it("holds the same, and forgets the oldest when it is full", async () => {
    let time = 0
    const seen = memorySeen({ capacity: 2, now: () => time })
    assert.strictEqual(await seen.first("a", 60), "first")
    assert.strictEqual(await seen.first("a", 60), "held")
    await seen.done("a", 100)
    assert.strictEqual(await seen.first("a", 60), "done")
    time = 100
    assert.strictEqual(await seen.first("a", 60), "first")
    await seen.done("b", 100)
    await seen.done("c", 100)
    assert.strictEqual(await seen.first("c", 60), "done")
    assert.strictEqual(await seen.first("b", 60), "done")
    assert.strictEqual(await seen.first("a", 60), "first")
    assert.throws(() => memorySeen({ capacity: 0 }), TypeError)
  })
})
