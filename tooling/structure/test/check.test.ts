import { execFileSync, spawnSync } from "node:child_process"
import { join } from "node:path"
import { assert, describe, it } from "vitest"
import { check } from "../src/check.ts"
import * as Tree from "./tree.ts"

const connector = "packages/connector-zip"
const slash = "/"

/** The one fault planted, where it is found, and a word of what is said of it. */
interface Plant {
  readonly title: string
  readonly changes: Tree.Tree
  readonly at: string
  readonly says: string
}

const inFile = (title: string, path: string, code: string, line: number, says: string): Plant => ({
  title,
  changes: { [path]: Tree.file(code) },
  at: `${path}:${line}`,
  says
})

const missing = (path: string): Plant => ({
  title: `a connector without ${path}`,
  changes: { [`${connector}/${path}`]: undefined },
  at: `${connector}/${path}:1`,
  says: "is missing"
})

const dependency = (title: string, path: string, change: (manifest: object) => object, says: string): Plant => {
  const text = Tree.workspace[path] ?? ""
  return { title, changes: { [path]: JSON.stringify(change(JSON.parse(text)), undefined, 2) }, at: path, says }
}

const plants: ReadonlyArray<Plant> = [
  inFile(
    "a connector that imports another",
    `${connector}/src/read.ts`,
    'import { a } from "@paymirror/connector-affirm"\n',
    2,
    "another connector"
  ),
  inFile(
    "a type of another connector",
    `${connector}/src/read.ts`,
    'import type {\n  A\n} from "@paymirror/connector-affirm"\n',
    4,
    "another connector"
  ),
  inFile(
    "another connector, from outside",
    `${connector}/test/x.test.ts`,
    'export * from "@else/connector-affirm/promise"\n',
    2,
    "another connector"
  ),
  {
    title: "a route that imports another",
    changes: {
      "packages/connector-csv/package.json": Tree.workspace["packages/connector-zip/package.json"]?.replace(
        "@someone/paymirror-connector-zip",
        "@paymirror/connector-csv"
      ),
      "packages/connector-csv/src/index.ts": Tree.file('export * from "@paymirror/connector-psd2"\n'),
      ...Object.fromEntries(
        ["src/Manifest.ts", "src/Consent.ts", "src/read.ts", "src/translate.ts", "test/conformance.test.ts"].map(
          (path) => [`packages/connector-csv/${path}`, Tree.workspace[`packages/connector-zip/${path}`]]
        )
      )
    },
    at: "packages/connector-csv/src/index.ts:2",
    says: "another connector"
  },
  inFile(
    "a connector that imports the engine",
    `${connector}/src/read.ts`,
    'const a = await import("@paymirror/sync")\n',
    2,
    "the engine"
  ),
  inFile(
    "a connector's test that imports the engine",
    `${connector}/test/x.test.ts`,
    'import "@paymirror/sync/sqlite"\n',
    2,
    "the engine"
  ),
  inFile(
    "a connector's src that imports the sandbox",
    `${connector}/src/read.ts`,
    'import { a } from "@paymirror/sandbox"\n',
    2,
    "the sandbox or the test kit"
  ),
  inFile(
    "a connector's src that imports the test kit",
    `${connector}/src/read.ts`,
    'import { a } from "@paymirror/connector-testing"\n',
    2,
    "the sandbox or the test kit"
  ),
  inFile(
    "a connector that imports the app",
    `${connector}/src/read.ts`,
    'import { a } from "paymirror"\n',
    2,
    "other than core"
  ),
  inFile(
    "a connector with a socket",
    `${connector}/src/read.ts`,
    'import { request } from "node:https"\n',
    2,
    "to the network"
  ),
  inFile(
    "a sandbox that imports core",
    "apps/sandbox/src/x.ts",
    'import { Money } from "@paymirror/core"\n',
    2,
    "the sandbox imports"
  ),
  inFile(
    "a sandbox that imports the suite",
    "apps/sandbox/src/x.ts",
    'import { a } from "@paymirror/connector-testing/simulator"\nimport { run } from "@paymirror/connector-testing"\n',
    3,
    "other than the simulator kit"
  ),
  inFile(
    "a simulator kit that needs a test runner",
    "packages/connector-testing/src/simulator/x.ts",
    'import { it } from "@effect/vitest"\n',
    2,
    "a test runner"
  ),
  inFile(
    "a core that imports Node",
    "packages/core/src/x.ts",
    'import { join } from "node:path"\n',
    2,
    "other than effect"
  ),
  inFile(
    "a core that imports another library",
    "packages/core/src/x.ts",
    'import dayjs from "dayjs"\n',
    2,
    "other than effect"
  ),
  inFile(
    "a session route that imports the engine",
    "packages/session/src/x.ts",
    'import { a } from "@paymirror/sync"\n',
    2,
    "the session route imports"
  ),
  inFile(
    "a session route that imports Node",
    "packages/session/src/x.ts",
    'import { createServer } from "node:http"\n',
    2,
    "the session route imports"
  ),
  inFile(
    "a session route's test that imports a connector",
    "packages/session/test/x.test.ts",
    'import { a } from "@paymirror/connector-csv"\n',
    2,
    "a test of the session route imports"
  ),
  inFile(
    "an engine that imports a connector",
    "packages/sync/src/x.ts",
    'import { a } from "@paymirror/connector-csv"\n',
    2,
    "the engine imports"
  ),
  inFile(
    "node:sqlite outside the driver's file",
    "packages/sync/src/Store.ts",
    'import { DatabaseSync } from "node:sqlite"\n',
    2,
    "the engine imports"
  ),
  inFile(
    "a relative import of another package",
    "packages/sync/src/x.ts",
    'import { a } from "../../core/src/index.ts"\n',
    2,
    "leaves its package"
  ),
  inFile("a file called utils", "packages/sync/src/utils.ts", "export const a = 1\n", 1, "called utils.ts"),
  {
    title: "a folder called shared",
    changes: { "apps/sandbox/src/shared/One.ts": Tree.file("export {}\n") },
    at: "apps/sandbox/src/shared:1",
    says: "called shared"
  },
  missing("src/index.ts"),
  missing("src/Manifest.ts"),
  missing("src/Api.ts"),
  missing("src/Consent.ts"),
  missing("src/read.ts"),
  missing("src/translate.ts"),
  missing("test/conformance.test.ts"),
  {
    title: "a long conformance file",
    changes: { [`${connector}/test/conformance.test.ts`]: "// more\n".repeat(21) },
    at: `${connector}/test/conformance.test.ts:21`,
    says: "21 lines"
  },
  {
    title: "a file without an opening paragraph",
    changes: { "packages/sync/src/x.ts": "export const a = 1\n" },
    at: "packages/sync/src/x.ts:1",
    says: "open with a paragraph"
  },
  {
    title: "a file that opens with a word",
    changes: { "packages/sync/src/x.ts": "/** Engine. */\nexport const a = 1\n" },
    at: "packages/sync/src/x.ts:1",
    says: "open with a paragraph"
  },
  inFile("an engine file of 401 lines", "packages/sync/src/x.ts", "export {}\n".repeat(400), 401, "401 lines"),
  inFile("a connector file of 201 lines", `${connector}/src/read.ts`, "export {}\n".repeat(200), 201, "201 lines"),
  inFile("a core that asks the time", "packages/core/src/x.ts", "export const a = () => Date.now()\n", 2, "Date.now()"),
  inFile("a core that makes a date", "packages/core/src/x.ts", "export const a = `${new Date(0)}`\n", 2, "new Date()"),
  inFile("a core that throws dice", "packages/core/src/x.ts", "export const a = Math.random()\n", 2, "Math.random()"),
  inFile(
    "an exponent taken from Intl",
    "packages/sync/src/x.ts",
    'export const a = new Intl.NumberFormat("sv")\n',
    2,
    "Intl.NumberFormat"
  ),
  inFile(
    "a silenced type error",
    "packages/sync/src/x.ts",
    "// @ts-ignore\nexport const a: string = 1\n",
    2,
    "silenced"
  ),
  inFile("a silenced lint", "packages/sync/src/x.ts", "/* oxlint-disable no-console */\n", 2, "silenced"),
  inFile("a test that leaves the others out", "packages/sync/test/x.test.ts", 'it.only("a", () => {})\n', 2, ".only"),
  inFile(
    "an effect test that leaves the others out",
    "packages/sync/test/x.test.ts",
    'it.effect.only("a", () => Effect.void)\n',
    2,
    ".only"
  ),
  inFile(
    "a test skipped from outside",
    "packages/sync/test/x.test.ts",
    'describe.skip("a", () => {})\n',
    2,
    "without saying why"
  ),
  inFile(
    "a skip without a reason",
    "packages/sync/test/x.test.ts",
    'it("a", (context) => context.skip())\n',
    2,
    "without saying why"
  ),
  inFile(
    "a path of one machine in code",
    "packages/sync/src/x.ts",
    `export const a = "${slash}home/someone/data"\n`,
    2,
    "a path of one machine"
  ),
  {
    title: "a path of one machine in prose",
    changes: { "docs/operating.md": `Look in ${slash}Users/someone/data.\n` },
    at: "docs/operating.md:1",
    says: "a path of one machine"
  },
  dependency(
    "a connector that depends on the engine",
    `${connector}/package.json`,
    (manifest) => ({ ...manifest, dependencies: { "@paymirror/sync": "1" } }),
    "declares @paymirror/sync"
  ),
  dependency(
    "a connector that brings its own effect",
    `${connector}/package.json`,
    (manifest) => ({ ...manifest, dependencies: { effect: "4" } }),
    "effect is not a peer"
  ),
  dependency(
    "a session route that depends on the engine",
    "packages/session/package.json",
    (manifest) => ({ ...manifest, dependencies: { "@paymirror/sync": "1" } }),
    "declares @paymirror/sync"
  ),
  dependency(
    "a sandbox that depends on core",
    "apps/sandbox/package.json",
    (manifest) => ({ ...manifest, devDependencies: { "@paymirror/core": "1" } }),
    "declares @paymirror/core"
  ),
  dependency(
    "a published package without a repository",
    "packages/sync/package.json",
    (manifest) => ({ ...manifest, repository: undefined }),
    "repository is missing"
  ),
  dependency(
    "an entry that would be published as TypeScript",
    "packages/sync/package.json",
    (manifest) => ({ ...manifest, exports: { "./sqlite": "./src/sqlite.ts" } }),
    'lacks "./sqlite"'
  ),
  {
    ...dependency(
      "a command without its first line",
      "packages/sync/package.json",
      (manifest) => ({ ...manifest, bin: { sync: "./src/index.ts" } }),
      "#!/usr/bin/env node"
    ),
    at: "packages/sync/src/index.ts:1"
  }
]

