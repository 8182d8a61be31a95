/** The case: `file <kind> <path> <rows> <database>`. The connector scans the file and reads it into the engine's database. */
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as PayPal from "@paymirror/connector-paypal/file"
import * as Revolut from "@paymirror/connector-revolut/file"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Measure from "../Measure.ts"
import { linked, mirror, ran } from "../Mirror.ts"

const [kind = "", path = "", count = "", filename = ""] = process.argv.slice(3)
const rows = Number(count)

const program = Effect.gen(function* () {
  const watch = Measure.start(rows)
  const begun = performance.now()
  const read = yield* linked({ _tag: "Uploaded", path, options: { market: kind === "paypal" ? "US" : "DE" } }, [
    "balance"
  ])
  const scanSeconds = (performance.now() - begun) / 1000
  const report = yield* read("balance", { onCommit: watch.at })
  watch.stop({
    rows,
    transactions: report.transactions,
    statements: yield* ran,
    more: { scanSeconds, added: report.added, quarantined: report.quarantined }
  })
})

const { layer } = kind === "paypal" ? PayPal : Revolut

await Effect.runPromise(Effect.provide(program, mirror(filename, Layer.provide(layer(), NodeFileSystem.layer))))
