/**
 * The demo's story, told with commands to the simulated provider and banks and with what the mirror noticed: an American
 * session, a German account of the same person beside it, a Swede, and somebody in Britain.
 */
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import { britain } from "./britain.ts"
import { germany } from "./germany.ts"
import type { Stage } from "./Stage.ts"
import { sweden } from "./sweden.ts"
import { poll, title } from "./telling.ts"
import { unitedStates } from "./unitedStates.ts"

/** The whole story, once. */
export const tell = (stage: Stage) =>
  Effect.gen(function* () {
    yield* Console.log(
      `A simulated Klarna US answers at ${stage.sandbox.baseUrl}, simulated banks beside it; the mirror is ${stage.database}`
    )
    yield* unitedStates(stage)
    yield* germany(stage)
    yield* sweden(stage)
    yield* britain(stage)
  })

/** Lets a day pass every few seconds and prints what it brought, until somebody stops it. */
export const goOn = (stage: Stage) =>
  Effect.gen(function* () {
    yield* Console.log(
      `\nA day now passes every 5 seconds. Ctrl-C ends it. In another terminal: paymirror --db ${stage.database} show plans`
    )
    while (true) {
      yield* Effect.sleep("5 seconds")
      stage.sandbox.advance({ days: 1 })
      yield* title(stage, "")
      yield* poll()
    }
  })