describe("the structure check", () => {
  it("has nothing to say of a good workspace", () => {
    assert.deepStrictEqual(check(Tree.plant(Tree.workspace)), [])
  })

  it("has nothing to say of a good connector on its own, in its author's folder", () => {
    assert.deepStrictEqual(check(Tree.plant(Tree.connector)), [])
  })

  const onRoute = {
    "package.json": Tree.connector["package.json"]?.replace('"@paymirror/session"', '"@paymirror/connector-csv"'),
    "src/index.ts": Tree.file('export { layer } from "@paymirror/connector-csv"\n'),
    ...Object.fromEntries(["Api", "Consent", "read", "translate"].map((name) => [`src/${name}.ts`, undefined]))
  }

  it("lets a provider be data to a whole route: its formats or its banks, and nothing that the route has", () => {
    for (const data of ["src/formats/statement.ts", "src/institutions.ts"])
      assert.deepStrictEqual(check(Tree.plant(Tree.connector, { ...onRoute, [data]: Tree.file("export {}\n") })), [])
  })

  it("misses the data of a provider that stands on a route and has none", () => {
    assert.deepStrictEqual(
      check(Tree.plant(Tree.connector, onRoute)).map(({ file, what }) => [file, what]),
      [["src/institutions.ts", "src/institutions.ts is missing"]]
    )
  })

  it("lets a connector of files have formats, and no consent of its own", () => {
    const changes = {
      "src/Manifest.ts": Tree.file('export const manifest = { route: "export" }\n'),
      "src/Api.ts": undefined,
      "src/Consent.ts": undefined,
      "src/formats/PayPal.ts": Tree.file("export {}\n")
    }
    assert.deepStrictEqual(check(Tree.plant(Tree.connector, changes)), [])
  })

  it("lets reading be split into a folder", () => {
    const changes = { "src/read.ts": undefined, "src/read/card.ts": Tree.file("export {}\n") }
    assert.deepStrictEqual(check(Tree.plant(Tree.connector, changes)), [])
  })

  it("lets a connector of several dialects have a folder for their wires and one for their ways to a consent", () => {
    const changes = {
      "src/Api.ts": undefined,
      "src/Consent.ts": undefined,
      "src/Api/berlin.ts": Tree.file("export {}\n"),
      "src/dialects/berlin.ts": Tree.file("export {}\n")
    }
    assert.deepStrictEqual(check(Tree.plant(Tree.connector, changes)), [])
  })

  it("warns of a connector file that grows, and does not fail", () => {
    const problems = check(Tree.plant(Tree.connector, { "src/read.ts": Tree.file("export {}\n".repeat(150)) }))
    assert.deepStrictEqual(
      problems.map(({ file, severity }) => [file, severity]),
      [["src/read.ts", "warning"]]
    )
  })

  it("takes what is said in comments, strings and templates for talk", () => {
    const talk = [
      "// import { a } from 'node:fs' would be Date.now() and new Date()",
      "export const text = `import \"x\"; ${[/[\"'`]/, 'Math.random()'].length} Date.now()`",
      'export const quiet = "// @ts-ignore" + "describe.skip() and context.skip()"',
      "export const half = 1 / 2 // it's \"open",
      'export const link = "https://example.com/Users/me" + \'import("node:fs")\''
    ]
    const changes = { "packages/core/src/x.ts": Tree.file(`${talk.join("\n")}\n`) }
    assert.deepStrictEqual(check(Tree.plant(Tree.workspace, changes)), [])
  })

  it.each(plants)("refuses $title, at its line, and says why and what to do", ({ changes, at, says }) => {
    const problems = check(Tree.plant(Tree.workspace, changes)).filter((problem) => problem.what.includes(says))
    assert.strictEqual(problems.length, 1)
    for (const problem of problems) {
      assert.include([problem.file, `${problem.file}:${problem.line}`], at)
      assert.strictEqual(problem.severity, "error")
      assert.isAbove(problem.why.length, 20)
      assert.isAbove(problem.todo.length, 5)
    }
  })
})

