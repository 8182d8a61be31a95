/**
 * A mirror in a real SQLite file with the service's tables, a person whose consent can be confirmed again and again (each
 * time is an event), a dispatcher that moves when it is told to, and receivers on real sockets.
 */
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from "node:http"
import { once } from "node:events"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Connector, ConnectorError } from "@paymirror/core"
import * as Sync from "@paymirror/sync"
import * as Sqlite from "@paymirror/sync/sqlite"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as SqlClient from "effect/sql/SqlClient"
import * as Stream from "effect/Stream"
import { Webhook } from "standardwebhooks"
import { migrate } from "../../src/service/migrations.ts"
import * as Tenants from "../../src/service/Tenants.ts"
import { AllowPrivate } from "../../src/webhooks/AddressGuard.ts"
import { Dispatcher, type Options } from "../../src/webhooks/Dispatcher.ts"
import * as Endpoints from "../../src/webhooks/Endpoints.ts"
import { Sender } from "../../src/webhooks/Sender.ts"

export interface Received {
  readonly id: string
  readonly timestamp: number
  readonly body: string
  readonly headers: IncomingHttpHeaders
}

type Answer = number | { readonly status: number; readonly headers?: Readonly<Record<string, string>> }

/** A receiver that remembers what it was sent. */
export class Receiver {
  readonly received: Array<Received> = []
  /** What it answers, or how. */
  answer: Answer | ((response: ServerResponse, received: Received) => void) = 204
  private readonly server: Server

  private constructor() {
    this.server = createServer((request, response) => {
      let body = ""
      request.on("data", (piece) => void (body += String(piece)))
      request.on("end", () => {
        const { headers } = request
        const received = {
          id: String(headers["webhook-id"]),
          timestamp: Number(headers["webhook-timestamp"]),
          body,
          headers
        }
        this.received.push(received)
        if (typeof this.answer === "function") return this.answer(response, received)
        const { headers: more = {}, status } = typeof this.answer === "number" ? { status: this.answer } : this.answer
        response.writeHead(status, more).end(status === 204 ? undefined : "never to be repeated")
      })
    })
  }

  static async open(): Promise<Receiver> {
    const receiver = new Receiver()
    receiver.server.listen(0, "127.0.0.1")
    await once(receiver.server, "listening")
    return receiver
  }

  static readonly start = Effect.acquireRelease(
    Effect.promise(() => Receiver.open()),
    (receiver) => Effect.sync(() => receiver.close())
  )

