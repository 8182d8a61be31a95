/** The program as a team runs it, in a process and a home of its own: keys made on the command line, then `serve`. */
import { execFile, spawn } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { createServer, type AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"

const manifest = import.meta.resolve("paymirror/package.json")
const { bin } = JSON.parse(readFileSync(new URL(manifest), "utf8")) as { readonly bin: { readonly paymirror: string } }
const main = fileURLToPath(new URL(bin.paymirror, manifest))

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once("error", reject)
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })

export interface Orchestrator {
  readonly url: string
  /** With every scope, and with `accounts` alone. */
  readonly key: string
  readonly narrowKey: string
  readonly stop: () => Promise<void>
}

/** With arguments of `serve`. */
export const start = async (...given: ReadonlyArray<string>): Promise<Orchestrator> => {
  const folder = mkdtempSync(join(tmpdir(), "paymirror-python-"))
  const env = {
    ...process.env,
    HOME: folder,
    XDG_DATA_HOME: join(folder, "data"),
    XDG_CONFIG_HOME: join(folder, "config"),
    NO_COLOR: "1"
  }
  const run = async (...args: ReadonlyArray<string>): Promise<string> =>
    (await promisify(execFile)(process.execPath, [main, ...args], { env })).stdout
  const keyWith = async (...args: ReadonlyArray<string>): Promise<string> =>
    (JSON.parse(await run("keys", "create", "--tenant", "acme", "--json", ...args)) as { readonly key: string }).key
  const key = await keyWith()
  const narrowKey = await keyWith("--scope", "accounts")
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const served = spawn(process.execPath, [main, "serve", "--port", String(port), ...given], { env, stdio: "ignore" })
  const ended = new Promise<void>((resolve) => served.once("exit", () => resolve()))
  const stop = async (): Promise<void> => {
    served.kill("SIGTERM")
    await ended
    rmSync(folder, { recursive: true, force: true })
  }
  while (
    !(await fetch(`${url}/ready`).then(
      ({ ok }) => ok,
      () => false
    ))
  ) {
    if (served.exitCode !== null) throw new Error(`serve ended with ${served.exitCode}`)
    await sleep(50)
  }
  return { url, key, narrowKey, stop }
}
