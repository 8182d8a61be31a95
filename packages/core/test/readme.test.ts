/** The README's example is run as it stands there. */
import { readFileSync } from "node:fs"
import { assert, it } from "vitest"
import { InstallmentMachine, Money, RefundAllocation, Schedule } from "../src/index.ts"

it("the README's example prints what it says", () => {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8")
  const code = /```ts\n(import \{ InstallmentMachine[\s\S]*?)```/.exec(readme)?.[1] ?? ""
  const printed: Array<string> = []
  const body = code.replace(/^import .*\n/, "").replaceAll(" as const", "")
  const run = new Function("InstallmentMachine", "Money", "RefundAllocation", "Schedule", "console", body)
  run(InstallmentMachine, Money, RefundAllocation, Schedule, {
    log: (amounts: ReadonlyArray<string>) => printed.push(amounts.join(" · "))
  })
  assert.strictEqual(printed.length, 1)
  assert.include(readme, `// ${printed[0] ?? ""}`)
})
