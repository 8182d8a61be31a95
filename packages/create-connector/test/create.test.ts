/**
 * What `pnpm create @paymirror/connector` writes, as an author meets it: the command as a process, the package in an empty
 * folder. How each goes from there to green is carried out by `pnpm test:outside`, which checks their types too.
 */
import { execFile } from "node:child_process"
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { check } from "@paymirror/structure"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { afterAll, assert, describe, it } from "vitest"
import * as Naming from "../src/Naming.ts"

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url))
const modules = fileURLToPath(new URL("../node_modules", import.meta.url))
const folder = mkdtempSync(join(tmpdir(), "create-connector-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Ran {
  readonly code: number
  readonly said: string
}

const run = (args: ReadonlyArray<string>, cwd = folder): Promise<Ran> =>
  new Promise((resolve) => {
    execFile(process.execPath, args, { cwd, env: { ...process.env, NO_COLOR: "1" } }, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), said: out + err })
    })
  })

const create = (...args: ReadonlyArray<string>) => run([main, ...args])

/** Creates a package and puts what it depends on in its reach, as an install would. */
const created = async (name: string, ...args: ReadonlyArray<string>) => {
  const { code, said } = await create(name, ...args, "--dir", `${name}-${args.join("")}`)
  assert.strictEqual(code, 0, said)
  const dir = join(folder, `${name}-${args.join("")}`)
  symlinkSync(modules, join(dir, "node_modules"))
  return {
    dir,
    badge: () => run(["test/badge.ts"], dir),
    files: readdirSync(dir, { recursive: true, encoding: "utf8" })
      .filter((file) => /\.[a-z]+$/.test(file) && !file.startsWith("node_modules"))
      .toSorted()
  }
}

const everyRoute = [
  ".gitignore",
  "README.md",
  "package.json",
  "src/Manifest.ts",
  "src/index.ts",
  "test/badge.ts",
  "test/conformance.test.ts",
  "test/subject.ts",
  "tsconfig.build.json",
  "tsconfig.json"
]

describe("a connector over a session", () => {
  it("has the files of every connector, passes the structure check, and one promise of it is broken", async () => {
    const { badge, dir, files } = await created("acme", "--market", "US")
    const own = ["Api", "Consent", "promise", "read", "translate"].map((name) => `src/${name}.ts`)
    assert.deepStrictEqual(files, [...everyRoute, ...own, "test/provider.ts", "test/simulate.ts"].toSorted())
    assert.deepStrictEqual(check(dir), [])
    const { code, said } = await badge()
    assert.strictEqual(code, 1)
    assert.match(said, /^acme: illustrative · no level, 1 failed/)
    assert.match(said, /\nM2, .*a user would have seen an app that promises plans and has none/)
    const skipped = [...said.matchAll(/^(\S+) skipped: /gm)].map(([, id]) => id)
    assert.deepStrictEqual(skipped, ["C16-plans", "C17"], said)
  }, 120_000)

  it("speaks of its provider, in its country and its money, and of nobody else", async () => {
    const { dir, files } = await created("cash-app", "--market", "GB")
    assert.deepStrictEqual(check(dir), [])
    const text = files.map((file) => readFileSync(join(dir, file), "utf8")).join("\n")
    assert.notMatch(text, /acme|"USD?"|workspace:/i)
    for (const said of [
      `id: "cash-app"`,
      `markets: ["GB"]`,
      `currency = "GBP"`,
      `"paymirror-connector-cash-app"`,
      "Cash App"
    ])
      assert.include(text, said)
  })
})

describe("a connector of a file", () => {
  it("is a format and nothing else, and one promise is broken", async () => {
    const { badge, dir, files } = await created("acme", "--market", "US", "--route", "export")
    assert.deepStrictEqual(files, [...everyRoute, "src/formats/statement.ts"].toSorted())
    assert.deepStrictEqual(check(dir), [])
    const { code, said } = await badge()
    assert.strictEqual(code, 1)
    assert.match(said, /^csv \(acme\): illustrative · silver, 1 failed/)
    assert.match(said, /\nC16-running, .*a user would have seen a balance that is not theirs/)
    assert.match(said, /\n16 passed, 1 failed, 0 skipped/)
  }, 60_000)
})

describe("a connector of a bank", () => {
  it("is a record and nothing else", async () => {
    const { dir, files } = await created("acme", "--market", "AT", "--route", "psd2")
    assert.deepStrictEqual(files, [...everyRoute, "src/institutions.ts"].toSorted())
    assert.deepStrictEqual(check(dir), [])
    const record = readFileSync(join(dir, "src/institutions.ts"), "utf8")
    assert.include(record, 'id: "acme-at"')
    assert.include(record, 'market: "AT"')
  })
})

describe("create-connector", () => {
  it("writes over nothing", async () => {
    mkdirSync(join(folder, "connector-zip"))
    writeFileSync(join(folder, "connector-zip/notes.md"), "mine")
    const { code, said } = await create("zip", "--market", "US")
    assert.strictEqual(code, 2)
    assert.match(said, /is there already, and nothing is written over.*--dir/)
    assert.deepStrictEqual(readdirSync(join(folder, "connector-zip")), ["notes.md"])
  })

  it.each([
    ["Acme", "US", "session", /lower-case letters.*For example: acme, cash-app/],
    ["../acme", "US", "session", /cannot be a connector's name/],
    ["connector-acme", "US", "session", /without "connector" before it/],
    ["acme", "us", "session", /two capital letters/],
    ["acme", "BR", "session", /--market BR --currency/],
    ["acme", "US", "psd2", /Banks in US owe nobody account information/]
  ])("refuses %s in %s over %s, and says why", async (name, market, route, says) => {
    const refused = Effect.flip(Naming.make({ name, market, route, currency: Option.none() }))
    assert.match((await Effect.runPromise(refused)).message, says)
  })

  it("writes nothing of what it refuses, and ends with 2", async () => {
    for (const args of [["connector-acme", "--market", "US"], ["acme"]]) {
      const { code, said } = await create(...args)
      assert.strictEqual(code, 2)
      assert.match(said, /without "connector" before it|--market/)
    }
    assert.notInclude(readdirSync(folder), "connector-acme")
  })

  it("teaches itself", async () => {
    const { code, said } = await create("--help")
    assert.strictEqual(code, 0)
    for (const word of ["pnpm create @paymirror/connector", "session", "export", "psd2", "--dir"])
      assert.include(said, word)
  })
})
