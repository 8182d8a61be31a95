/** Webhooks as a tenant has them: endpoints over HTTP, deliveries to a receiver that verifies, and nothing that leaks. */
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { type Event, Event as CoreEvent } from "@paymirror/core"
import { Sandbox } from "@paymirror/sandbox"
import { Connections } from "@paymirror/sync"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Webhook } from "standardwebhooks"
import { afterAll, assert, beforeAll, describe, it, vi } from "vitest"
import * as Poll from "../../src/Poll.ts"
import { type Asking, Service } from "../service/Service.ts"
import { Receiver } from "./Post.ts"

interface Endpoint {
  readonly webhookEndpointId: string
  readonly url: string
  readonly status: string
  readonly detail?: string
  readonly secret: string
}

interface Delivery {
  readonly eventId: string
  readonly type: string
  readonly status: string
  readonly attempts: number
}

const until = async (isSo: () => boolean | Promise<boolean>): Promise<void> => {
  const patience = Date.now() + 20_000
  while (!(await isSo())) {
    if (Date.now() > patience) assert.fail("it did not come to pass")
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

let keys = 0
const creating = (key: string, body: unknown = {}): Asking => {
  keys += 1
  return { key, method: "POST", body, headers: { "idempotency-key": `test-${keys}` } }
}

const path = "/v1/webhook-endpoints"

describe("endpoints", () => {
  let service: Service
  let key: string
  beforeAll(async () => {
    service = await Service.start()
    key = await service.key()
  })
  afterAll(() => service.close())

  const create = async (url = "https://hooks.example/in", with_ = key) => {
    const { json, status } = await service.ask(path, creating(with_, { url }))
    assert.strictEqual(status, 201)
    return json as Endpoint
  }

  it("show their secret once: when they are made, and when it is rotated", async () => {
    const made = await create()
    assert.match(made.secret, /^whsec_[A-Za-z0-9+/]{43}=$/)
    const one = await service.ask(`${path}/${made.webhookEndpointId}`, { key })
    assert.deepInclude(one.json, { url: "https://hooks.example/in", status: "enabled" })
    const all = await service.ask(path, { key })
    assert.notInclude(one.text + all.text, "whsec_")
    const rotated = await service.ask(`${path}/${made.webhookEndpointId}/rotate-secret`, creating(key))
    assert.match((rotated.json as Endpoint).secret, /^whsec_/)
    assert.notStrictEqual((rotated.json as Endpoint).secret, made.secret)
  })

  it("are changed, disabled by their owner, enabled, and removed", async () => {
    const { webhookEndpointId } = await create()
    const at = `${path}/${webhookEndpointId}`
    const patch = async (body: unknown) => (await service.ask(at, { key, method: "PATCH", body })).json
    assert.deepInclude(await patch({ eventTypes: ["installment.due"], url: "https://hooks.example/new" }), {
      eventTypes: ["installment.due"],
      url: "https://hooks.example/new"
    })
    assert.notProperty(await patch({ eventTypes: null }), "eventTypes")
    assert.deepInclude(await patch({ status: "disabled" }), { status: "disabled", detail: "Disabled by its owner." })
    const replay = { from: "2026-01-01T00:00:00.000Z", to: "2026-01-02T00:00:00.000Z" }
    assert.strictEqual((await service.ask(`${at}/replay`, { key, method: "POST", body: replay })).status, 409)
    assert.notProperty(await patch({ status: "enabled" }), "detail")
    assert.deepEqual((await service.ask(`${at}/replay`, { key, method: "POST", body: replay })).json, { scheduled: 0 })
    for (const wrong of [
      { from: replay.to, to: replay.from },
      { from: replay.from, to: replay.from },
      { from: replay.from, to: "2026-03-02T00:00:00.000Z" }
    ])
      assert.strictEqual((await service.ask(`${at}/replay`, { key, method: "POST", body: wrong })).status, 422)
    assert.strictEqual((await service.ask(at, { key, method: "DELETE" })).status, 204)
    assert.strictEqual((await service.ask(at, { key })).status, 404)
  })

  it("are https and public, in words that say what to do", async () => {
    for (const url of ["http://hooks.example/", "https://127.0.0.1/", "https://user@hooks.example/", "nonsense"]) {
      const { json, status } = await service.ask(path, creating(key, { url }))
      assert.strictEqual(status, 422, url)
      assert.isAbove((json as { readonly detail: string }).detail.length, 20)
    }
    const { webhookEndpointId } = await create()
    const moved = { key, method: "PATCH", body: { url: "https://[::1]/" } }
    assert.strictEqual((await service.ask(`${path}/${webhookEndpointId}`, moved)).status, 422)
  })

  it("of another tenant look like none, whatever is asked of them", async () => {
    const { webhookEndpointId } = await create()
    const stranger = await service.key({ tenant: "globex" })
    const of = (id: string): ReadonlyArray<Promise<{ readonly status: number; readonly text: string }>> => {
      const at = `${path}/${id}`
      const replay = { from: "2026-01-01T00:00:00.000Z", to: "2026-01-02T00:00:00.000Z" }
      return [
        service.ask(at, { key: stranger }),
        service.ask(at, { key: stranger, method: "PATCH", body: { status: "disabled" } }),
        service.ask(at, { key: stranger, method: "DELETE" }),
        service.ask(`${at}/rotate-secret`, creating(stranger)),
        service.ask(`${at}/replay`, { key: stranger, method: "POST", body: replay })
      ]
    }
    const foreign = await Promise.all(of(webhookEndpointId))
    const absent = await Promise.all(of("nobody-s"))
    for (const [n, { status, text }] of foreign.entries()) {
      assert.strictEqual(status, 404)
      assert.strictEqual(text, absent[n]?.text)
    }
    assert.deepEqual((await service.ask(path, { key: stranger })).json, { items: [] })
    const deliveries = await service.ask(`/v1/webhook-deliveries?webhookEndpointId=${webhookEndpointId}`, {
      key: stranger
    })
    assert.deepEqual(deliveries.json, { items: [] })
    assert.strictEqual((await service.ask(`${path}/${webhookEndpointId}`, { key })).status, 200)
  })

  it("are managed by no key that is bound to one person, and by none without the scope", async () => {
    const bound = await service.key({ holderId: await service.holder("acme", "alex") })
    const scopeless = await service.key({ scopes: ["purchases"] })
    for (const one of [bound, scopeless]) {
      assert.strictEqual((await service.ask(path, { key: one })).status, 403)
      assert.strictEqual((await service.ask(path, creating(one, { url: "https://hooks.example/" }))).status, 403)
      assert.strictEqual((await service.ask("/v1/webhook-deliveries", { key: one })).status, 403)
    }
  })

  it("are twenty for each tenant, and a page of them is followed by the next", async () => {
    const own = await service.key({ tenant: "many" })
    for (let n = 0; n < 20; n += 1) await create(`https://hooks.example/${n}`, own)
    const another = await service.ask(path, creating(own, { url: "https://hooks.example/20" }))
    assert.strictEqual(another.status, 422)
    const urls: Array<string> = []
    let cursor = ""
    do {
      const page = (await service.ask(`${path}?limit=7${cursor}`, { key: own })).json as {
        readonly items: ReadonlyArray<Endpoint>
        readonly nextCursor?: string
      }
      urls.push(...page.items.map(({ url }) => url))
      cursor = page.nextCursor === undefined ? "" : `&cursor=${page.nextCursor}`
    } while (cursor !== "")
    assert.deepEqual(
      urls,
      Array.from({ length: 20 }, (_, n) => `https://hooks.example/${n}`)
    )
  })
})

describe("a service that runs", () => {
  let sandbox: Sandbox.RunningSandbox
  let service: Service
  let receiver: Receiver
  let key: string
  let endpoint: Endpoint
  let connectionId: string
  const printed: Array<string> = []
  const answers: Array<string> = []

  const read = () =>
    service.run(
      Effect.gen(function* () {
        const connection = yield* (yield* Connections).get(connectionId)
        if (connection !== undefined) yield* Poll.once(connection)
      })
    )

  beforeAll(async () => {
    for (const method of ["log", "error", "warn", "info", "debug"] as const)
      vi.spyOn(console, method).mockImplementation(
        (...said: ReadonlyArray<unknown>) => void printed.push(said.join(" "))
      )
    sandbox = await Sandbox.start({ seed: 7 })
    service = await Service.start({ allowPrivateWebhooks: true })
    receiver = await Receiver.open()
    key = await service.key()
    const holder = await service.holder("acme", "alex")
    connectionId = (await service.link(sandbox, "alex", holder)).connectionId
    const made = await service.ask(path, creating(key, { url: receiver.url }))
    endpoint = made.json as Endpoint
  }, 60_000)
  afterAll(async () => {
    await service.close()
    receiver.close()
    await sandbox.close()
    vi.restoreAllMocks()
  })

  it("tells a receiver that verifies with the standard's library of a purchase, by its id alone", async () => {
    sandbox.world.shop("alex", { merchant: "Canary Merchant 7141", amount: 987_654, plan: "pay_in_4" })
    await read()
    const types = () => receiver.received.map(({ body }) => (JSON.parse(body) as Event.Event).type)
    await until(() => types().includes("purchase.created") && types().includes("plan.created"))
    const webhook = new Webhook(endpoint.secret)
    const decode = Schema.decodeUnknownSync(CoreEvent.Event, { onExcessProperty: "error" })
    for (const { body, headers } of receiver.received) {
      decode(webhook.verify(body, headers as Record<string, string>))
      assert.isBelow(body.length, 20_000)
    }
    assert.strictEqual(new Set(receiver.ids).size, receiver.received.length)
  })

  it("shows what became of it, the newest first, and replays it under the ids it had", async () => {
    const deliveries = async (query = "") => {
      const { json, text } = await service.ask(`/v1/webhook-deliveries?limit=500${query}`, { key })
      answers.push(text)
      return (json as { readonly items: ReadonlyArray<Delivery> }).items
    }
    // What time did to the new plan is a change of its own, and comes last.
    let all: ReadonlyArray<Delivery> = []
    await until(async () => {
      all = await deliveries()
      return all[0]?.type === "installment.due" && all.every(({ status }) => status === "delivered")
    })
    assert.sameMembers(
      all.map(({ eventId }) => eventId),
      [...receiver.ids]
    )
    assert.deepEqual(
      all.filter(({ attempts }) => attempts !== 1),
      []
    )
    assert.deepEqual(await deliveries("&status=failed"), [])
    const before = receiver.received.length
    const range = {
      from: new Date(Date.now() - 3_600_000).toISOString(),
      to: new Date(Date.now() + 1000).toISOString()
    }
    const { json } = await service.ask(`${path}/${endpoint.webhookEndpointId}/replay`, {
      key,
      method: "POST",
      body: range
    })
    const { scheduled } = json as { readonly scheduled: number }
    // It was registered after the account was read for the first time; a range reaches back further.
    assert.isAtLeast(scheduled, before)
    await until(() => receiver.received.length >= before + scheduled)
    assert.isTrue(all.every(({ eventId }) => receiver.ids.filter((id) => id === eventId).length === 2))
  })

  it("tells of a connection whose session the provider ended", async () => {
    sandbox.world.expireAccess("alex")
    sandbox.world.revokeSession("alex")
    await read()
    const told = () => receiver.received.map(({ body }) => JSON.parse(body) as Event.Event)
    await until(() => told().some(({ type }) => type === "connection.needs_attention"))
    const [one] = told().filter(({ type }) => type === "connection.needs_attention")
    assert.strictEqual(one?.data.connectionId, connectionId)
  })

  it("says that an endpoint was disabled, by its id, to the operator and to its owner", async () => {
    receiver.answer = 410
    const again = await service.link(sandbox, "alex", await service.holder("acme", "alex"))
    assert.strictEqual(again.connectionId, connectionId)
    const own = async () => (await service.ask(`${path}/${endpoint.webhookEndpointId}`, { key })).json as Endpoint
    await until(async () => (await own()).status === "disabled")
    assert.strictEqual((await own()).detail, "The receiver answered 410: it wants nothing more.")
    assert.strictEqual(printed.filter((line) => line.includes(endpoint.webhookEndpointId)).length, 1)
    const metrics = (await service.ask("/metrics")).text
    assert.match(metrics, /webhook_attempts_total\{[^}]*outcome="delivered"[^}]*\} [1-9]/)
    assert.match(metrics, /webhook_endpoints_disabled_total(\{[^}]*\})? [1-9]/)
    answers.push(metrics)
  })

  it("leaves no secret, name or amount in its database, its log, its metrics or a payload", async () => {
    const rotated = await service.ask(`${path}/${endpoint.webhookEndpointId}/rotate-secret`, creating(key))
    const secrets = [endpoint.secret, (rotated.json as Endpoint).secret].flatMap((secret) => [secret, secret.slice(6)])
    const spelt = (text: string) => [
      text,
      encodeURIComponent(text),
      Buffer.from(text).toString("base64").replace(/=+$/, "").slice(0, -1),
      Buffer.from(text).toString("hex"),
      Buffer.from(text, "base64").toString("hex")
    ]
    const files = readdirSync(service.folder).map((name) => readFileSync(join(service.folder, name)))
    const payloads = receiver.received.map(({ body }) => body)
    const told = [...printed, ...answers, ...payloads].join("\n")
    for (const needle of secrets.flatMap(spelt)) {
      assert.isTrue(files.every((file) => !file.includes(needle)))
      assert.notInclude(told, needle)
    }
    for (const word of ["Canary Merchant", "987654", "never to be repeated", receiver.url, "Doe"])
      assert.notInclude(told, word)
    assert.isTrue(files.every((file) => !file.includes("never to be repeated")))
  })
})
