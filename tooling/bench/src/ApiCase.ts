/**
 * The list endpoint as a program meets it: `paymirror serve` with 100,000 installments stored, beside a bare `node:http`
 * handler with the same SQL, the same key to look up and the same line of the access log to write. Both are processes of
 * their own, asked by the same readers in turn.
 */
import { deepStrictEqual } from "node:assert"
import { execFileSync, spawn } from "node:child_process"
import { copyFileSync, readFileSync, rmSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import type { Case } from "./Case.ts"
import * as Child from "./Child.ts"
import { median } from "./Pace.ts"

const main = fileURLToPath(new URL("../../../apps/orchestrator/src/main.ts", import.meta.url))
// The key the mirror of a measurement is sealed with.
const env = { ...process.env, PAYMIRROR_KEY: Buffer.alloc(32, 7).toString("base64url") }

const pairs = 3
const walkers = 8
const seconds = 5

interface Running {
  readonly port: number
  readonly peakMemoryMb: () => number
  readonly stop: () => Promise<void>
}

/** Starts a server and waits for the line that tells where it is. */
const listen = (args: ReadonlyArray<string>, portOf: (line: string) => number): Promise<Running> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...Child.flags, ...args], { env, stdio: ["ignore", "pipe", "inherit"] })
    const closed = new Promise<void>((done) => child.on("close", () => done()))
    child.on("error", reject)
    child.stdout.once("data", (line: Buffer) =>
      resolve({
        port: portOf(line.toString()),
        peakMemoryMb: () => {
          const status = readFileSync(`/proc/${child.pid}/status`, "utf8")
          return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024
        },
        stop: () => {
          child.kill()
          return closed
        }
      })
    )
  })

const service = (database: string): Promise<Running> =>
  listen([main, "serve", "--db", database, "--port", "0", "--no-sync", "--rate-limit", "0", "--json"], (line) =>
    Number(new URL((JSON.parse(line) as { readonly url: string }).url).port)
  )

const bare = (database: string): Promise<Running> => listen([Child.entry, "apiLimit", database], Number)

const pages = async (port: number, key: string, count: number): Promise<ReadonlyArray<unknown>> => {
  const found: Array<unknown> = []
  let cursor = ""
  for (let page = 0; page < count; page++) {
    const response = await fetch(`http://127.0.0.1:${port}/v1/installments?limit=100${cursor}`, {
      headers: { authorization: `Bearer ${key}` }
    })
    const body = (await response.json()) as { readonly nextCursor: string }
    cursor = `&cursor=${body.nextCursor}`
    found.push(body)
  }
  return found
}

interface Measured {
  readonly requests: number
  readonly items: number
  readonly seconds: number
}

/** Asks one side for a while. What it answers is held against the other's. */
const ask = async (start: () => Promise<Running>, key: string) => {
  const server = await start()
  try {
    const first = await pages(server.port, key, 5)
    const load = await Child.tell<Measured>("apiLoad", server.port, key, walkers, seconds)
    return {
      first,
      items: load.items / load.seconds,
      requests: load.requests / load.seconds,
      peak: server.peakMemoryMb()
    }
  } finally {
    await server.stop()
  }
}

export const apiList: Case = {
  name: "api-list",
  about: "installments by due date over HTTP, pages of 100, eight readers, 100,000 stored",
  measure: async ({ directory, progress, rows: purchases = 25_000 }) => {
    const [ours, theirs] = [join(directory, "service.db"), join(directory, "bare.db")]
    const feed = await Child.serve("serve", purchases, 200)
    try {
      await Child.run("socket", feed.port, 200, purchases, ours)
    } finally {
      feed.stop()
    }
    const made = execFileSync(process.execPath, [main, "keys", "create", "--db", ours, "--json"], { env })
    const { key } = JSON.parse(made.toString()) as { readonly key: string }
    copyFileSync(ours, theirs)
    const engine: Array<Awaited<ReturnType<typeof ask>>> = []
    const limit: Array<Awaited<ReturnType<typeof ask>>> = []
    try {
      for (let turn = 1; turn <= pairs; turn++) {
        const [left, right] = [await ask(() => service(ours), key), await ask(() => bare(theirs), key)]
        deepStrictEqual(left.first, right.first)
        engine.push(left)
        limit.push(right)
        progress(
          `api-list ${turn}/${pairs}: ${left.requests.toFixed(0)} requests/s beside ${right.requests.toFixed(0)}`
        )
      }
    } finally {
      for (const file of [ours, theirs])
        for (const suffix of ["", "-wal", "-shm"]) rmSync(file + suffix, { force: true })
    }
    const rowsPerSecond = median(engine.map(({ items }) => items))
    const limitRowsPerSecond = median(limit.map(({ items }) => items))
    const requests = [engine, limit].map((side) => median(side.map((one) => one.requests)).toFixed(0))
    return {
      name: "api-list",
      rowsPerSecond,
      limitRowsPerSecond,
      ratio: rowsPerSecond / limitRowsPerSecond,
      peakMemoryMb: median(engine.map(({ peak }) => peak)),
      limitPeakMemoryMb: median(limit.map(({ peak }) => peak)),
      notes: [`requests/s: ${requests.join(" beside ")}`]
    }
  }
}
