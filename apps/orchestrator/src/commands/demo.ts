/** `paymirror demo`: the main job, on a person who does not exist, at a provider that is simulated. */
import * as Effect from "effect/Effect"
import { Command, Flag } from "effect/cli"
import * as Console from "effect/Console"
import { play } from "../demo/Stage.ts"
import { goOn, tell } from "../demo/story.ts"
import { root } from "../root.ts"

export const demo = Command.make(
  "demo",
  {
    once: Flag.Boolean("once").pipe(
      Flag.withDescription("End after the story instead of polling on"),
      Flag.withDefault(false)
    ),
    seed: Flag.Int("seed").pipe(Flag.withDescription("Another seed, other ids"), Flag.withDefault(7))
  },
  Effect.fn(function* ({ once, seed }) {
    const { db } = yield* root
    yield* play({ seed, db }, (stage) => Effect.andThen(tell(stage), once ? Console.log("\nDone.") : goOn(stage)))
  })
).pipe(
  Command.withDescription("Watch the mirror work against a simulated provider"),
  Command.withExamples([
    { command: "paymirror demo", description: "Tell the story, then let days pass until Ctrl-C" },
    { command: "paymirror demo --once", description: "Tell the story and end" }
  ])
)
