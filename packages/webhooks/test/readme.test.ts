/** The README: its table has every event and no other, and its programs run as they stand there. */
import { eventTypes, handler } from "@paymirror/webhooks"
import { sign } from "@paymirror/webhooks/testing"
import { assert, describe, it } from "@effect/vitest"
import { execFile, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import { promisify } from "node:util"
import { Queue } from "bullmq"
import { vi } from "vitest"
import * as Redis from "./Redis.ts"
import { redisSeen } from "./redisSeen.ts"
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
  for (const name of ["bullmq", "redis"])
    symlinkSync(join(root, "node_modules", name), join(folder, "node_modules", name))
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

/** Of a machine that starts processes slowly; on one at rest it takes a few seconds. */
const patience = 90_000

const absent = "no redis-server on the path and no PAYMIRROR_TEST_REDIS_URL: this program was not run"

/** A program that listens, once it does. */
const start = async (
  name: string,
  port: number,
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv }
) => {
  const child = spawn(process.execPath, [name], { ...options, stdio: ["ignore", "pipe", "inherit"] })
  let printed = ""
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    printed += text
  })
  const isUp = () =>
    fetch(`http://127.0.0.1:${port}/`).then(
      () => true,
      () => false
    )
  await vi.waitUntil(isUp, { timeout: 40_000 })
  const stop = async () => {
    const ended = once(child, "exit")
    child.kill()
    await ended
  }
  return { printed: () => printed, stop }
}

/** What `deliver.mjs` sends. */
const repeat = async (port: number, secrets: string): Promise<number> =>
  (await fetch(sign(due, { secrets, id: "evt_1_0", url: `http://127.0.0.1:${port}/webhooks` }))).status

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

  it(
    "receive, take a repeat once, and act",
    async () => {
      const { folder, port } = await install()
      assert.include(readme, `node -p 'require("@paymirror/webhooks/testing").secret()'`)
      const made: string = createRequire(import.meta.url)("@paymirror/webhooks/testing").secret()
      const options = { cwd: folder, env: { ...process.env, PAYMIRROR_WEBHOOK_SECRET: made } }
      const receiver = await start("receiver.mjs", port, options)
      try {
        assert.strictEqual((await run(process.execPath, ["deliver.mjs"], options)).stdout, "202 \n")
        assert.strictEqual(await repeat(port, made), 202)
        const acted = await run(process.execPath, ["worker.mjs"], options)
        assert.strictEqual(acted.stdout, "remind h_1 of installment 2 of pl_1\n")
        assert.strictEqual((await run(process.execPath, ["worker.mjs"], options)).stdout, "")
      } finally {
        await receiver.stop()
        rmSync(folder, { recursive: true })
      }
    },
    patience
  )

  it(
    "receive into BullMQ, and work once",
    async (context) => {
      const redis = await Redis.open()
      if (redis === undefined) return context.skip(absent)
      const { folder, port } = await install()
      const env = { ...process.env, PAYMIRROR_WEBHOOK_SECRET: secret, REDIS_URL: redis.url }
      const receiver = await start("jobs.mjs", port, { cwd: folder, env })
      try {
        assert.deepStrictEqual([await repeat(port, secret), await repeat(port, secret)], [202, 202])
        await vi.waitFor(() => assert.strictEqual(receiver.printed(), "evt_1_0 installment.due\n"), { timeout: 40_000 })
        await pause(100)
        assert.strictEqual(receiver.printed(), "evt_1_0 installment.due\n")
      } finally {
        await receiver.stop()
        const queue = new Queue("paymirror", { connection: redis.client })
        await queue.obliterate({ force: true })
        await queue.close()
        await redis.close()
        rmSync(folder, { recursive: true })
      }
    },
    patience
  )

  it("those without a name are files that are run", () => {
    for (const name of ["example.ts", "redisSeen.ts"]) {
      assert.include(blocks, readFileSync(join(import.meta.dirname, name), "utf8"))
    }
  })

  it("the record over Redis holds what it has to", async (context) => {
    const redis = await Redis.open()
    if (redis === undefined) return context.skip(absent)
    const id = `evt_${crypto.randomUUID()}`
    const seen = redisSeen(redis.client)
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
