/**
 * The case: `compare <port> <page size> <rows> <database>`. What is already stored is said again from memory: the engine
 * compares it, and neither a socket nor a decoder is in the way.
 */
import { Connector, type ReadEvent } from "@paymirror/core"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import * as Measure from "../Measure.ts"
import { linked, mirror, ran } from "../Mirror.ts"
import { answer, connectorAt } from "../Socket.ts"

const [port = "", size = "", count = "", filename = ""] = process.argv.slice(3)
const rows = Number(count)

const heard: Array<ReadonlyArray<ReadEvent.ReadEvent>> = []
let replaying = false

/** The real connector once, and then what it said. */
const replay = Layer.effect(
  Connector.Connector,
  Effect.map(Connector.Connector, (connector) => ({
    ...connector,
    read: (...input: Parameters<typeof connector.read>) =>
      replaying
        ? Stream.flatMap(Stream.fromIterable(heard), Stream.fromArray)
        : connector.read(...input).pipe(
            Stream.chunks,
            Stream.tap((events) => Effect.sync(() => heard.push(events))),
            Stream.flatMap(Stream.fromArray)
          )
  }))
)

const program = Effect.gen(function* () {
  const read = yield* linked(answer, ["purchases", "plans"])
  yield* read("purchases", { fromTheBeginning: true })
  replaying = true
  const watch = Measure.start(rows)
  const { added, transactions, unchanged, updated } = yield* read("purchases", { fromTheBeginning: true })
  watch.stop({ rows, transactions, statements: yield* ran, more: { added, updated, unchanged } })
})

await Effect.runPromise(Effect.provide(program, mirror(filename, Layer.provide(replay, connectorAt(port, size)))))
