/**
 * What package.json must say: the same walls for declared dependencies, and, for a package that is published, the
 * fields a reader of the registry relies on. Whether the packed tarball works is not decided here but by `pnpm package:check`.
 */
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import * as Package from "../Package.ts"
import type { Problem } from "../Problem.ts"

const required = ["description", "license", "repository", "engines", "sideEffects", "files", "exports"] as const

export const check = (self: Package.Package): ReadonlyArray<Problem> => {
  const { manifest } = self
  const file = join(self.shown, "package.json")
  const lines = self.manifestText.split("\n")
  const problem = (needle: string, what: string, why: string, todo: string): Problem => ({
    file,
    line: Math.max(lines.findIndex((line) => line.includes(`"${needle}"`)) + 1, 1),
    what,
    why,
    todo,
    severity: "error"
  })

  const runtime = [manifest.dependencies, manifest.peerDependencies, manifest.optionalDependencies].flatMap((group) =>
    Object.keys(group ?? {})
  )
  const development = Object.keys(manifest.devDependencies ?? {})
  const ours = (name: string): boolean => name.startsWith("@paymirror/")
  const wall = (names: ReadonlyArray<string>, allowed: ReadonlyArray<string>): ReadonlyArray<Problem> =>
    names
      .filter((name) => (ours(name) || Package.isConnector(name)) && !allowed.includes(name) && name !== self.name)
      .map((name) =>
        problem(
          name,
          `${self.name} declares ${name}`,
          "a declared dependency is a door in a wall, used or not",
          `remove it; here only ${allowed.length === 0 ? "packages outside paymirror" : allowed.join(", ")} may stand`
        )
      )
  const forTests = ["@paymirror/core", "@paymirror/connector-testing", "@paymirror/sandbox", "@paymirror/structure"]
  const walls: Readonly<Record<Package.Role, ReadonlyArray<Problem>>> = {
    core: wall(runtime, []),
    session: [
      ...wall(runtime, ["@paymirror/core"]),
      ...wall(development, ["@paymirror/core", "@paymirror/connector-testing"])
    ],
    sync: wall(runtime, ["@paymirror/core"]),
    connector: [
      ...wall(runtime, [
        "@paymirror/core",
        "@paymirror/session",
        ...(Package.isRoute(self.name) ? [] : Package.routes)
      ]),
      ...wall(development, forTests)
    ],
    testing: wall(runtime, ["@paymirror/core"]),
    sandbox: wall([...runtime, ...development], ["@paymirror/connector-testing"]),
    other: []
  }

  const peers = self.role === "connector" || self.role === "session" ? ["effect", "@paymirror/core"] : []
  const copies = peers
    .filter((name) => manifest.dependencies?.[name] !== undefined || manifest.peerDependencies?.[name] === undefined)
    .map((name) =>
      problem(
        name,
        `${name} is not a peer dependency`,
        "effect finds services by a string key: a second copy in the tree fails without a word",
        `move ${name} to peerDependencies and keep it in devDependencies for tests`
      )
    )
  if (manifest.private === true) return [...walls[self.role], ...copies]

  const missing = required
    .filter((field) => manifest[field] === undefined)
    .map((field) =>
      problem("name", `${field} is missing`, "the registry page and the installer show and use it", `add "${field}"`)
    )
  const entries = Object.keys(manifest.exports ?? {})
    .filter((entry) => manifest.publishConfig?.exports?.[entry] === undefined)
    .map((entry) =>
      problem(
        "publishConfig",
        `publishConfig.exports lacks "${entry}"`,
        "in the workspace an export is src/*.ts, in the registry it must be dist/*.js",
        `add "${entry}": { "types": "./dist/….d.ts", "default": "./dist/….js" }`
      )
    )
  const bins = Object.entries(manifest.bin ?? {}).flatMap(([name, path]) => [
    ...(manifest.publishConfig?.bin?.[name] === undefined
      ? [
          problem(
            "bin",
            `publishConfig.bin lacks "${name}"`,
            "without it the published command would point at TypeScript",
            `add "${name}": "./dist/….js"`
          )
        ]
      : []),
    ...(existsSync(join(self.dir, path)) &&
    !/^#!\/usr\/bin\/env (?:-S )?node\b/.test(readFileSync(join(self.dir, path), "utf8"))
      ? [
          {
            ...problem("bin", "a command does not start with #!/usr/bin/env node", "", "make it the first line"),
            file: join(self.shown, path),
            line: 1,
            why: "the installer links the built file, and the shell reads its first line"
          }
        ]
      : [])
  ])
  return [...walls[self.role], ...copies, ...missing, ...entries, ...bins]
}
