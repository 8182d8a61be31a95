/** The README: its table has every event and no other, and its programs run as they stand there. */
import { eventTypes, handler, type Seen } from "@paymirror/webhooks"
import { assert, describe, it } from "@effect/vitest"
import { execFile, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import { promisify } from "node:util"
import * as Redis from "./Redis.ts"
import { due, now, secret, signed } from "./Sender.ts"

const root = join(import.meta.dirname, "..")
const readme = readFileSync(join(root, "README.md"), "utf8")
const blocks = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code = ""]) => code)
const run = promisify(execFile)

/** The programs of the README, in a folder like a user's, on a port that is free. */
const install = async () => {
  const folder = mkdtempSync(join(tmpdir(), "paymirror-readme-"))
  mkdirSync(join(folder, "node_modules", "@paymirror"), { recursive: true })
  symlinkSync(root, join(folder, "node_modules", "@paymirror", "webhooks"))
  const probe = createServer().listen(0)
  await once(probe, "listening")
  const address = probe.address()
  const port = typeof address === "object" && address !== null ? address.port : 0
  probe.close()
  for (const code of blocks) {
    const [, name] = /^\/\/ (\w+\.mjs)\n/.exec(code) ?? []
    if (name !== undefined) writeFileSync(join(folder, name), code.replaceAll("4020", String(port)))
  }
  return { folder, port }
}

describe("the table of events", () => {
  it("has every type once, in the order of the model, and says what to do", () => {
    const [, table = ""] = /\n## Events\n([\s\S]*?)\n## /.exec(readme) ?? []
    const rows = [...table.matchAll(/^\| `([a-z_.]+)` \| (.+) \|$/gm)]
    assert.deepStrictEqual(
      rows.map(([, type]) => type),
      [...eventTypes]
    )
    assert.isTrue(rows.every(([, , todo = ""]) => todo.length > 3))
  })
})

describe("the programs", () => {
  it("the first receiver takes ten lines", () => {
    const code = blocks.find((block) => block.startsWith("// receiver.mjs")) ?? ""
    assert.isAtMost(code.split("\n").filter((line) => line.trim() !== "" && !/^(?:import|\/\/) /.test(line)).length, 10)
  })

  it("receive, take a repeat once, and act", async () => {
    const { folder, port } = await install()
    const made = await run(process.execPath, ["-p", 'require("@paymirror/webhooks/testing").secret()'], { cwd: folder })
    const options = { cwd: folder, env: { ...process.env, PAYMIRROR_WEBHOOK_SECRET: made.stdout.trim() } }
    const receiver = spawn(process.execPath, ["receiver.mjs"], { ...options, stdio: "inherit" })
    try {
      for (let tries = 0; tries < 200; tries++) {
        if (
          await fetch(`http://127.0.0.1:${port}/`).then(
            () => true,
            () => false
          )
        )
          break
        await pause(50)
      }
      for (const _ of [1, 2])
        assert.strictEqual((await run(process.execPath, ["deliver.mjs"], options)).stdout, "202 \n")
      const acted = await run(process.execPath, ["worker.mjs"], options)
      assert.strictEqual(acted.stdout, "remind h_1 of installment 2 of pl_1\n")
      assert.strictEqual((await run(process.execPath, ["worker.mjs"], options)).stdout, "")
    } finally {
      const ended = once(receiver, "exit")
      receiver.kill()
      await ended
      rmSync(folder, { recursive: true })
    }
  })

  it("the record over Redis holds what it has to", async (context) => {
    const redis = await Redis.open()
    if (redis === undefined) return context.skip("no redis-server on the path and no PAYMIRROR_TEST_REDIS_URL")
    const code = blocks.find((block) => block.startsWith("const seen = {")) ?? ""
    const make = new Function("redis", `${code}\nreturn seen`) as (client: Redis.Client) => Seen
    const id = `evt_${crypto.randomUUID()}`
    const seen = make(redis.client)
    try {
      const turns = await Promise.all(Array.from({ length: 20 }, () => seen.first(id, 60_000)))
      assert.strictEqual(turns.filter((turn) => turn === "first").length, 1)
      assert.strictEqual(turns.filter((turn) => turn === "held").length, 19)
      await seen.release(id)
      const ids: Array<string> = []
      const receive = handler({ secrets: secret, now: () => now, seen, enqueue: (message) => ids.push(message.id) })
      for (const status of [202, 200]) assert.strictEqual((await receive(signed(due, { id }))).status, status)
      assert.deepStrictEqual(ids, [id])
      await seen.release(id)
      assert.strictEqual(await seen.first(id, 1), "first")
      await pause(20)
      assert.strictEqual(await seen.first(id, 60_000), "first")
      await seen.release(id)
    } finally {
      await redis.close()
    }
  })
})
