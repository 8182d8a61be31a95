/**
 * `growth <port> <page size> <rows> <database>`: how long a page takes early, halfway and late in one walk (the median
 * of the transactions in a twentieth of it), and how long a poll takes that finds nothing, at the end.
 */
import * as Effect from "effect/Effect"
import * as Measure from "../Measure.ts"
import { linked, mirror, ran } from "../Mirror.ts"
import { answer, connectorAt } from "../Socket.ts"

const [port = "", size = "", count = "", filename = ""] = process.argv.slice(3)
const rows = Number(count)
const polls = 51

const median = (values: ReadonlyArray<number>): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0

const program = Effect.gen(function* () {
  const read = yield* linked(answer, ["purchases", "plans"])
  const watch = Measure.start(rows)
  const pages: Array<{ readonly gone: number; readonly millis: number }> = []
  let before = { gone: 0, at: performance.now() }
  const { transactions } = yield* read("purchases", {
    onCommit: (rowsGone) => {
      const [gone, at] = [rowsGone / 2, performance.now()]
      if (gone === before.gone) return
      pages.push({ gone: before.gone, millis: ((at - before.at) / (gone - before.gone)) * Number(size) })
      before = { gone, at }
    }
  })
  const from = (share: number): number =>
    median(pages.filter(({ gone }) => gone >= rows * share && gone < rows * (share + 0.05)).map(({ millis }) => millis))
  const empty: Array<number> = []
  for (let turn = 0; turn < polls; turn++) {
    const begun = performance.now()
    yield* read("purchases")
    empty.push(performance.now() - begun)
  }
  const more = { early: from(0.05), middle: from(0.5), late: from(0.95), poll: median(empty) }
  watch.stop({ rows, transactions, statements: yield* ran, more })
})

await Effect.runPromise(Effect.provide(program, mirror(filename, connectorAt(port, size))))
