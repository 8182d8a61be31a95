/**
 * `check-live` and `record` at each of Klarna's neighbours, whose connectors say nothing for it: what their authors stated
 * for reading is the map. A recording, replayed, tells the connector the same, and nobody is in it.
 */
import { Fixture, replay } from "@paymirror/connector-testing/fixtures"
import { fromLayer, type LinkedAccount, type PlainConnector, type StreamName } from "@paymirror/core/promise"
import { type Fault, neighbours } from "@paymirror/sandbox"
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import { HttpClient } from "effect/http"
import * as UserDirectories from "effect/persistence/UserDirectories"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import * as Connectors from "../src/Connectors.ts"
import type { Around } from "../src/Network.ts"
import { home } from "./terminal.ts"

/** A field whose texts mean something and are no list of words. */
const allowed: Readonly<Record<string, string>> = { "paypal": "transaction_event_code", "cash-app": "account" }

type Provider = keyof typeof neighbours
const providers = Object.keys(neighbours) as ReadonlyArray<Provider>

interface Checked {
  readonly verdict: string
  readonly streams: ReadonlyArray<{
    readonly stream: string
    readonly verdict: string
    readonly drift: ReadonlyArray<{ readonly kind: string; readonly endpoint: string; readonly path: string }>
  }>
}

/** What a row says, without who it is of and what it is called. */
const said = (event: object): string =>
  JSON.stringify(event, (name, value: unknown) =>
    /^(?:id|description|reference|email|version)$|(?:Id|Name|Reference|Nickname|Tier)$/.test(name) ? undefined : value
  )

const machine = Layer.mergeAll(NodeServices.layer, UserDirectories.layer)

const connected = (provider: Provider, baseUrl: string, around?: Around): Promise<PlainConnector> => {
  const entry = Connectors.find(provider) ?? assert.fail(provider)
  return fromLayer(entry.layer({ baseUrl }, around).pipe(Layer.provide(machine)))
}

/** Every row of a stream, of all accounts, and whatever could not be read. */
const everything = async (
  connector: PlainConnector,
  stream: StreamName,
  grant: string,
  accounts: ReadonlyArray<LinkedAccount>
): Promise<ReadonlyArray<string>> => {
  const events: Array<string> = []
  for (const account of accounts) {
    for await (const event of connector.read(stream, { grant, account, onGrant: () => undefined })) {
      if (event._tag !== "Checkpoint") events.push(said(event))
    }
  }
  return events.toSorted()
}

