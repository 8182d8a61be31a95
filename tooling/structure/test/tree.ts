/**
 * A small good workspace, written to a temporary folder that goes when the test ends. A test plants one fault in it, so
 * that what the check says is about that fault alone.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { onTestFinished } from "vitest"

export type Tree = Readonly<Record<string, string | undefined>>

const opening = "/** One thing, said in a sentence. */\n"

const manifest = (name: string, more: object): string =>
  JSON.stringify(
    {
      name,
      description: "A package",
      license: "MIT",
      repository: "github:someone/something",
      engines: { node: ">=24" },
      sideEffects: false,
      files: ["src", "dist"],
      exports: { ".": "./src/index.ts" },
      publishConfig: { exports: { ".": "./dist/index.js" } },
      ...more
    },
    undefined,
    2
  )

const peers = { "effect": "~4.1.0", "@paymirror/core": "workspace:^" }

export const connector: Tree = {
  "package.json": manifest("@someone/paymirror-connector-zip", {
    peerDependencies: peers,
    dependencies: { "@paymirror/session": "^1.0.0" },
    devDependencies: {
      "@paymirror/connector-testing": "^1.0.0",
      "@paymirror/sandbox": "^1.0.0",
      "@paymirror/structure": "^1.0.0"
    }
  }),
  "src/index.ts": `${opening}export { manifest } from "./Manifest.ts"\nexport { read } from "./read.ts"\n`,
  "src/Manifest.ts": `${opening}export const manifest = { route: "session" }\n`,
  "src/Api.ts": `${opening}import * as Schema from "effect/Schema"\nexport const Row = Schema.Struct({})\n`,
  "src/Consent.ts": `${opening}import { HttpClient } from "effect/http"\nexport const link = HttpClient.get\n`,
  "src/read.ts": `${opening}import { feed } from "@paymirror/session"\nimport { translate } from "./translate.ts"\nexport const read = feed(translate)\n`,
  "src/translate.ts": `${opening}import type { Money } from "@paymirror/core"\nexport const translate = (money: Money.Money) => money\n`,
  "test/conformance.test.ts":
    'import { suite } from "@paymirror/connector-testing"\nimport { start } from "@paymirror/sandbox"\nsuite("zip", { start })\n'
}

export const workspace: Tree = {
  ...Object.fromEntries(Object.entries(connector).map(([path, text]) => [`packages/connector-zip/${path}`, text])),
  "packages/core/package.json": manifest("@paymirror/core", { peerDependencies: { effect: "~4.1.0" } }),
  "packages/core/src/index.ts": `${opening}import * as Effect from "effect/Effect"\n// Date.now() is for hosts\nexport const now = Effect.succeed("Math.random()")\n`,
  "packages/session/package.json": manifest("@paymirror/session", { peerDependencies: peers }),
  "packages/session/src/index.ts": `${opening}import * as Core from "@paymirror/core"\nexport const feed = (value: unknown) => [Core.now, value]\n`,
  "packages/session/test/feed.test.ts":
    'import { suite } from "@paymirror/connector-testing"\nimport { feed } from "@paymirror/session"\nsuite("acme", { feed })\n',
  "packages/sync/package.json": manifest("@paymirror/sync", { peerDependencies: peers }),
  "packages/sync/src/index.ts": `${opening}import * as Core from "@paymirror/core"\nexport const run = Core.now\n`,
  "packages/sync/src/sqlite.ts": `${opening}import { DatabaseSync } from "node:sqlite"\nexport const open = DatabaseSync\n`,
  "packages/sync/test/run.test.ts":
    'it.effect("runs", () => Effect.void)\nit("skips with a reason", (context) => context.skip("no database here"))\nit.skipIf(false)("x", () => {})\n',
  "packages/connector-testing/package.json": manifest("@paymirror/connector-testing", { peerDependencies: peers }),
  "packages/connector-testing/src/index.ts": `${opening}import { it } from "@effect/vitest"\nexport const suite = it\n`,
  "packages/connector-testing/src/simulator/index.ts": `${opening}import type { Money } from "@paymirror/core"\nexport type A = Money.Money\n`,
  "apps/sandbox/package.json": manifest("@paymirror/sandbox", {
    dependencies: { "@paymirror/connector-testing": "workspace:^" },
    peerDependencies: { effect: "~4.1.0" }
  }),
  "apps/sandbox/src/index.ts": `${opening}import { Socket } from "@paymirror/connector-testing/simulator"\nexport const start = Socket\n`
}

/** Writes the tree with some files changed, added or (where undefined) left out, and returns its folder. */
export const plant = (tree: Tree, changes: Tree = {}): string => {
  const root = mkdtempSync(join(tmpdir(), "paymirror-structure-"))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  for (const [path, text] of Object.entries({ ...tree, ...changes })) {
    if (text === undefined) continue
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return root
}

/** A file that opens as it should and goes on as given. */
export const file = (rest: string): string => `${opening}${rest}`
