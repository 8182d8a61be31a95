/** The program with its banks open: where they are, and certificates a stranger can reach them with. */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtemp, readFile, rm, stat } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { client } from "./client.ts"
import { at } from "./reading.ts"

describe("the program with --banks", () => {
  it("says where each bank is, and writes certificates that open its door", async () => {
    const directory = await mkdtemp(join(tmpdir(), "banks-"))
    const main = new URL("../../src/serve.ts", import.meta.url).pathname
    const child = spawn(process.execPath, [main, "--banks", "--port", "0", "--certificates", directory])
    try {
      let told = ""
      child.stdout.setEncoding("utf8").on("data", (text: string) => (told += text))
      while (!told.includes("certificates ")) await once(child.stdout, "data")
      const address = /^nordbank-de\s+(https:\S+)$/m.exec(told)?.[1]
      assert.isDefined(address)
      assert.strictEqual(/^klarna-de\s+(\S+)$/m.exec(told)?.[1], /^klarna-se\s+(\S+)$/m.exec(told)?.[1])
      const file = (name: string) => readFile(join(directory, name), "utf8")
      const ask = client(await file("ca.pem"), { cert: await file("qwac.pem"), key: await file("qwac.key") })
      const heard = await ask(`${address ?? ""}/v1/accounts`)
      assert.deepStrictEqual([heard.status, at(heard.json, "tppMessages", 0, "path")], [400, "Consent-ID"])
      assert.strictEqual((await stat(join(directory, "qseal.key"))).mode & 0o077, 0)
    } finally {
      child.kill("SIGTERM")
      await once(child, "exit")
      await rm(directory, { recursive: true })
    }
  })
})
