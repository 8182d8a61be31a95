/**
 * The structure check: what every package must contain, and the walls between them. A pure function of the files under
 * a root, which is a workspace or one package. It runs no code of the packages and needs no build.
 */
import { resolve } from "node:path"
import * as Package from "./Package.ts"
import type { Problem } from "./Problem.ts"
import * as connector from "./rules/connector.ts"
import * as manifest from "./rules/manifest.ts"
import * as names from "./rules/names.ts"
import * as paths from "./rules/paths.ts"
import * as sources from "./rules/sources.ts"
import * as tests from "./rules/tests.ts"
import * as walls from "./rules/walls.ts"

export { Package, type Problem }

export const check = (root: string): ReadonlyArray<Problem> => {
  const top = resolve(root)
  return [
    ...Package.find(top).flatMap((self) =>
      [walls, manifest, connector, sources, tests].flatMap((rule) => rule.check(self))
    ),
    ...names.check(top),
    ...paths.check(top)
  ].toSorted((a, b) => a.file.localeCompare(b.file) || a.line - b.line)
}
