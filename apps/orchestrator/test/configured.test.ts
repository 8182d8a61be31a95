/** A connector that is not part of this program is named in the environment, and is one of its connectors then. */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, assert, describe, it } from "vitest"
import { home } from "./terminal.ts"

const acme = fileURLToPath(new URL("configured/acme.ts", import.meta.url))

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
