/**
 * Names that say nothing. A folder called `utils` has room for everything, and so it gets it; a module is a noun that
 * holds one idea.
 */
import { basename, relative } from "node:path"
import * as Package from "../Package.ts"
import type { Problem } from "../Problem.ts"

const empty = /^(?:utils?|common|shared|types?|helpers?)$/i

export const check = (root: string): ReadonlyArray<Problem> =>
  Package.walk(root)
    .filter((entry) => empty.test(basename(entry.path).replace(/(?:\.test)?\.[a-z]+$/i, "")))
    .map((entry) => ({
      file: relative(root, entry.path),
      line: 1,
      what: `a ${entry.folder ? "folder" : "file"} called ${basename(entry.path)}`,
      why: "the name says nothing of what is inside, so everything ends up inside",
      todo: "name it after the one thing it holds, or put the lines where they are used",
      severity: "error" as const
    }))
