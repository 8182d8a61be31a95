/**
 * The service as a tenant's program and a person's browser meet it: a real socket over a real file, with a tenant, two of
 * its people and a stranger of another tenant. It can be stopped and started again over the same file.
 */
import * as NodeServices from "@effect/platform-node/NodeServices"
import { scopes } from "@paymirror/api"
import { once } from "node:events"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Clock from "effect/Clock"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Redacted from "effect/Redacted"
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as UserDirectories from "effect/persistence/UserDirectories"
import * as SqlClient from "effect/sql/SqlClient"
import * as Home from "../../src/Home.ts"
import * as LinkSessions from "../../src/linking/LinkSessions.ts"
import * as ApiKeys from "../../src/service/ApiKeys.ts"
import * as Server from "../../src/service/Server.ts"
import * as Tenants from "../../src/service/Tenants.ts"

/** A port nobody listens at. */
export const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, "127.0.0.1")
  await once(server, "listening")
  const bound = server.address()
  server.close()
  await once(server, "close")
  return typeof bound === "object" && bound !== null ? bound.port : 0
}

export interface Answer<A> {
  readonly status: number
  readonly headers: Headers
  readonly body: A
  readonly text: string
}

export type Call = <A = Record<string, never>>(method: string, path: string, body?: unknown) => Promise<Answer<A>>

/** A tenant's program, with a key. */
export const program =
  (url: string, key: string): Call =>
  async (method, path, body) => {
    const raw = typeof body === "string"
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(method === "POST" && { "idempotency-key": crypto.randomUUID() }),
        ...(body !== undefined && { "content-type": raw ? "text/csv" : "application/json" })
      },
      ...(body !== undefined && { body: raw ? body : JSON.stringify(body) })
    })
    const text = await response.text()
    const isJson = /json/.test(response.headers.get("content-type") ?? "")
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: isJson ? JSON.parse(text) : undefined
    }
  }

export interface Options {
  /** A folder with the host's credentials for banks (`psd2/`), where it has some. */
  readonly settings?: string
  readonly allowedBaseUrls?: ReadonlyArray<string>
  readonly port?: number
}

/** A service of its own, up until `close`. */
export const service = async (options: Options = {}) => {
  const folder = mkdtempSync(join(tmpdir(), "paymirror-service-"))
  const database = join(folder, "paymirror.db")
  const port = options.port ?? (await freePort())
  const url = `http://localhost:${port}`
  let ahead = 0
  const clock = Layer.effect(
    Clock.Clock,
    Effect.map(Clock.Clock, (real): Clock.Clock => ({
      sleep: (duration) => real.sleep(duration),
      monotonicTimeNanosUnsafe: () => real.monotonicTimeNanosUnsafe(),
      monotonicTimeNanos: real.monotonicTimeNanos,
      currentTimeMillisUnsafe: () => Date.now() + ahead,
      currentTimeMillis: Effect.sync(() => Date.now() + ahead),
      currentTimeNanosUnsafe: () => BigInt(Date.now() + ahead) * 1_000_000n,
      currentTimeNanos: Effect.sync(() => BigInt(Date.now() + ahead) * 1_000_000n)
    }))
  )
  const machine = Layer.mergeAll(
    clock,
    NodeServices.layer,
    SecureRandom.layerWebCrypto,
    Layer.effect(
      UserDirectories.UserDirectories,
      Effect.map(UserDirectories.UserDirectories, (directories) => ({
        ...directories,
        config: () => Effect.succeed(options.settings ?? join(folder, "settings"))
      }))
    ).pipe(Layer.provide(UserDirectories.layer), Layer.provide(NodeServices.layer)),
    ConfigProvider.layer(ConfigProvider.fromUnknown({}))
  )
  const whole = Server.layer({
    port,
    publicUrl: url,
    ...(options.allowedBaseUrls !== undefined && { allowedBaseUrls: options.allowedBaseUrls })
  }).pipe(
    Layer.provideMerge(Home.engine(database, Redacted.make(new Uint8Array(32).fill(7)))),
    Layer.provideMerge(machine)
  )
  const boot = () => ManagedRuntime.make(whole)
  let runtime = boot()
  const people = await runtime.runPromise(
    Effect.gen(function* () {
      const { tenantId } = yield* Tenants.named("Fern & Co")
      const stranger = yield* Tenants.named("Elsewhere")
      const all = { name: "test", scopes: [...scopes] }
      const alex = yield* Tenants.holderOf(tenantId, "alex")
      const robin = yield* Tenants.holderOf(tenantId, "robin")
      const key = yield* ApiKeys.create({ ...all, tenantId })
      const other = yield* ApiKeys.create({ ...all, tenantId: stranger.tenantId })
      const bound = yield* ApiKeys.create({ ...all, tenantId, holderId: robin.holderId })
      return {
        alex: alex.holderId,
        robin: robin.holderId,
        key: Redacted.value(key.key),
        other: Redacted.value(other.key),
        bound: Redacted.value(bound.key)
      }
    })
  )
  return {
    ...people,
    url,
    folder,
    database,
    call: program(url, people.key),
    foreign: program(url, people.other),
    boundToRobin: program(url, people.bound),
    /** Stops it and starts it again over the same file. */
    restart: async () => {
      await runtime.dispose()
      runtime = boot()
      await runtime.runPromise(Effect.void)
    },
    /** Lets time pass, for the service alone. */
    later: (minutes: number) => void (ahead += minutes * 60_000),
    /** Waits for the reads that began when somebody was linked. */
    quiet: () =>
      until(async () => {
        const reading = await runtime.runPromise(LinkSessions.unread)
        return reading.length === 0 ? true : undefined
      }),
    sql: <A extends object>(statement: string) =>
      runtime.runPromise(Effect.flatMap(SqlClient.SqlClient, (sql) => sql.unsafe<A>(statement))),
    /** Everything that lies in the database's files, as text. */
    stored: () =>
      ["", "-wal", "-shm"].map((suffix) => readFileSync(`${database}${suffix}`).toString("latin1")).join("\n"),
    close: async () => {
      await runtime.dispose()
      rmSync(folder, { recursive: true, force: true })
    }
  }
}

export type Service = Awaited<ReturnType<typeof service>>

/** Looks until it is so. */
export const until = async <A>(look: () => Promise<A | undefined>): Promise<A> => {
  for (let tries = 0; tries < 600; tries += 1) {
    const seen = await look()
    if (seen !== undefined) return seen
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  throw new Error("it did not come to pass")
}
