/** Any connector, for who has never heard of Effect: promises, async iterables, plain errors, and one session per grant. */
import { inspect } from "node:util"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { Connector, ConnectorError, type Manifest, type ReadEvent } from "../src/index.ts"
import { ConnectorError as PlainError, fromLayer } from "../src/promise.ts"

const manifest: Manifest.Manifest = {
  spec: "1",
  id: "toy",
  name: "Toy",
  provider: "toy",
  markets: ["US"],
  route: "session",
  link: "prompt",
  maturity: "illustrative",
  hosts: [],
  streams: { deliveries: { live: "cursor", backfill: true } }
}

const account = {
  identification: "u",
  currency: "USD",
  market: "US",
  legalEntity: "Toy",
  status: "OPEN",
  displayName: "Toy"
} as const

const toy = () => {
  const seen = { refreshes: 0, opened: 0, closed: 0, freed: 0, revoked: "" }
  const upsert = (n: number): ReadEvent.Upsert => ({
    _tag: "Upsert",
    stream: "deliveries",
    id: String(n),
    row: { deliveryId: String(n), carrier: "UPS", status: "CREATED" }
  })
  const layer = Connector.layer<{ token: string }, { at: number }, never, never>({
    manifest,
    grant: Schema.Struct({ token: Schema.String }),
    checkpoint: Schema.Struct({ at: Schema.Int }),
    make: Effect.succeed({
      link: ({ answer }) =>
        answer._tag === "Entered"
          ? Effect.succeed({ _tag: "Linked" as const, grant: { token: "t0" }, accounts: [account] })
          : Effect.succeed({ _tag: "Prompt" as const, message: "?", fields: [], state: "s" }),
      read: (stream, { checkpoint, session }) =>
        stream === "card"
          ? Stream.fail(
              new ConnectorError.ConnectorError({
                connector: "toy",
                reason: new ConnectorError.RateLimited({ until: "2026-06-08T12:00:00.000Z" })
              })
            )
          : Stream.unwrap(
              Effect.gen(function* () {
                const held = yield* session.current
                if (held.grant.token === "t0") {
                  yield* session.renew(held, () =>
                    Effect.sync(() => {
                      seen.refreshes += 1
                      return { token: `t${seen.refreshes}` }
                    }).pipe(Effect.delay("5 millis"))
                  )
                }
                seen.opened += 1
                const from = checkpoint._tag === "Some" ? checkpoint.value.at : 0
                return Stream.range(from + 1, from + 1000).pipe(
                  Stream.mapEffect((n) => Effect.delay(Effect.succeed(n), "1 millis")),
                  Stream.flatMap((at) => Stream.make(upsert(at), { _tag: "Checkpoint" as const, checkpoint: { at } })),
                  Stream.ensuring(Effect.sync(() => (seen.closed += 1)))
                )
              })
            ),
      revoke: (session) =>
        Effect.map(session.current, ({ grant }) => {
          seen.revoked = grant.token
        })
    })
  })
  const freed = Layer.effectDiscard(Effect.addFinalizer(() => Effect.sync(() => (seen.freed += 1))))
  return { seen, layer: Layer.merge(layer, freed) }
}

const take = async (events: AsyncIterable<ReadEvent.ReadEvent>, count: number) => {
  const taken: Array<ReadEvent.ReadEvent> = []
  for await (const event of events) {
    taken.push(event)
    if (taken.length === count) break
  }
  return taken
}

describe("a connector without Effect", () => {
  it("links one step at a time and hands the grant over as text", async () => {
    const connector = await fromLayer(toy().layer)
    assert.strictEqual((await connector.link())._tag, "Prompt")
    const step = await connector.link({ answer: { _tag: "Entered", values: { code: "1" } }, state: "s" })
    assert.strictEqual(step._tag === "Linked" && step.grant, '{"token":"t0"}')
    await connector.close()
  })

  it("is stopped cleanly by leaving the loop, and goes on from the checkpoint", async () => {
    const { layer, seen } = toy()
    const connector = await fromLayer(layer)
    const grants: Array<string> = []
    const options = { grant: '{"token":"t0"}', account, onGrant: (grant: string) => void grants.push(grant) }
    const [, checkpoint] = await take(connector.read("deliveries", options), 2)
    assert.deepStrictEqual(grants, ['{"token":"t1"}'])
    assert.deepStrictEqual([seen.opened, seen.closed], [1, 1])
    if (checkpoint?._tag !== "Checkpoint") return assert.fail("no checkpoint")
    const [next] = await take(connector.read("deliveries", { ...options, checkpoint: checkpoint.checkpoint }), 1)
    assert.propertyVal(next, "id", "2")
    assert.deepStrictEqual([seen.opened, seen.closed], [2, 2])
    await connector.close()
    assert.strictEqual(seen.freed, 1)
  })

  it("renews once for many loops, also for one that still passes the grant from before", async () => {
    const { layer, seen } = toy()
    const connector = await fromLayer(layer)
    let stored = 0
    const options = { grant: '{"token":"t0"}', account, onGrant: () => void (stored += 1) }
    await Promise.all(Array.from({ length: 20 }, () => take(connector.read("deliveries", options), 1)))
    await take(connector.read("deliveries", options), 1)
    assert.deepStrictEqual([seen.refreshes, stored], [1, 1])
    await connector.revoke(options.grant)
    assert.strictEqual(seen.revoked, "t1")
    await connector.close()
  })

  it("waits for onGrant, and lets through what it throws", async () => {
    const { layer, seen } = toy()
    const connector = await fromLayer(layer)
    const full = new Error("disk full")
    const onGrant = () => Promise.reject(full)
    const read = connector.read("deliveries", { grant: '{"token":"t0"}', account, onGrant })
    assert.strictEqual(await take(read, 1).catch((error: unknown) => error), full)
    assert.strictEqual(seen.opened, 0)
    await connector.close()
  })

  it("fails with an Error whose reason is a plain object, without the grant", async () => {
    const connector = await fromLayer(toy().layer)
    const options = { grant: '{"token":"t-secret"}', account, onGrant: () => undefined }
    const error = await take(connector.read("card", options), 1).catch((caught: unknown) => caught)
    assert.instanceOf(error, Error)
    assert.instanceOf(error, PlainError)
    if (!(error instanceof PlainError)) return
    assert.deepStrictEqual(error.reason, { _tag: "RateLimited", until: "2026-06-08T12:00:00.000Z" })
    assert.strictEqual(Object.getPrototypeOf(error.reason), Object.prototype)
    assert.strictEqual(error.message, "toy: rate limited until 2026-06-08T12:00:00.000Z")
    assert.notInclude(inspect(error, { depth: 9 }), "t-secret")
    const unreadable = await connector.revoke("not a grant").catch((caught: unknown) => caught)
    assert.strictEqual(unreadable instanceof PlainError && unreadable.reason._tag, "ConsentRequired")
    await connector.close()
  })
})
