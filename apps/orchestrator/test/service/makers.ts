/**
 * How to make what an operation is asked of. A new route needs an entry here, by the endpoint's own name; without one the
 * matrix fails. An entry is called anew for each request, so it may make something that the request then ends.
 */
import type { StreamName } from "@paymirror/core"
import { randomUUID } from "node:crypto"
import type { Owned, People } from "./People.ts"

export interface Made {
  readonly params?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string>>
  readonly body?: unknown
  /** A body that is no JSON, and what it is. */
  readonly file?: { readonly type: string; readonly text: string }
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

const statement = `Type,Product,Started Date,Completed Date,Description,Amount,Fee,Currency,State,Balance
TOPUP,Current,2026-06-01 10:00:00,2026-06-01 10:00:05,Top-up,20.00,0.00,USD,COMPLETED,20.00
`

/** A consent that may be ended: of a file that was imported for it. */
const endedConsent: Maker = async (whose, { service }) => {
  if (whose === undefined) return { params: { consentId: randomUUID() } }
  const key = await service.key({ tenant: whose.tenant })
  await service.ask(`/v1/imports?holderId=${whose.holderId}`, {
    key,
    method: "POST",
    body: statement,
    headers: { ...once(), "content-type": "text/csv" }
  })
  const listed = (await service.ask(`/v1/consents?holderId=${whose.holderId}&limit=500`, { key })).json as {
    readonly items: ReadonlyArray<{ readonly consentId: string; readonly connectionId: string }>
  }
  const last = listed.items.findLast(({ connectionId }) => connectionId !== whose.connectionId)
  return { params: { consentId: last?.consentId ?? "none was made" } }
}

const connection: Maker = (whose) => ({ params: { connectionId: whose?.connectionId ?? randomUUID() } })
const consent: Maker = (whose) => ({ params: { consentId: whose?.consentId ?? randomUUID() } })

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

const sessionOf =
  (body?: unknown): Maker =>
  async (whose, people) => ({
    params: {
      linkSessionId:
        whose === undefined
          ? randomUUID()
          : await made(people, whose.tenant, "/v1/link-sessions", "linkSessionId", {
              holderId: whose.holderId,
              connector: "klarna-us"
            })
    },
    ...(body !== undefined && { body })
  })

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
export const once = () => ({ "idempotency-key": randomUUID() })

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
  createCalendar: (whose) => ({ params: { holderId: whose?.holderId ?? randomUUID() }, headers: once() }),
  endCalendar: async (whose, people) => ({
    params: {
      calendarId:
        whose === undefined
          ? randomUUID()
          : await made(people, whose.tenant, `/v1/holders/${whose.holderId}/calendars`, "calendarId", undefined)
    }
  }),
  createLinkSession: (whose) => ({
    body: { holderId: whose?.holderId ?? randomUUID(), connector: "klarna-us" },
    headers: once()
  }),
  getLinkSession: sessionOf(),
  answerLinkSession: sessionOf({ type: "agree" }),
  cancelLinkSession: sessionOf(),
  listConnections: ofHolder,
  getConnection: connection,
  syncConnection: (whose, people) => ({ ...connection(whose, people), body: {} }),
  listConsents: ofHolder,
  getConsent: consent,
  getConsentRecord: consent,
  withdrawConsent: endedConsent,
  reconfirmConsent: consent,
  createImport: (whose) => ({
    query: { holderId: whose?.holderId ?? randomUUID() },
    file: { type: "text/csv", text: statement },
    headers: once()
  }),
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
