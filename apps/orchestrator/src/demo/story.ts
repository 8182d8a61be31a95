/**
 * The demo's story, told with commands to the simulated provider and banks and with what the mirror noticed: an American
 * session, a German account of the same person beside it, a Swede, and somebody in Britain.
 */
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import { britain } from "./britain.ts"
import { germany } from "./germany.ts"
import { providers, tellOf } from "./neighbour.ts"
import { revolut } from "./revolut.ts"
import type { Stage } from "./Stage.ts"
import { sweden } from "./sweden.ts"
import { poll, title } from "./telling.ts"
import { unitedStates } from "./unitedStates.ts"

/** What a story leaves behind: the addresses people may be linked at, and how a day passes there. */
interface Told {
  readonly allowedBaseUrls: ReadonlyArray<string>
  readonly pass: (days: number) => void
}

/** The whole story at Klarna, once. */
const klarna = (stage: Stage) =>
  Effect.gen(function* () {
    const { banks, sandbox } = stage
    yield* Console.log(
      `A simulated Klarna US answers at ${sandbox.baseUrl}, simulated banks beside it; the mirror is ${stage.database}`
    )
    yield* unitedStates(stage)
    yield* germany(stage)
    yield* sweden(stage)
    yield* britain(stage)
    return {
      allowedBaseUrls: [sandbox.baseUrl, ...banks.institutions.map(({ baseUrl }) => baseUrl)],
      pass: (days) => void sandbox.advance({ days })
    } satisfies Told
  })

/** The story at a provider; nothing where that one is not simulated. */
export const storyOf = (provider: string, seed: number) => {
  if (provider === "klarna") return klarna
  if (provider === "revolut") return revolut
  const neighbour = providers.find((one) => one === provider)
  return neighbour === undefined ? undefined : tellOf(neighbour, seed)
}

/** Lets a day pass every few seconds and prints what it brought, until somebody stops it. */
export const goOn = (stage: Stage, pass: Told["pass"]) =>
  Effect.gen(function* () {
    yield* Console.log(
      `\nA day now passes every 5 seconds. Ctrl-C ends it. In another terminal: paymirror --db ${stage.database} show plans`
    )
    while (true) {
      yield* Effect.sleep("5 seconds")
      pass(1)
      yield* title(stage, "")
      yield* poll()
    }
  })
