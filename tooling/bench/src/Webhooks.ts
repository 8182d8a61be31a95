/**
 * How long it takes from a change that was committed to the first byte at a receiver, while purchases come at a steady
 * rate. Three processes, as on a host: one reads and commits, `paymirror serve` tells, and the receiver is here.
 */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import type { Case } from "./Case.ts"
import * as Child from "./Child.ts"

const program = fileURLToPath(new URL("../../../apps/orchestrator/src/main.ts", import.meta.url))

/** The key of `Mirror.ts`, as the program takes it. */
const env = { ...process.env, PAYMIRROR_KEY: Buffer.alloc(32, 7).toString("base64url") }

const wall = (): number => performance.timeOrigin + performance.now()

const paymirror = async (...args: ReadonlyArray<string>): Promise<string> => {
  const child = spawn(process.execPath, [program, ...args], { env, stdio: ["ignore", "pipe", "inherit"] })
  let said = ""
  child.stdout.on("data", (piece: Buffer) => (said += piece.toString()))
  const [code] = (await once(child, "close")) as [number]
  if (code !== 0) throw new Error(`paymirror ${args[0] ?? ""} ended with ${code}`)
  return said
}

const listening = async (server: ReturnType<typeof createServer>): Promise<number> => {
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  return (server.address() as AddressInfo).port
}

const freePort = async (): Promise<number> => {
  const server = createServer()
  const port = await listening(server)
  server.close()
  await once(server, "close")
  return port
}

const pause = (millis: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, millis))

const serve = async (database: string) => {
  const port = await freePort()
  const base = `http://127.0.0.1:${port}`
  const child = spawn(
    process.execPath,
    [program, "serve", "--db", database, "--port", String(port), "--allow-private-webhooks"],
    { env, stdio: "ignore" }
  )
  while ((await fetch(`${base}/ready`).catch(() => undefined))?.ok !== true) await pause(50)
  return { base, stop: () => void child.kill() }
}

const perSecond = 100

export const webhookLatency: Case = {
  name: "webhook-latency",
  about: "a change committed in one process to its first byte at a receiver, 100 a second for 30 seconds",
  measure: async ({ directory, progress, rows }) => {
    const events = rows ?? 3000
    const database = join(directory, "webhooks.db")
    const arrived = new Map<string, number>()
    const receiver = createServer((request, response) => {
      const at = wall()
      let body = ""
      request.on("data", (piece: Buffer) => (body += piece.toString()))
      request.on("end", () => {
        const { data } = JSON.parse(body) as { readonly data: { readonly id?: string } }
        if (data.id !== undefined && !arrived.has(data.id)) arrived.set(data.id, at)
        response.writeHead(204).end()
      })
    })
    const port = await listening(receiver)
    await Child.run("webhookSource", database, 0, perSecond, "link")
    const { key } = JSON.parse(await paymirror("keys", "create", "--json", "--db", database)) as {
      readonly key: string
    }
    const service = await serve(database)
    try {
      const registered = await fetch(`${service.base}/v1/webhook-endpoints`, {
        method: "POST",
        headers: { "authorization": `Bearer ${key}`, "content-type": "application/json", "idempotency-key": "bench" },
        body: JSON.stringify({ url: `http://127.0.0.1:${port}/`, eventTypes: ["purchase.created"] })
      })
      if (registered.status !== 201) throw new Error(`the endpoint was not registered: ${registered.status}`)
      const { more: committed, peakMemoryMb, seconds } = await Child.run("webhookSource", database, events, perSecond)
      for (let waited = 0; arrived.size < events && waited < 10_000; waited += 100) await pause(100)
      if (arrived.size < events) throw new Error(`${events - arrived.size} of ${events} events did not arrive`)
      const millis = [...arrived].map(([id, at]) => at - (committed[id] ?? Number.NaN)).toSorted((a, b) => a - b)
      const at = (share: number): string =>
        (millis[Math.min(millis.length - 1, Math.floor(millis.length * share))] ?? 0).toFixed(1)
      progress(`${webhookLatency.name}: ${events} events`)
      return {
        name: webhookLatency.name,
        rowsPerSecond: events / seconds,
        limitRowsPerSecond: perSecond,
        ratio: events / seconds / perSecond,
        peakMemoryMb,
        limitPeakMemoryMb: peakMemoryMb,
        notes: [
          `ms from the commit to the receiver: median ${at(0.5)}, p95 ${at(0.95)}, p99 ${at(0.99)}, most ${at(1)}`
        ]
      }
    } finally {
      service.stop()
      receiver.closeAllConnections()
      receiver.close()
    }
  }
}
