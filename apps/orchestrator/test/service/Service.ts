/**
 * The service as it runs: a real port over a real SQLite file, and people whose accounts were read from the simulated
 * provider. What a test has to know of it (keys, ids) it makes through the program's own code.
 */
import type { Scope } from "@paymirror/api"
import { scopes as allScopes } from "@paymirror/api"
import * as Sync from "@paymirror/sync"
import * as Sqlite from "@paymirror/sync/sqlite"
import { Sandbox } from "@paymirror/sandbox"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Redacted from "effect/Redacted"
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as HttpServer from "effect/http/HttpServer"
import * as UserDirectories from "effect/persistence/UserDirectories"
import * as Home from "../../src/Home.ts"
import { linkAccount } from "../../src/linkAccount.ts"
import type { Person } from "../../src/Person.ts"
import * as Poll from "../../src/Poll.ts"
import * as ApiKeys from "../../src/service/ApiKeys.ts"
import * as Server from "../../src/service/Server.ts"
import * as Tenants from "../../src/service/Tenants.ts"

const sealKey = Redacted.make(new Uint8Array(32).fill(9))

interface Options extends Partial<Server.Options> {
  /** Where one ran before. */
  readonly folder?: string
  /** Hears every statement. */
  readonly onStep?: (statement: string) => void
}

const layerOf = (filename: string, { onStep, ...options }: Omit<Options, "folder">) =>
  Server.layer({ port: 0, ...options }).pipe(
    Layer.provideMerge(onStep === undefined ? Home.engine(filename, sealKey) : overheard(filename, onStep)),
    Layer.provideMerge(Layer.mergeAll(NodeServices.layer, SecureRandom.layerWebCrypto, UserDirectories.layer))
  )

const overheard = (filename: string, onStep: (statement: string) => void) =>
  Sync.layer().pipe(
    Layer.provideMerge(Sync.Seal.layer(sealKey)),
    Layer.provideMerge(Sqlite.layer({ filename, onStep }))
  )

type Services = Layer.Success<ReturnType<typeof layerOf>>

export interface KeyOptions {
  readonly tenant?: string
  readonly scopes?: ReadonlyArray<Scope>
  readonly holderId?: string
  readonly expiresAt?: string
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly json: unknown
}

/** What a request may be besides its path. */
export interface Asking {
  readonly key?: string | undefined
  readonly method?: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export class Service {
  readonly folder: string
  readonly filename: string
  readonly base: string
  private readonly runtime: ManagedRuntime.ManagedRuntime<Services, unknown>

  private constructor(folder: string, base: string, runtime: ManagedRuntime.ManagedRuntime<Services, unknown>) {
    this.folder = folder
    this.filename = join(folder, "mirror.db")
    this.base = base
    this.runtime = runtime
  }

  static async start(options: Options = {}): Promise<Service> {
    const { folder = mkdtempSync(join(tmpdir(), "paymirror-service-")), ...rest } = options
    const runtime = ManagedRuntime.make(layerOf(join(folder, "mirror.db"), rest))
    const port = await runtime.runPromise(
      Effect.map(HttpServer.HttpServer, ({ address }) => ("port" in address ? address.port : 0))
    )
    return new Service(folder, `http://127.0.0.1:${port}`, runtime)
  }

  run<A, E>(effect: Effect.Effect<A, E, Services>): Promise<A> {
    return this.runtime.runPromise(effect)
  }

  /** Makes a key and gives its id beside it. */
  async keyWithId({ tenant = "acme", scopes = allScopes, ...rest }: KeyOptions = {}) {
    const made = await this.run(
      Effect.flatMap(Tenants.named(tenant), ({ tenantId }) =>
        ApiKeys.create({ tenantId, name: "test", scopes, ...rest })
      )
    )
    return { keyId: made.keyId, key: Redacted.value(made.key) }
  }

  async key(options: KeyOptions = {}): Promise<string> {
    return (await this.keyWithId(options)).key
  }

  holder(tenant: string, reference: string): Promise<string> {
    return this.run(
      Effect.gen(function* () {
        const { tenantId } = yield* Tenants.named(tenant)
        return (yield* Tenants.holderOf(tenantId, reference)).holderId
      })
    )
  }

  /** Links an invented person of the sandbox to a holder, and reads everything. */
  link(sandbox: Sandbox.RunningSandbox, person: string, holderId: string) {
    const { deviceId, refreshToken } = sandbox.openSession(person)
    return this.run(
      Effect.gen(function* () {
        const linked = yield* linkAccount(
          {
            connector: "klarna-us",
            holder: holderId,
            settings: { baseUrl: sandbox.baseUrl },
            streams: ["purchases", "plans", "card", "balance", "points", "deliveries", "profile"],
            days: 365,
            attendedOnly: false,
            presence: undefined
          },
          handingOver({ refresh_token: refreshToken, device_id: deviceId })
        )
        yield* Effect.flatMap(Sync.Connections, (connections) => connections.get(linked.connectionId)).pipe(
          Effect.flatMap((connection) =>
            connection === undefined ? Effect.die("it was linked") : Poll.once(connection)
          )
        )
        return {
          connectionId: linked.connectionId,
          consentId: linked.consentId,
          accountId: linked.accountIds[0] ?? ""
        }
      })
    )
  }

  async ask(path: string, { body, headers = {}, key, method = "GET" }: Asking = {}): Promise<Answer> {
    const response = await fetch(this.base + path, {
      method,
      headers: {
        ...(key !== undefined && { authorization: `Bearer ${key}` }),
        ...(body !== undefined && { "content-type": "application/json" }),
        ...headers
      },
      ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) })
    })
    const text = await response.text()
    const isJson = response.headers.get("content-type")?.includes("json") === true
    return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : undefined }
  }

  /** Stops it, and leaves its folder. */
  stop(): Promise<void> {
    return this.runtime.dispose()
  }

  async close(): Promise<void> {
    await this.stop()
    rmSync(this.folder, { recursive: true, force: true })
  }
}

const handingOver = (values: Readonly<Record<string, string>>): Person => ({
  say: () => Effect.void,
  agrees: () => Effect.succeed(true),
  enter: () =>
    Effect.succeed(Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Redacted.make(value)]))),
  visit: () => Effect.die("nobody is sent anywhere"),
  approve: () => Effect.void
})
