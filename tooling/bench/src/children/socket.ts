/**
 * The case: `socket <port> <page size> <rows> <database> [again]`. The connector reads the feed over HTTP into the
 * engine's database; with `again` it reads a feed that is already there, from the beginning.
 */
import * as Effect from "effect/Effect"
import * as Measure from "../Measure.ts"
import { linked, mirror, ran } from "../Mirror.ts"
import { answer, connectorAt } from "../Socket.ts"

const [port = "", size = "", count = "", filename = "", again] = process.argv.slice(3)
const rows = Number(count)

const program = Effect.gen(function* () {
  const read = yield* linked(answer, ["purchases", "plans"])
  const watch = Measure.start(rows)
  const { added, transactions, unchanged, updated } = yield* read("purchases", {
    fromTheBeginning: again !== undefined,
    onCommit: (gone) => watch.at(gone / 2)
  })
  watch.stop({ rows, transactions, statements: yield* ran, more: { added, updated, unchanged } })
})

await Effect.runPromise(Effect.provide(program, mirror(filename, connectorAt(port, size))))
