/**
 * How to make what an operation is asked of. A new route needs an entry here, by the endpoint's own name; without one the
 * matrix fails. An entry is called anew for each request, so it may make something that the request then ends.
 */
import type { StreamName } from "@paymirror/core"
import { randomUUID } from "node:crypto"
import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"
import * as Calendars from "../../src/calendar/Calendars.ts"
import * as LinkSessions from "../../src/linking/LinkSessions.ts"
import type { Owned, People } from "./People.ts"

export interface Made {
  readonly params?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** Of a person; of nobody at all where there is none. */
export type Maker = (whose: Owned | undefined, people: People) => Made | Promise<Made>

const holder: Maker = (whose) => ({ params: { holderId: whose?.holderId ?? randomUUID() } })
const ofHolder: Maker = (whose) => ({ query: { holderId: whose?.holderId ?? randomUUID() } })
const ofAccount: Maker = (whose) => ({ query: { accountId: whose?.accountId ?? randomUUID() } })
const row =
  (stream: StreamName.StreamName): Maker =>
  (whose) => ({ params: { accountId: whose?.accountId ?? randomUUID(), id: whose?.rows[stream] ?? randomUUID() } })

const connection: Maker = (whose) => ({ params: { connectionId: whose?.connectionId ?? randomUUID() } })
const consent: Maker = (whose) => ({ params: { consentId: whose?.consentId ?? randomUUID() } })

/** Of a session that was opened just now, and has not been answered. */
const session: Maker = async (whose, { service }) => ({
  params: { linkSessionId: whose === undefined ? randomUUID() : await opened(whose.holderId, service) }
})

/** Of a consent that was given just now, over a session that is ended with nobody. */
const fresh: Maker = async (whose, { service }) => ({
  params: { consentId: whose === undefined ? randomUUID() : await given(whose.holderId, service) }
})

const nextYear = () => new Date(Date.now() + 365 * 86_400_000).toISOString()
const notice = { text: "You agree.", version: "1", language: "en" }

const opened = async (holderId: string, service: People["service"]): Promise<string> => {
  const { linkSessionId } = await service.run(
    LinkSessions.open({
      holderId,
      connector: "klarna-us",
      settings: {},
      proposal: { streams: ["plans"], notice, expiresAt: nextYear() },
      purpose: "a test",
      attendedOnly: false,
      returnUrl: undefined,
      presence: undefined
    })
  )
  return linkSessionId
}

const given = async (holderId: string, service: People["service"]): Promise<string> => {
  const [connectionId, consentId, at] = [randomUUID(), randomUUID(), new Date().toISOString()]
  const body = {
    consentId,
    connectionId,
    holderId,
    streams: ["plans"],
    purpose: "a test",
    notice,
    grantedAt: at,
    expiresAt: nextYear()
  }
  await service.run(
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      yield* sql`INSERT INTO connection (connection_id, holder_id, connector, settings, status, generation, renewal_tries,
          created_at, updated_at)
        VALUES (${connectionId}, ${holderId}, 'klarna-us', '{}', 'active', 1, 0, ${at}, ${at})`
      yield* sql`INSERT INTO consent (consent_id, connection_id, body, expires_at)
        VALUES (${consentId}, ${connectionId}, ${JSON.stringify(body)}, ${body.expiresAt})`
    })
  )
  return consentId
}

const calendar: Maker = async (whose, { service }) => ({
  params: {
    calendarId: whose === undefined ? randomUUID() : (await service.run(Calendars.create(whose.holderId))).calendarId
  }
})

/** Recognised, and without a row. */
const emptyFile = "Type,Product,Started Date,Completed Date,Description,Amount,Fee,Currency,State,Balance\n"

/** Something a tenant made over the interface, by its id. */
const made = async ({ service }: People, tenant: string, path: string, field: string, body: unknown) => {
  const answer = await service.ask(path, {
    key: await service.key({ tenant }),
    method: "POST",
    body,
    headers: once()
  })
  const id = (answer.json as Readonly<Record<string, unknown>>)[field]
  if (typeof id !== "string") throw new Error(`${path} made nothing: ${answer.text}`)
  return id
}