  close(): void {
    this.server.closeAllConnections()
    this.server.close()
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as { readonly port: number }).port}/hooks`
  }

  get ids(): ReadonlyArray<string> {
    return this.received.map(({ id }) => id)
  }
}

/** Whether a secret opens what was received, whatever the time is. */
export const isSigned = ({ body, headers, id, timestamp }: Received, secret: string): boolean =>
  String(headers["webhook-signature"])
    .split(" ")
    .includes(new Webhook(secret).sign(id, new Date(timestamp * 1000), body))

const asleep = Effect.fail(
  new ConnectorError.ConnectorError({
    connector: "asleep",
    reason: new ConnectorError.ConfigurationRequired({ detail: "nobody is there" })
  })
)

/** A provider that is never asked. */
const connector = Layer.succeed(Connector.Connector, {
  manifest: {
    spec: "1",
    id: "asleep",
    name: "Asleep",
    provider: "asleep",
    markets: ["US"],
    route: "session",
    link: "prompt",
    maturity: "illustrative",
    hosts: [],
    streams: { purchases: { live: "cursor", backfill: true } }
  },
  link: () => asleep,
  read: () => Stream.fromEffect(asleep),
  revoke: () => asleep
})

/** Links a person of a tenant, as a finished link would leave it. */
export const person = (tenant: string, reference: string) =>
  Effect.gen(function* () {
    const { tenantId } = yield* Tenants.named(tenant)
    const { holderId } = yield* Tenants.holderOf(tenantId, reference)
    const linked = yield* (yield* Sync.Connections).store(
      {
        _tag: "Linked",
        grant: Redacted.make("{}"),
        accounts: [
          {
            identification: `account of ${reference}`,
            currency: "USD",
            market: "US",
            legalEntity: "WebBank",
            status: "OPEN",
            displayName: "Klarna"
          }
        ]
      },
      {
        holderId,
        streams: ["purchases"],
        purpose: "test",
        notice: { text: "…", version: "1", language: "en" },
        expiresAt: "2100-01-01T00:00:00.000Z"
      }
    )
    return { ...linked, holderId, tenantId, accountId: linked.accountIds[0] ?? "" }
  }).pipe(Effect.provide(connector))

/** So many events of a person. */
export const happens = (connectionId: string, times = 1) =>
  Effect.gen(function* () {
    const connections = yield* Sync.Connections
    for (let n = 0; n < times; n += 1) yield* connections.reconfirm(connectionId)
  }).pipe(Effect.provide(connector))

/** Writes purchases into the mirror as a run would leave them, without a provider. */
export const buys = (accountId: string, ...ids: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const at = "2026-11-28T00:00:00.000Z"
    yield* sql.withTransaction(
      Effect.gen(function* () {
        for (const id of ids) {
          yield* sql`INSERT INTO run (connection_id, connector, consent_id, account, stream, started_at)
            SELECT 'x', 'x', 'x', n, 'purchases', ${at} FROM account WHERE account_id = ${accountId}`
          yield* sql`INSERT INTO row (account, stream, id, body, pending, origin, rank, run)
            SELECT n, 'purchases', ${id}, '{"purchaseId":"x"}', 0, 'reported', 1, (SELECT max(n) FROM run)
            FROM account WHERE account_id = ${accountId}`
          yield* sql`INSERT INTO change (row, account, kind, run, at)
            SELECT n, account, 'added', run, ${at} FROM row WHERE n = (SELECT max(n) FROM row)`
        }
      })
    )
  })

const sealKey = Redacted.make(new Uint8Array(32).fill(9))

/** The engine and the service's tables over a file. `onStep` hears of each statement before it is run. */
export const mirrorOn = (filename: string, onStep: (sql: string) => void = () => {}) =>
  Layer.effectDiscard(migrate).pipe(
    Layer.provideMerge(Sync.layer()),
    Layer.provideMerge(Sync.Seal.layer(sealKey)),
    Layer.provideMerge(Sqlite.layer({ filename, onStep })),
    Layer.provideMerge(SecureRandom.layerWebCrypto)
  )

/** A dispatcher that may send to this machine. */
export const dispatcherOf = (options: Options = {}, timeout = 3000) =>
  Dispatcher.still(options).pipe(
    Layer.provide(Sender.layer({ timeout })),
    Layer.provide(Layer.succeed(AllowPrivate, true))
  )

export type Services = Layer.Success<ReturnType<typeof mirrorOn>> | Dispatcher

const progress = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  return JSON.stringify(
    yield* sql`SELECT seq, occurrence,
    (SELECT coalesce(sum(attempts), 0) FROM webhook_delivery) AS attempts FROM webhook_cursor`
  )
})

/** Tells what is new and attempts what is due, until nothing is left to do now. */
export const deliver = Effect.gen(function* () {
  const dispatcher = yield* Dispatcher
  let before = ""
  let made = yield* progress
  while (made !== before) {
    before = made
    yield* dispatcher.turn
    yield* dispatcher.idle
    made = yield* progress
  }
})

/** Registers a receiver. */
export const register = (tenantId: string, receiver: Receiver, more: Partial<Endpoints.New> = {}) =>
  Effect.map(Endpoints.create({ tenantId, url: receiver.url, ...more }), ({ endpoint, secret }) => ({
    ...endpoint,
    secret: Redacted.value(secret)
  }))

/** A folder that goes with the scope, and a database in it. */
export const filename = Effect.map(
  Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "paymirror-webhooks-"))),
    (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
  ),
  (folder) => join(folder, "mirror.db")
)