describe("paymirror-structure", () => {
  const main = join(import.meta.dirname, "../src/main.ts")

  it("prints file, line, why and what to do, and fails", () => {
    const root = Tree.plant(Tree.workspace, { "packages/core/src/x.ts": Tree.file("export const a = Date.now()\n") })
    const { status, stdout } = spawnSync(process.execPath, [main, root], { encoding: "utf8" })
    assert.strictEqual(status, 1)
    assert.match(stdout, /^packages\/core\/src\/x\.ts:2 {2}error: core uses Date\.now\(\)\n {4}why: .+\n {4}do: {2}.+/)
    assert.match(stdout, /structure: 6 packages, \d+ files, 1 errors, 0 warnings\n$/)
  })

  it("is content with a good package, run inside it", () => {
    const stdout = execFileSync(process.execPath, [main], { cwd: Tree.plant(Tree.connector), encoding: "utf8" })
    assert.match(stdout, /structure: 1 packages, \d+ files, 0 errors, 0 warnings\n$/)
  })

  it("teaches itself, and says no to what it does not know", () => {
    assert.include(execFileSync(process.execPath, [main, "--help"], { encoding: "utf8" }), "paymirror-structure [dir]")
    assert.match(execFileSync(process.execPath, [main, "--version"], { encoding: "utf8" }), /^\d+\.\d+\.\d+/)
    assert.strictEqual(spawnSync(process.execPath, [main, "--fix"]).status, 2)
  })

  it("fails where there is no package", () => {
    assert.strictEqual(spawnSync(process.execPath, [main, Tree.plant({ "a.md": "" })]).status, 1)
  })
})
