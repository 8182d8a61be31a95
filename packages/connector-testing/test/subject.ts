import { Linking } from "../src/index.ts"
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
  link: Linking.redirected((page) => `https://host.example/back?code=one&state=${page.searchParams.get("state")}`),
  patience: 4000
})
