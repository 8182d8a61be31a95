/**
 * A program written only from the READMEs of `@paymirror/api` and `@paymirror/webhooks`, against `paymirror serve` in a
 * process of its own: it links a person, reads the seven streams, hears that an installment is due and withdraws consent.
 */
import { connect, type Paymirror, Problem } from "@paymirror/api/promise"
import { handler, toNode } from "@paymirror/webhooks"
import { Sandbox } from "@paymirror/sandbox"
import { once } from "node:events"
import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { setTimeout as sleep } from "node:timers/promises"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { type Home, home } from "../terminal.ts"

const person = "mira"
const day = 86_400_000

/** Looks until there is something, for as long as a busy machine may need. */
const until = async <A>(look: () => A | undefined | Promise<A | undefined>): Promise<A> => {
  for (const end = Date.now() + 30_000; Date.now() < end; await sleep(50)) {
    const found = await look()
    if (found !== undefined) return found
  }
  throw new Error("it did not come")
}

describe("an integrator", () => {
  let sandbox: Sandbox.RunningSandbox
  let at: Home
  let served: ReturnType<Home["start"]>
  let receiver: Server | undefined
  let mirror: Paymirror
  const inbox = new Map<string, { readonly type: string; readonly data: { readonly id?: string } }>()

  beforeAll(async () => {
    at = home()
    sandbox = await Sandbox.start({ seed: 7, startAt: `${new Date().toISOString().slice(0, 19)}Z` })
    sandbox.world.addPerson({ id: person, givenName: "Mira", familyName: "Example" })
    const shipment = { carrier: "Heron Post" }
    sandbox.world.shop(person, { merchant: "Pebble Row", amount: 4_999, plan: "pay_in_4", shipment, points: 120 })
    sandbox.world.topUp(person, { amount: 2_500, instant: true })
    sandbox.world.authorizeCard(person, { merchant: "Moth Lantern", amount: 700 })

    const made = await at.run("keys", "create", "--tenant", "acme", "--json")
    const { key } = JSON.parse(made.out) as { readonly key: string }
    const allowed = ["--allow-base-url", sandbox.baseUrl, "--allow-private-webhooks"]
    served = at.start("serve", "--port", "0", "--json", ...allowed)
    const [line] = (await once(served.stdout ?? served, "data")) as [Buffer]
    const { url } = JSON.parse(line.toString()) as { readonly url: string }
    mirror = connect({ baseUrl: url, apiKey: key })
  }, 60_000)
  afterAll(async () => {
    await mirror.close()
    served.kill("SIGTERM")
    await once(served, "exit")
    receiver?.close()
    await sandbox.close()
    at.remove()
  })

  it("links a person, reads seven streams, is told of an installment that is due, and withdraws", async () => {
    // Link.
    const { holderId } = await mirror.createHolder({ reference: "user-1138" })
    const { linkSessionId, step } = await mirror.createLinkSession({
      holderId,
      connector: "klarna-us",
      baseUrl: sandbox.baseUrl
    })
    assert.strictEqual(step?.type, "agree")
    await mirror.answerLinkSession({ linkSessionId, type: "agree" })
    const { deviceId, refreshToken } = sandbox.openSession(person)
    const session = await mirror.answerLinkSession({
      linkSessionId,
      type: "entered",
      values: { refresh_token: refreshToken, device_id: deviceId }
    })
    assert.strictEqual(session.status, "linked", session.detail)
    const { connectionId = "", consentId = "" } = session

    // Hear.
    let handle = (_: Request): Promise<Response> => Promise.resolve(new Response(null, { status: 503 }))
    const server = createServer(toNode((request) => handle(request))).listen(0, "127.0.0.1")
    receiver = server
    await once(server, "listening")
    const endpoint = await mirror.createWebhookEndpoint({
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks`,
      eventTypes: ["installment.due", "consent.withdrawn"]
    })
    handle = handler({
      secrets: endpoint.secret,
      enqueue: ({ event, id }) => Promise.resolve(void inbox.set(id, event))
    })

    // Read.
    const read = () =>
      until(async () => {
        const { items } = await mirror.syncConnection({ connectionId })
        return items.every(({ outcome }) => outcome === "CaughtUp") ? items : undefined
      })
    await read()
    const [purchase] = (await mirror.listPurchases({ holderId })).items
    assert.deepStrictEqual(purchase?.amount, { amount: 4_999, currency: "USD" })
    const [plan] = (await mirror.listPlans({ holderId })).items
    assert.strictEqual(plan?.purchaseId, purchase?.purchaseId)
    assert.isAbove((await mirror.listCardTransactions({ holderId })).items.length, 0)
    assert.isAbove((await mirror.listBalances({ holderId })).items.length, 0)
    assert.isAbove((await mirror.listPoints({ holderId })).items.length, 0)
    assert.isAbove((await mirror.listDeliveries({ holderId })).items.length, 0)
    const [profile] = (await mirror.listProfiles({ holderId })).items
    assert.strictEqual(profile?.givenName, "Mira")
    const installments: Array<number> = []
    for await (const one of mirror.each("listInstallments", { holderId, limit: 1 }))
      installments.push(one.amountDue.amount)
    assert.strictEqual(
      installments.reduce((a, b) => a + b, 0),
      4_999
    )

    // Two weeks later the second payment is due, and the receiver is told.
    sandbox.advanceTo(new Date(Date.parse(plan?.schedule[1]?.dueDate ?? "") + day / 3).toISOString())
    await read()
    const due = await until(() => [...inbox.values()].find(({ type }) => type === "installment.due"))
    assert.strictEqual(due.data.id, plan?.planId)

    // The end: at once, and the receiver is told of that too.
    const { revokedUpstream } = await mirror.withdrawConsent({ consentId })
    assert.isTrue(revokedUpstream)
    await until(() => [...inbox.values()].find(({ type }) => type === "consent.withdrawn"))
    const after = await mirror.syncConnection({ connectionId }).catch((cause: unknown) => cause)
    assert.instanceOf(after, Problem.Conflict)

    const absent = await mirror.getHolder({ holderId: "nobody" }).catch((cause: unknown) => cause)
    assert.instanceOf(absent, Problem.NotFound)
  }, 90_000)
})
