/**
 * A template becomes a package: its files as they stand in `templates/`, with the provider's names, its country and money in
 * the place of Acme's, and the versions this generator was released with. Nothing that exists is written over.
 */
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { fileURLToPath } from "node:url"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import type { Naming } from "./Naming.ts"
import { Refusal } from "./Refusal.ts"

const own = new URL("../package.json", import.meta.url)
const require = createRequire(own)
const folder = fileURLToPath(new URL("../templates", import.meta.url))

/**
 * The version of a package beside this one. Released, package.json states it; in the workspace it refers elsewhere, and what
 * is installed is asked.
 */
const versionOf = (name: string): string => {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(own, "utf8"))
  const stated: string = { ...dependencies, ...devDependencies }[name] ?? ""
  if (/^[\^~]?\d/.test(stated)) return stated.replace(/^[\^~]/, "")
  return JSON.parse(readFileSync(require.resolve(`${name}/package.json`), "utf8")).version
}

/** `"effect": "workspace:~"` becomes `"effect": "~4.1.0"`. */
const withVersions = (text: string): string =>
  text.replace(
    /"([^"]+)": "workspace:([\^~])"/g,
    (_, name: string, range: string) => `"${name}": "${range}${versionOf(name)}"`
  )

export type Route = "session" | "export" | "psd2"

/** The country in which a template's Acme is. */
const country: Readonly<Record<Route, string>> = { session: "US", export: "US", psd2: "DE" }

const filled = (text: string, route: Route, { currency, id, market, title }: Naming): string =>
  text
    .replaceAll("acme-de", `${id}-${market.toLowerCase()}`)
    .replaceAll("acme", id)
    .replaceAll("Acme", title)
    .replaceAll(`"${country[route]}"`, `"${market}"`)
    .replaceAll(`--market ${country[route]}`, `--market ${market}`)
    .replaceAll(/\bUSD\b/g, currency)

/** A registry leaves out files that begin with a dot, and takes a second package.json for a mistake. */
const renamed: Readonly<Record<string, string>> = {
  "gitignore": ".gitignore",
  "package.template.json": "package.json"
}

const passedOver = /(?:^|[\\/])(?:node_modules|dist)(?:[\\/]|$)/

/** Writes the package and says which files it has. */
export const write = Effect.fnUntraced(function* (route: Route, naming: Naming, target: string) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const from = path.join(folder, route)
  const there = yield* Effect.orElseSucceed(fs.readDirectory(target), () => undefined)
  if (there === undefined ? yield* fs.exists(target) : there.length > 0) {
    return yield* new Refusal({
      message: `${target} is there already, and nothing is written over. Take it away, or name another place with --dir.`
    })
  }
  const files = (yield* fs.readDirectory(from, { recursive: true })).filter((file) => !passedOver.test(file)).toSorted()
  const written: Array<string> = []
  for (const file of files) {
    if ((yield* fs.stat(path.join(from, file))).type !== "File") continue
    const text = yield* fs.readFileString(path.join(from, file))
    const name = renamed[file] ?? file
    const to = path.join(target, name)
    yield* fs.makeDirectory(path.dirname(to), { recursive: true })
    yield* fs.writeFileString(to, filled(name === "package.json" ? withVersions(text) : text, route, naming), {
      flag: "wx"
    })
    written.push(name)
  }
  return written
})
