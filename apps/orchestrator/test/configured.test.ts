/** A connector that is not part of this program is named in the environment, and is one of its connectors then. */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, assert, describe, it } from "vitest"
import { home } from "./terminal.ts"

const acme = fileURLToPath(new URL("configured/acme.ts", import.meta.url))
/** What `pnpm create @paymirror/connector acme --route export` writes. */
const file = fileURLToPath(new URL("../../../packages/create-connector/templates/export/src/index.ts", import.meta.url))

describe("a connector named in PAYMIRROR_CONNECTORS", () => {
  const at = home()
  afterAll(() => at.remove())

  const written = (name: string, text: string): string => {
    const file = join(at.folder, name)
    writeFileSync(file, text)
    return file
  }
  const refused = async (named: string) => {
    const { code, err } = await at.within({ PAYMIRROR_CONNECTORS: named }, "routes", "--market", "US")
    assert.strictEqual(code, 6, err)
    assert.notInclude(err, "at async")
    return err
  }

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

  it("imports a file of its own, and the same file again adds nothing", async () => {
    const named = { PAYMIRROR_CONNECTORS: file }
    const download = written(
      "statement.csv",
      [
        "Date,Reference,Type,Shop,Amount,Balance,Currency",
        "2026-03-01,r1,Top-up,Alder & Ash,20.00,20.00,USD",
        "2026-03-02,r2,Refund,Alder & Ash,5.00,25.00,USD"
      ].join("\n")
    )
    const first = await at.within(named, "import", download, "--connector", "acme", "--json")
    assert.strictEqual(first.code, 0, first.err)
    assert.include(JSON.parse(first.out), { format: "acme", rows: 2, added: 2, unchanged: 0 })
    const again = await at.within(named, "import", download, "--connector", "acme", "--json")
    assert.include(JSON.parse(again.out), { added: 0, updated: 0, unchanged: 2 })
    const unknown = await at.within({}, "import", download, "--connector", "acme")
    assert.strictEqual(unknown.code, 2)
    assert.include(unknown.err + unknown.out, "csv")
  })

  it("that is not there stops the program, and says what to do", async () => {
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
