/** The README's example is a file that runs, and prints what the README says. */
import { readFileSync } from "node:fs"
import { assert, it, vi } from "vitest"

it("the README's example prints what it says", async () => {
  const log = vi.spyOn(console, "log").mockImplementation(() => undefined)
  await import("./example.ts")
  const [[amounts = []] = []] = log.mock.calls as ReadonlyArray<ReadonlyArray<ReadonlyArray<string>>>
  const printed = amounts.join(" · ")
  log.mockRestore()
  const example = readFileSync(new URL("./example.ts", import.meta.url), "utf8")
  assert.include(example, `// ${printed}`)
  assert.include(readFileSync(new URL("../README.md", import.meta.url), "utf8"), example)
})
