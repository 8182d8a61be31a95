/**
 * Webhook endpoints of the caller's tenant and what was delivered to them. A key that sees one person alone manages none:
 * an endpoint hears of everybody the tenant has.
 */
import { Api, CurrentCaller, Problem } from "@paymirror/api"
import { Instant } from "@paymirror/core"
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as Redacted from "effect/Redacted"
import { AllowPrivate } from "../../webhooks/AddressGuard.ts"
import * as Deliveries from "../../webhooks/Deliveries.ts"
import * as Endpoints from "../../webhooks/Endpoints.ts"
import * as FanOut from "../../webhooks/FanOut.ts"
import * as WebhookUrl from "../../webhooks/WebhookUrl.ts"
import * as Cursor from "../Cursor.ts"

/** The tenant whose endpoints the caller manages. */
const tenant = Effect.gen(function* () {
  const { holderId, tenantId } = yield* CurrentCaller
  if (holderId === undefined) return tenantId
  return yield* new Problem.Forbidden({
    scope: "webhooks",
    detail: "This key sees one person alone, and an endpoint hears of everybody. Use a key of the whole tenant."
  })
})

const endpointOf = ({ webhookEndpointId }: { readonly webhookEndpointId: string }) =>
  Effect.gen(function* () {
    const endpoint = yield* Effect.orDie(Endpoints.get(yield* tenant, webhookEndpointId))
    return endpoint ?? (yield* new Problem.NotFound())
  })

const itemOf = ({ createdAt, detail, eventTypes, status, url, webhookEndpointId }: Endpoints.Endpoint) => ({
  webhookEndpointId,
  url,
  ...(eventTypes !== undefined && { eventTypes }),
  status,
  ...(detail !== undefined && { detail }),
  createdAt
})

const deliveryOf = ({ deliveredAt, lastError, lastStatus, n: _, nextAt, ...rest }: Deliveries.Delivery) => ({
  ...rest,
  ...(deliveredAt !== null && { deliveredAt }),
  ...(nextAt !== null && { nextAttemptAt: Instant.fromEpochMillis(nextAt) }),
  ...(lastStatus !== null && { lastStatus }),
  ...(lastError !== null && { lastError })
})

const urlOf = (text: string) =>
  Effect.gen(function* () {
    const checked = WebhookUrl.check(text, yield* AllowPrivate)
    return "url" in checked ? checked.url : yield* new Problem.Unprocessable({ detail: checked.refused })
  })

/** The longest range that is replayed at once. */
const longestReplay = 31 * 86_400_000

export const webhooks = HttpApiBuilder.group(Api, "webhooks", (handlers) =>
  handlers.handleAll({
    listWebhookEndpoints: ({ query: { cursor, limit = Cursor.defaultLimit } }) =>
      Effect.gen(function* () {
        const tenantId = yield* tenant
        const [after = 0] = yield* Cursor.read(cursor)
        const rows = yield* Effect.orDie(Endpoints.list(tenantId, Number(after), limit + 1))
        return Cursor.page(rows, limit, ({ n }) => [n], itemOf)
      }),
    createWebhookEndpoint: ({ payload }) =>
      Effect.gen(function* () {
        const tenantId = yield* tenant
        const url = yield* urlOf(payload.url)
        const { endpoint, secret } = yield* Endpoints.create({ tenantId, url, eventTypes: payload.eventTypes }).pipe(
          Effect.catchTag("TooMany", ({ detail }) => new Problem.Unprocessable({ detail })),
          Effect.catchTag(["SqlError", "SealError"], Effect.die)
        )
        return { ...itemOf(endpoint), secret: Redacted.value(secret) }
      }),
    getWebhookEndpoint: ({ params }) => Effect.map(endpointOf(params), itemOf),
    updateWebhookEndpoint: ({ params, payload }) =>
      Effect.gen(function* () {
        const endpoint = yield* endpointOf(params)
        const url = payload.url === undefined ? undefined : yield* urlOf(payload.url)
        const updated = yield* Effect.orDie(Endpoints.update(endpoint, { ...payload, url }))
        return updated === undefined ? yield* new Problem.NotFound() : itemOf(updated)
      }),
    deleteWebhookEndpoint: ({ params }) =>
      Effect.flatMap(endpointOf(params), (endpoint) => Effect.orDie(Endpoints.remove(endpoint))),
    rotateWebhookSecret: ({ params, payload }) =>
      Effect.gen(function* () {
        const endpoint = yield* endpointOf(params)
        const secret = yield* Effect.orDie(Endpoints.rotateSecret(endpoint, payload.overlapHours ?? 24))
        return { ...itemOf(endpoint), secret: Redacted.value(secret) }
      }),
    replayWebhooks: ({ params, payload: { from, to } }) =>
      Effect.gen(function* () {
        const endpoint = yield* endpointOf(params)
        if (endpoint.status === "disabled")
          return yield* new Problem.Conflict({ detail: "The endpoint is disabled. Enable it, then replay." })
        const length = Instant.toEpochMillis(to) - Instant.toEpochMillis(from)
        if (length <= 0 || length > longestReplay)
          return yield* new Problem.Unprocessable({ detail: "A range ends after it begins, and within 31 days." })
        return { scheduled: yield* Effect.orDie(FanOut.replay(endpoint, { from, to })) }
      }),
    listWebhookDeliveries: ({ query: { cursor, limit = Cursor.defaultLimit, ...only } }) =>
      Effect.gen(function* () {
        const tenantId = yield* tenant
        const [before] = yield* Cursor.read(cursor)
        const rows = yield* Effect.orDie(
          Deliveries.list({
            ...only,
            tenantId,
            before: before === undefined ? undefined : Number(before),
            limit: limit + 1
          })
        )
        return Cursor.page(rows, limit, ({ n }) => [n], deliveryOf)
      })
  })
)
