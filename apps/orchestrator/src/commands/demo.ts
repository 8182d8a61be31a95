/** `paymirror demo`: the main job, on a person who does not exist, at a provider that is simulated. */
import * as Effect from "effect/Effect"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import { codes, Refusal } from "../Exit.ts"
import { root } from "../root.ts"

const about = "There are affirm, afterpay, cash-app, chime, klarna, paypal, revolut, sezzle and zip."

export const demo = Command.make(
  "demo",
  {
    once: Flag.Boolean("once").pipe(
      Flag.withDescription("End after the story instead of polling on"),
      Flag.withDefault(false)
    ),
    port: Flag.Int("port").pipe(
      Flag.withDescription("Where the mirror answers over HTTP; another port where this one is taken"),
      Flag.withDefault(4020)
    ),
    provider: Flag.String("provider").pipe(
      Flag.withDescription(`Another provider than Klarna. ${about}`),
      Flag.withDefault("klarna")
    ),
    seed: Flag.Int("seed").pipe(Flag.withDescription("Another seed, other ids"), Flag.withDefault(7))
  },
  Effect.fn(function* ({ once, port, provider, seed }) {
    const { db } = yield* root
    // The simulated provider is a program of its own size; other commands do without it.
    const { play } = yield* Effect.promise(() => import("../demo/Stage.ts"))
    const { serve } = yield* Effect.promise(() => import("../demo/serving.ts"))
    const { goOn, storyOf } = yield* Effect.promise(() => import("../demo/story.ts"))
    const tell = storyOf(provider, seed)
    if (tell === undefined) {
      return yield* new Refusal({ message: `No ${provider} is simulated. ${about}`, code: codes.usage })
    }
    yield* play({ seed, db }, (stage) =>
      Effect.gen(function* () {
        const { allowedBaseUrls, pass } = yield* tell(stage)
        yield* serve(port, allowedBaseUrls)
        yield* once ? Console.log("\nDone.") : goOn(stage, pass)
      })
    )
  })
).pipe(
  Command.withDescription("Watch the mirror work against a simulated provider"),
  Command.withExamples([
    { command: "paymirror demo", description: "Tell the story, then let days pass until Ctrl-C" },
    { command: "paymirror demo --once", description: "Tell the story and end" },
    { command: "paymirror demo --provider afterpay", description: "The story at one of Klarna's neighbours" }
  ])
)
