/** A connector that is not part of this program is named in the environment, and is one of its connectors then. */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, assert, describe, it } from "vitest"
import { sources } from "./built/programs.ts"
import * as Configured from "../src/Configured.ts"
import { home } from "./terminal.ts"

const acme = fileURLToPath(new URL("configured/acme.ts", import.meta.url))
/** What `pnpm create @paymirror/connector acme` writes for a route. */
const template = (route: string): string =>
  fileURLToPath(new URL(`../../../packages/create-connector/templates/${route}/src/index.ts`, import.meta.url))

describe("a connector named in PAYMIRROR_CONNECTORS", () => {
  // A package is loaded beside the sources, and has the model in common with them.
  const at = home(sources.main)
  afterAll(() => at.remove())

  const written = (name: string, text: string): string => {
    const file = join(at.folder, name)
    writeFileSync(file, text)
    return file
  }
  const taken = { connectors: ["csv", "psd2"], institutions: ["klarna-de"] }
  const refused = (named: string): Promise<string> =>
    Configured.added(named, taken, at.folder).then(
      () => assert.fail(`${named} was taken`),
      (error: unknown) => (error instanceof Configured.Unusable ? error.message : assert.fail(String(error)))
    )

  it("is routed to for its provider, beside those that are built in", async () => {
    const { code, err, out } = await at.within(
      { PAYMIRROR_CONNECTORS: acme },
      "routes",
      "--market",
      "US",
      "--provider",
      "acme",
      "--json"
    )
    assert.strictEqual(code, 0, err)
    const { routes } = JSON.parse(out) as { readonly routes: ReadonlyArray<{ stream: string; live?: object }> }
    assert.deepInclude(routes.find(({ stream }) => stream === "purchases")?.live, { connector: "acme" })
    const linking = await at.within({ PAYMIRROR_CONNECTORS: acme }, "link", "--help")
    assert.include(linking.out, "acme")
  })

  const statement = [
    "Date,Reference,Type,Shop,Amount,Balance,Currency",
    "2026-03-01,r1,Top-up,Alder & Ash,20.00,20.00,USD",
    "2026-03-02,r2,Refund,Alder & Ash,5.00,25.00,USD"
  ].join("\n")

  it("brings formats: its files are recognised beside those that are built in, and the same file again adds nothing", async () => {
    const named = { PAYMIRROR_CONNECTORS: template("export") }
    const download = written("statement.csv", statement)
    const first = await at.within(named, "import", download, "--json")
    assert.strictEqual(first.code, 0, first.err)
    assert.include(JSON.parse(first.out), { format: "acme-statement", rows: 2, added: 2, unchanged: 0 })
    const again = await at.within(named, "import", download, "--json")
    assert.include(JSON.parse(again.out), { added: 0, updated: 0, unchanged: 2 })
    const { code, err } = await at.within({}, "import", download)
    assert.strictEqual(code, 5)
    assert.include(err, "The nearest known format is")
  })

  it("brings banks: they are listed, and what this host lacks for them is said", async () => {
    const { code, err, out } = await at.within({ PAYMIRROR_CONNECTORS: template("psd2") }, "institutions", "--json")
    assert.strictEqual(code, 0, err)
    const listed = JSON.parse(out) as ReadonlyArray<{ readonly id: string; readonly maturity: string }>
    assert.deepInclude(
      listed.map(({ id, maturity }) => [id, maturity]),
      ["acme-de", "illustrative"]
    )
    assert.include(
      listed.map(({ id }) => id),
      "revolut-gb"
    )
  })

  it("that brings what there is already, or what is no record, is refused", async () => {
    assert.match(
      await refused(`${template("export")},${template("export")}`),
      /there is a format acme-statement already/
    )
    const bank = `export const institutions = [{ id: "klarna-de" }]`
    assert.match(await refused(written("bank.mjs", bank)), /there is an institution klarna-de already/)
    assert.match(await refused(written("none.mjs", "export const formats = [{}]")), /no list of records with ids/)
    const mine = written("mine.mjs", `export const formats = [{ id: "n26-en", provider: "mine" }]`)
    const { code, err } = await at.within({ PAYMIRROR_CONNECTORS: mine }, "import", written("s.csv", statement))
    assert.strictEqual(code, 6)
    assert.include(err, "two formats are called n26-en")
  })

  it("that is not there stops the program, and says what to do", async () => {
    const named = { PAYMIRROR_CONNECTORS: "@nobody/connector-of-nothing" }
    const { code, err } = await at.within(named, "routes", "--market", "US")
    assert.strictEqual(code, 6)
    assert.match(err, /^PAYMIRROR_CONNECTORS names @nobody\/connector-of-nothing, and it cannot be loaded/)
    assert.notInclude(err, "at async")
    assert.match(await refused("@nobody/connector-of-nothing"), /cannot be loaded.*Install it beside paymirror/s)
  })

  it("that has no manifest, or one that is none, is refused", async () => {
    assert.match(await refused(written("empty.mjs", "export const layer = () => {}")), /exports as `manifest` is none/)
    const wrong = `export const manifest = { spec: "2", id: "x" }; export const layer = () => {}`
    assert.match(await refused(written("wrong.mjs", wrong)), /exports as `manifest` is none/)
  })

  it("that takes the name of another is refused", async () => {
    assert.match(await refused(`${acme}, ${acme}`), /there is a connector acme already/)
  })
})
