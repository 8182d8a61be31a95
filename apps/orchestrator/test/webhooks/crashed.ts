/**
 * The process that is killed: a person confirms and buys, and what that means is fanned out and delivered. It dies at the
 * step it was told to: before a statement, before an attempt is sent, or after its answer came. With a planted bug it
 * does something in the wrong order.
 */
import { enableCompileCache } from "node:module"
import { Bulk } from "@paymirror/sync"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Steps } from "../crash/Steps.ts"
import { AllowPrivate } from "../../src/webhooks/AddressGuard.ts"
import { Dispatcher } from "../../src/webhooks/Dispatcher.ts"
import { fanOut } from "../../src/webhooks/FanOut.ts"
import { Sender } from "../../src/webhooks/Sender.ts"
import { buys, deliver, happens, mirrorOn } from "./Post.ts"
import type { Order } from "./Crash.ts"

enableCompileCache()
const order = JSON.parse(process.argv[2] ?? "{}") as Order
const steps = new Steps(order.crashAt ?? 0)
const unsent: Array<Effect.Effect<unknown>> = []

/** The network, with a step on either side; or put off, and called a success. */
const sender = Layer.effect(
  Sender,
  Effect.map(Sender, ({ send }) =>
    Sender.of({
      send: (message) => {
        const sending = Effect.suspend(() => {
          steps.step("send")
          return Effect.tap(send(message), () => Effect.sync(() => steps.step("answered")))
        })
        if (order.planted !== "an attempt is written down before it is sent") return sending
        unsent.push(sending)
        return Effect.succeed({ status: 204 })
      }
    })
  )
).pipe(Layer.provide(Sender.layer({ timeout: 3000 })), Layer.provide(Layer.succeed(AllowPrivate, true)))

/** The fan-out, whose deliveries are written once its transaction is over. */
const cursorFirst = Effect.gen(function* () {
  const bulk = yield* Bulk
  const withheld: Array<Parameters<typeof bulk.write>> = []
  const write: typeof bulk.write = (...one) => Effect.sync(() => void withheld.push(one))
  yield* Effect.provideService(fanOut, Bulk, Bulk.of({ ...bulk, write }))
  for (const [statement, rows] of withheld) for (const row of rows) yield* bulk.write(statement, [row])
})

const run = Effect.gen(function* () {
  for (const id of ["a", "b"]) {
    yield* happens(order.connectionId)
    yield* buys(order.accountId, `${id}1`, `${id}2`)
    if (order.planted === "the cursor moves before the deliveries are written") yield* cursorFirst
    yield* deliver
    yield* Effect.all(unsent.splice(0), { discard: true })
  }
})

const mirror = mirrorOn(order.database, steps.step)
// One at a time, so that the steps come in one order.
const dispatcher = Dispatcher.still({ perEndpoint: 1, most: 1 }).pipe(Layer.provide(sender))
await Effect.runPromise(Effect.provide(run, Layer.provideMerge(dispatcher, mirror)))
steps.report()
process.exit()
