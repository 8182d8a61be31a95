/**
 * No path of somebody's machine, in any text of the project. It would break on the next machine, and it says whose the
 * first one was.
 */
import { readFileSync } from "node:fs"
import { basename, relative } from "node:path"
import * as Package from "../Package.ts"
import type { Problem } from "../Problem.ts"
import * as Source from "../Source.ts"

const text = /(?:\.(?:[cm]?[jt]sx?|json|ya?ml|md|html|css|sh|py|toml|sql)|^[^.]+|^\.[a-z]+)$/i
const machine =
  /(?<![\w.:/~-])(?:\/(?:home|Users|root|tmp|mnt|work(?:space)?)\/[\w.-]+|\/var\/folders\/\w+|[A-Z]:\\+Users\\+\w+)/g

export const check = (root: string): ReadonlyArray<Problem> =>
  Package.walk(root)
    .filter((entry) => !entry.folder && text.test(basename(entry.path)))
    .flatMap((entry) =>
      Source.linesWith(readFileSync(entry.path, "utf8"), machine).map(({ line, found }) => ({
        file: relative(root, entry.path),
        line,
        what: `a path of one machine: ${found}`,
        why: "it is not there on the next machine, and it tells whose machine this was",
        todo: "make it relative to the file or the root, or ask the system for a temporary folder",
        severity: "error" as const
      }))
    )
