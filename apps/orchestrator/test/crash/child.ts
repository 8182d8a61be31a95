/** The process that is killed. It carries out its order, or dies at the step it was told to. */
import { Access, Connector, type Session } from "@paymirror/core"
import { Connections, Engine, Sessions } from "@paymirror/sync"
import { once } from "node:events"
import { enableCompileCache } from "node:module"
import { createInterface } from "node:readline"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { carryOut, layerOf, leaseTtl, type Order } from "./Order.ts"
import { usedBeforeStored, unguarded } from "./planted.ts"
import { Steps } from "./Steps.ts"

enableCompileCache()
const order = JSON.parse(process.argv[2] ?? "{}") as Order
const steps = new Steps(order.crashAt ?? 0)

const run = Effect.gen(function* () {
  if (order.planted !== "a token is used before it is stored") return yield* carryOut(order)
  const naive = usedBeforeStored(yield* Sessions)
  const engine = Engine.layer({ leaseTtl }).pipe(Layer.provide(Layer.succeed(Sessions, naive.sessions)))
  const reports = yield* Effect.provide(carryOut(order), engine)
  yield* naive.store
  return reports
})

/** Every line on stdin is a round: all readers at once, and the number of those that were served. */
const readers = Effect.gen(function* () {
  const connector = yield* Connector.Connector
  const sessions = yield* Sessions
  const [account] = yield* (yield* Connections).accounts(order.connectionId)
  const of = order.planted === "everyone renews for themselves" ? unguarded(sessions) : sessions.of
  const read = (session: Session.Session<Connector.SealedGrant>) =>
    account === undefined
      ? Effect.succeed(false)
      : connector
          .read("profile", {
            session,
            account: account.linked,
            checkpoint: Option.none(),
            access: Access.memory({ connector: "klarna-us" })
          })
          .pipe(Stream.runDrain, Effect.isSuccess)
  const lines = createInterface({ input: process.stdin })
  process.stdout.write("ready\n")
  while (true) {
    const [line] = yield* Effect.promise(() => once(lines, "line"))
    if (line !== "go") return
    const all = Array.from({ length: order.readers ?? 0 }, () => read(of(order.connectionId)))
    const served = yield* Effect.all(all, { concurrency: "unbounded" })
    process.stdout.write(`${served.filter(Boolean).length}\n`)
  }
})

await Effect.runPromise(Effect.provide(order.readers === undefined ? run : readers, layerOf(order, steps)))
if (order.readers === undefined) steps.report()
process.exit()