/** The accounts of a recording, where a path names them: in its stand-ins. */
const recordedAccounts = (
  { exchanges }: Fixture.Fixture,
  accounts: ReadonlyArray<LinkedAccount>
): ReadonlyArray<LinkedAccount> => {
  const kinds = new Set(exchanges.flatMap(({ request: { path } }) => /\/accounts\/([^/]+)\//.exec(path)?.[1] ?? []))
  const [first] = accounts
  return kinds.size === 0 || first === undefined
    ? accounts
    : [...kinds].map((kind) => ({ ...first, identification: `somebody:${decodeURIComponent(kind)}` }))
}

describe("a neighbour", { timeout: 90_000 }, () => {
  const at = home()
  const scope = Scope.makeUnsafe()
  interface Linked {
    readonly far: ReturnType<(typeof neighbours)[Provider]>
    readonly id: string
    readonly baseUrl: string
  }
  const linked = new Map<string, Linked>()

  beforeAll(async () => {
    for (const provider of providers) {
      const far = neighbours[provider]({ start: new Date().toISOString() })
      const baseUrl = await Effect.runPromise(Scope.provide(far.serve, scope))
      const { deviceId, refreshToken } = far.handOver("alex")
      const handOver = join(at.folder, `${provider}.json`)
      writeFileSync(handOver, JSON.stringify({ refresh_token: refreshToken, device_id: deviceId }))
      const told = ["--base-url", baseUrl, "--hand-over", handOver, "--holder", "alex", "--yes", "--json"]
      const ran = await at.run("link", provider, ...told)
      assert.strictEqual(ran.code, 0, ran.err)
      linked.set(provider, {
        far,
        baseUrl,
        id: (JSON.parse(ran.out) as { readonly connectionId: string }).connectionId
      })
    }
  }, 120_000)
  afterAll(async () => {
    at.remove()
    await Effect.runPromise(Scope.close(scope, Exit.void))
  })

  const of = (provider: Provider) => linked.get(provider) ?? assert.fail(`${provider} is not linked`)

  const check = async (provider: Provider, ...flags: ReadonlyArray<string>) => {
    const ran = await at.run("check-live", of(provider).id, "--json", ...flags)
    assert.notStrictEqual(ran.out, "", ran.err)
    return { code: ran.code, found: JSON.parse(ran.out) as Checked }
  }

  /** What is told of a provider under a fault: `value_unknown GET /v1/orders state`. */
  const toldUnder = async (fault: Fault, provider: Provider, stream: string, path: string) => {
    const { faults } = of(provider).far.simulator
    faults.add({ fault, times: "always", path, exact: true })
    const { code, found } = await check(provider, "--stream", stream)
    faults.heal()
    assert.strictEqual(code, 1)
    return found.streams.flatMap(({ drift }) => drift.map((one) => `${one.kind} ${one.endpoint} ${one.path}`))
  }

  it.each(providers)("%s is as it was mapped", async (provider) => {
    const { code, found } = await check(provider)
    assert.strictEqual(found.verdict, "as_mapped", JSON.stringify(found.streams, null, 1))
    assert.strictEqual(code, 0)
  })

  it.each([
    ["field_gone", "originalAmount", { kind: "drift", change: "missing-field", field: "originalAmount" }],
    ["field_new", "x_experiment", { kind: "drift", change: "extra-fields" }],
    ["value_unknown", "paymentState", { kind: "drift", change: "unknown-value", field: "paymentState" }],
    ["endpoint_moved", "", { kind: "fail", status: 404 }]
  ] as const)("that drifted is told of: %s %s", async (kind, field, fault) => {
    const path = "/consumer/v1/orders"
    assert.include(await toldUnder(fault, "afterpay", "purchases", path), `${kind} GET ${path} ${field}`)
  })

  it("that drifted in one of its currencies is told of by the path of any", async () => {
    const fault = { kind: "drift", change: "unknown-value", field: "transaction_status" } as const
    const path = "/consumer/v1/wallet/{currency}/activity"
    assert.include(await toldUnder(fault, "paypal", "balance", path), `value_unknown GET ${path} transaction_status`)
  })

  it.each(providers)("%s is recorded with nobody in it, and replayed it says the same", async (provider) => {
    const { far, id } = of(provider)
    const out = join(at.folder, "fixtures", provider)
    const ran = await at.run("record", id, "--out", out, ...(allowed[provider] ? ["--allow", allowed[provider]] : []))
    assert.strictEqual(ran.code, 0, ran.err)
    const texts = readdirSync(out).map((name) => readFileSync(join(out, name), "utf8"))
    for (const { email, familyName } of far.people) {
      assert.notInclude(texts.join(), email)
      assert.notInclude(texts.join(), familyName)
    }
    const live = await connected(provider, of(provider).baseUrl)
    const { deviceId, refreshToken } = far.handOver("alex")
    const values = { refresh_token: refreshToken, device_id: deviceId }
    const step = await live.link({ answer: { _tag: "Entered", values }, state: "hand-over" })
    if (step._tag !== "Linked") return assert.fail(step._tag)
    for (const text of texts) {
      const fixture = await Effect.runPromise(Fixture.decode(text))
      const { stream } = fixture
      if (stream === "link") return assert.fail("nothing was linked")
      const recording = replay([fixture])
      const http = await Effect.runPromise(Effect.provide(HttpClient.HttpClient, recording.layer))
      const again = await connected(provider, "http://localhost", () => http)
      const grant = JSON.stringify({ refreshToken: "r", deviceId: "d", accessToken: "a" })
      const told = await everything(live, stream, step.grant, step.accounts)
      const retold = await everything(again, stream, grant, recordedAccounts(fixture, step.accounts))
      assert.deepStrictEqual(recording.unmatched(), [])
      assert.isAbove(told.length, 0)
      assert.deepStrictEqual(retold, told)
      await again.close()
    }
    await live.close()
  })
})
