/** An empty database with the engine's schema: `schema <database>`. What a limit starts from. */
import { layer, Seal } from "@paymirror/sync"
import * as Sqlite from "@paymirror/sync/sqlite"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"

const [filename = ""] = process.argv.slice(3)
const engine = layer().pipe(
  Layer.provide(Seal.layer(Redacted.make(new Uint8Array(32)))),
  Layer.provide(Sqlite.layer({ filename }))
)
await Effect.runPromise(Effect.scoped(Layer.build(engine)))
console.log("{}")