const endpoints = new Map<string, Promise<string>>()
/** A tenant has few endpoints, so one serves every request that leaves it there. */
const endpointOf = async (whose: Owned | undefined, people: People) => {
  if (whose === undefined) return randomUUID()
  const fresh = () =>
    made(people, whose.tenant, "/v1/webhook-endpoints", "webhookEndpointId", { url: "https://receiver.example/hook" })
  const id = await (endpoints.get(whose.tenant) ?? fresh())
  const there = await people.service.ask(`/v1/webhook-endpoints/${id}`, {
    key: await people.service.key({ tenant: whose.tenant })
  })
  const standing = there.status === 200 ? id : await fresh()
  endpoints.set(whose.tenant, Promise.resolve(standing))
  return standing
}
const endpoint =
  (more: Partial<Made> = {}): Maker =>
  async (whose, people) => ({
    params: { webhookEndpointId: await endpointOf(whose, people) },
    ...more,
    ...(more.headers !== undefined && { headers: once() })
  })

/** A key for one call. */
const once = () => ({ "idempotency-key": randomUUID() })

export const makers: Readonly<Record<string, Maker>> = {
  listAccounts: ofHolder,
  getAccount: (whose) => ({ params: { accountId: whose?.accountId ?? randomUUID() } }),
  listHolders: (whose) => ({ query: { reference: whose === undefined ? randomUUID() : (whose.marks[4] ?? "") } }),
  createHolder: () => ({ body: { reference: randomUUID() }, headers: once() }),
  getHolder: holder,
  listPurchases: ofAccount,
  getPurchase: row("purchases"),
  listPlans: ofHolder,
  getPlan: row("plans"),
  listInstallments: ofAccount,
  listCardTransactions: ofHolder,
  getCardTransaction: row("card"),
  listBalances: ofAccount,
  listBalanceEntries: ofHolder,
  getBalanceEntry: row("balance"),
  listPoints: ofHolder,
  listPointsEntries: ofAccount,
  getPointsEntry: row("points"),
  listDeliveries: ofHolder,
  getDelivery: row("deliveries"),
  listProfiles: ofAccount,
  listChanges: ofHolder,
  streamEvents: ofAccount,
  forecast: ofHolder,
  reconciliation: ofAccount,
  listAccessLog: ofHolder,
  exportHolder: holder,
  // Somebody new each time: who is erased is not there for the next request.
  eraseHolder: async (whose, { service }) => ({
    params: { holderId: whose === undefined ? randomUUID() : await service.holder(whose.tenant, randomUUID()) }
  }),
  createLinkSession: (whose) => ({
    body: { holderId: whose?.holderId ?? randomUUID(), connector: "klarna-us" },
    headers: once()
  }),
  getLinkSession: session,
  answerLinkSession: async (whose, people) => ({ ...(await session(whose, people)), body: { type: "agree" } }),
  cancelLinkSession: session,
  listConnections: ofHolder,
  getConnection: connection,
  // The connection has no such stream, so that its provider is not asked.
  syncConnection: async (whose, people) => ({ ...(await connection(whose, people)), body: { streams: ["plans"] } }),
  listConsents: ofHolder,
  getConsent: consent,
  getConsentRecord: consent,
  withdrawConsent: fresh,
  reconfirmConsent: fresh,
  createImport: (whose) => ({
    query: { holderId: whose?.holderId ?? randomUUID() },
    body: emptyFile,
    headers: { ...once(), "content-type": "text/csv" }
  }),
  createCalendar: async (whose, people) => ({ ...(await holder(whose, people)), headers: once() }),
  endCalendar: calendar,
  listWebhookEndpoints: () => ({}),
  createWebhookEndpoint: () => ({ body: { url: "https://receiver.example/hook" }, headers: once() }),
  getWebhookEndpoint: endpoint(),
  updateWebhookEndpoint: endpoint({ body: { eventTypes: ["installment.due"] } }),
  deleteWebhookEndpoint: endpoint(),
  rotateWebhookSecret: endpoint({ body: {}, headers: {} }),
  replayWebhooks: endpoint({ body: { from: "2026-01-01T00:00:00.000Z", to: "2026-01-02T00:00:00.000Z" } }),
  listWebhookDeliveries: async (whose, people) => ({
    query: { webhookEndpointId: await endpointOf(whose, people) }
  })
}
