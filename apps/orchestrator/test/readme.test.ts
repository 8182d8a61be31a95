/** The front door says of every connector what its manifest says. */
import { readFileSync } from "node:fs"
import { StreamName } from "@paymirror/core"
import { assert, describe, it } from "vitest"
import { manifests } from "../src/Connectors.ts"

const readme = readFileSync(new URL("../../../README.md", import.meta.url), "utf8")

describe("the README", () => {
  for (const { id, maturity, streams } of manifests) {
    it(`says what ${id} can read and how sure that is`, () => {
      const row = readme.split("\n").find((line) => line.startsWith(`| \`${id}\` |`)) ?? ""
      const cells = row.split("|").map((cell) => cell.trim())
      assert.strictEqual(cells.at(-2), `**${maturity}**`)
      const said = StreamName.streamNames.map((_, index) => cells[index + 3])
      const stated = StreamName.streamNames.map((stream) => {
        const capability = streams[stream]
        return capability === undefined
          ? ""
          : capability.live === undefined && capability.via === undefined
            ? "history"
            : "live"
      })
      assert.deepStrictEqual(said, stated)
    })
  }
})
