/**
 * `growth <port> <page size> <rows> <database>`: how long a page takes early, halfway and late in one walk, and how long
 * a poll takes that finds nothing, at the end.
 */
import * as Effect from "effect/Effect"
import * as Measure from "../Measure.ts"
import { linked, mirror, ran } from "../Mirror.ts"
import * as Pace from "../Pace.ts"
import { answer, connectorAt } from "../Socket.ts"

const [port = "", size = "", count = "", filename = ""] = process.argv.slice(3)
const rows = Number(count)
const polls = 51

const program = Effect.gen(function* () {
  const read = yield* linked(answer, ["purchases", "plans"])
  const watch = Measure.start(rows)
  const pace = Pace.start(rows, Number(size))
  const { transactions } = yield* read("purchases", { onCommit: (gone) => pace.at(gone / 2) })
  const empty: Array<number> = []
  for (let turn = 0; turn < polls; turn++) {
    const begun = performance.now()
    yield* read("purchases")
    empty.push(performance.now() - begun)
  }
  watch.stop({ rows, transactions, statements: yield* ran, more: { ...pace.read(), poll: Pace.median(empty) } })
})

await Effect.runPromise(Effect.provide(program, mirror(filename, connectorAt(port, size))))
