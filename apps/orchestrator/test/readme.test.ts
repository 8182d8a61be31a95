/** The front door says of every connector what its manifest says. */
import { readFileSync } from "node:fs"
import { assert, it } from "vitest"
import { path, table, written } from "../connectorTable.ts"

it("the README's table of connectors is what their manifests say (pnpm readme writes it)", () => {
  assert.strictEqual(written(readFileSync(path, "utf8")), table)
})
