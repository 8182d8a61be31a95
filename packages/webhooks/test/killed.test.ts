/** A receiver that is killed while it takes a message gets it again, under the same id, and acts once. */
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { sign } from "@paymirror/webhooks/testing"
import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { vi } from "vitest"
import { due, secret } from "./Sender.ts"

let folder = ""
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "paymirror-killed-"))
})
afterAll(() => {
  for (const child of running) child.kill("SIGKILL")
  rmSync(folder, { recursive: true })
})

/** Of a machine that starts processes slowly; on one at rest it takes a few seconds. */
const patience = 90_000

const running = new Set<ChildProcess>()

const start = async (...args: ReadonlyArray<string>) => {
  const child = spawn(process.execPath, [fileURLToPath(new URL("./program.ts", import.meta.url)), ...args], {
    stdio: ["ignore", "pipe", "inherit"]
  })
  running.add(child)
  const ended = once(child, "exit").then(() => running.delete(child))
  const [url] = await Promise.race([
    once(createInterface(child.stdout), "line"),
    ended.then(() => Promise.reject(new Error("the receiver ended before it listened")))
  ])
  const deliver = async (id: string): Promise<number | "no answer"> => {
    const request = sign(due, { secrets: secret, id, url: `${url}/webhooks` })
    return fetch(request).then(
      ({ status }) => status,
      () => "no answer" as const
    )
  }
  const stop = async () => {
    child.kill("SIGKILL")
    await ended
  }
  return { deliver, ended, stop }
}

const acts = (file: string): ReadonlyArray<unknown> => {
  const database = new DatabaseSync(file, { readOnly: true })
  try {
    return database
      .prepare("SELECT id FROM act ORDER BY rowid")
      .all()
      .map(({ id }) => id)
  } finally {
    database.close()
  }
}

/** Delivers, and waits until the worker has come to the last. */
const work = async (file: string, mode: ReadonlyArray<string>, ids: ReadonlyArray<string>): Promise<void> => {
  const { deliver, stop } = await start(file, ...mode)
  try {
    for (const id of ids) assert.strictEqual(await deliver(id), 202)
    await vi.waitFor(() => assert.include(acts(file), ids.at(-1)), { timeout: 40_000 })
  } finally {
    await stop()
  }
}

describe("a receiver that is killed", () => {
  it(
    "before, and again after the message is in the queue, gets it once more and acts once",
    async () => {
      const file = join(folder, "killed.db")
      for (const when of ["before", "after"]) {
        const dying = await start(file, when)
        assert.strictEqual(await dying.deliver("msg_1"), "no answer")
        await dying.ended
      }
      await work(file, [], ["msg_1", "msg_1", "msg_2"])
      assert.deepStrictEqual(acts(file), ["msg_1", "msg_2"])
    },
    patience
  )

  it(
    "is found to act twice where the queue is not told the id",
    async () => {
      const file = join(folder, "anonymous.db")
      await work(file, ["anonymous"], ["msg_1", "msg_1", "msg_2"])
      assert.deepStrictEqual(acts(file), ["msg_1", "msg_1", "msg_2"])
    },
    patience
  )
})
