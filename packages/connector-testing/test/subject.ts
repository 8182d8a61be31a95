import { Connector } from "@paymirror/core"
import * as Effect from "effect/Effect"
import type { Subject } from "../src/index.ts"
import { acme, manifest } from "./Acme.ts"
import type { Bug } from "./Acme.ts"
import * as Spoilt from "./Spoilt.ts"
import { world } from "./world.ts"
import type { World } from "./world.ts"

/** The connector with one bug, or none, before a world of its own. */
export const subject = (bug?: Bug | Spoilt.Bug): Subject<World, never> => ({
  manifest,
  layer: Spoilt.is(bug) ? Spoilt.layer(acme(), bug) : acme(bug),
  far: world,
  link: ({ accessToken, handOver }) =>
    Effect.gen(function* () {
      const connector = yield* Connector.Connector
      const state = JSON.stringify({ access: accessToken, refresh: handOver.refreshToken })
      const step = yield* connector.link({ answer: { _tag: "Poll" }, state })
      return step._tag === "Linked" ? step : yield* Effect.die(`link answered ${step._tag}`)
    }),
  patience: 4000
})
