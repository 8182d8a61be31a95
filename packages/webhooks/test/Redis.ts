/**
 * A Redis of one's own for a test: the one that `PAYMIRROR_TEST_REDIS_URL` names, or a `redis-server` from the path on a socket
 * file, keeping nothing; `undefined` where there is neither.
 */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { createClient } from "redis"

export type Client = ReturnType<typeof createClient>

const connected = async (url: string): Promise<Client> => {
  const client: Client = createClient({ url })
  client.on("error", () => undefined)
  return client.connect()
}

export interface Redis {
  readonly url: string
  readonly client: Client
  /** Stops it from answering, where it is ours to stop. */
  readonly freeze: ((frozen: boolean) => void) | undefined
  readonly close: () => Promise<void>
}

export const open = async (): Promise<Redis | undefined> => {
  const named = process.env["PAYMIRROR_TEST_REDIS_URL"]
  if (named !== undefined) {
    const client = await connected(named)
    return { url: named, client, freeze: undefined, close: async () => client.destroy() }
  }
  const folder = mkdtempSync(join(tmpdir(), "paymirror-redis-"))
  const path = join(folder, "redis.sock")
  const server = spawn("redis-server", ["--port", "0", "--unixsocket", path, "--save", "", "--appendonly", "no"], {
    cwd: folder,
    stdio: ["ignore", "pipe", "ignore"]
  })
  const remove = () => rmSync(folder, { recursive: true, force: true })
  try {
    await once(server, "spawn")
  } catch {
    remove()
    return undefined
  }
  for await (const line of createInterface(server.stdout)) if (/ready to accept connections/i.test(line)) break
  server.stdout.resume()
  const url = `unix://${path}`
  const client = await connected(url)
  return {
    url,
    client,
    freeze: (frozen) => server.kill(frozen ? "SIGSTOP" : "SIGCONT"),
    close: async () => {
      client.destroy()
      const ended = once(server, "exit")
      server.kill("SIGKILL")
      await ended
      remove()
    }
  }
}
