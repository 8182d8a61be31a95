/** The README of the engine promises a program of under twenty lines. These are those lines, in a folder like a user's. */
import { execFile } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { assert, it } from "vitest"

const readme = new URL("../README.md", import.meta.resolve("@paymirror/sync"))
const modules = fileURLToPath(new URL("../node_modules", import.meta.url))
const run = promisify(execFile)

it("the engine is embedded in under twenty lines, as its README says", async () => {
  const [, code = ""] = /```ts\n([\s\S]*?)```/.exec(readFileSync(readme, "utf8")) ?? []
  assert.isBelow(code.split("\n").filter((line) => line.trim() !== "").length, 20)
  const folder = mkdtempSync(join(tmpdir(), "paymirror-embed-"))
  try {
    symlinkSync(modules, join(folder, "node_modules"))
    writeFileSync(join(folder, "program.ts"), code)
    writeFileSync(join(folder, "package.json"), `{"type":"module"}`)
    writeFileSync(
      join(folder, "export.csv"),
      "Type,Product,Started Date,Completed Date,Description,Amount,Fee,Currency,State,Balance\n" +
        "TOPUP,Current,2026-06-01 10:00:00,2026-06-01 10:00:05,Top-up,20.00,0.00,USD,COMPLETED,20.00\n" +
        "CARD_PAYMENT,Current,2026-06-02 08:00:00,2026-06-02 09:00:00,Coffee,-4.50,0.00,USD,COMPLETED,15.50\n"
    )
    const first = await run(process.execPath, ["program.ts"], { cwd: folder })
    const second = await run(process.execPath, ["program.ts"], { cwd: folder })
    assert.match(first.stdout, /CaughtUp \{ added: 2, unchanged: 0 \}/)
    assert.match(second.stdout, /CaughtUp \{ added: 0, unchanged: 2 \}/)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
