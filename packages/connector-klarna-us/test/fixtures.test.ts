/** Recording a provider over a real socket: nobody is in the files, and a replay tells the connector the same rows. */
import { Canaries, Fixture, Recording, replay } from "@paymirror/connector-testing/fixtures"
import { Connector, type ReadEvent, type StreamName } from "@paymirror/core"
import { Sandbox } from "@paymirror/sandbox"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { FetchHttpClient, HttpClient } from "effect/http"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import { wireMap } from "@paymirror/session"
import * as KlarnaUs from "../src/index.ts"
import { provider as klarna } from "../src/read.ts"
import type { Row } from "./Provider.ts"
import { account, read, sealed, sessionOf, withProvider } from "./Reading.ts"

const streams = ["purchases", "card", "balance", "points", "deliveries", "profile"] as const
const person = "alex"
const wire = wireMap(klarna)
const options = (baseUrl: string): KlarnaUs.Options => ({ baseUrl, pageSize: 7, backoff: "2 millis" })
const access = { spend: () => Effect.void }

const rowsOf = (events: ReadonlyArray<ReadEvent.ReadEvent>) => events.filter((event) => event._tag === "Upsert")

const readAll = (stream: StreamName.StreamName, session: ReturnType<typeof sessionOf>) =>
  Effect.flatMap(Connector.Connector, (connector) =>
    connector.read(stream, { session, account, access, checkpoint: Option.none() }).pipe(Stream.runCollect)
  )

const connected = (baseUrl: string, http: Layer.Layer<HttpClient.HttpClient>) =>
  KlarnaUs.layer(options(baseUrl)).pipe(Layer.provide(http))

/** Records every stream of one person, and keeps what the connector said meanwhile. */
const recorded = (allow: ReadonlyArray<string> = []) =>
  Effect.gen(function* () {
    const sandbox = yield* Sandbox.make({ session: { rotation: "strict" } })
    sandbox.world.topUp(person, { amount: 1_500 })
    sandbox.world.redeemPoints(person, { points: 100 })
    sandbox.world.changeProfile(person, { phone: "+1 555 010 0199" })
    const { deviceId, refreshToken } = sandbox.openSession(person)
    const recording = Recording.make({ manifest: KlarnaUs.manifest, wire, allow })
    const http = Layer.effect(HttpClient.HttpClient, Effect.map(HttpClient.HttpClient, recording.around)).pipe(
      Layer.provide(FetchHttpClient.layer)
    )
    const grants: Array<string> = []
    const session = sessionOf(Redacted.make(JSON.stringify({ refreshToken, deviceId })), (grant) =>
      Effect.sync(() => void grants.push(Redacted.value(grant)))
    )
    const said = new Map<StreamName.StreamName, ReadonlyArray<ReadEvent.ReadEvent>>()
    for (const stream of streams) {
      sandbox.world.expireAccess(person)
      const events = yield* recording
        .during(stream)(readAll(stream, session))
        .pipe(Effect.provide(connected(sandbox.baseUrl, http)))
      said.set(stream, events)
    }
    const { profile } = sandbox.world.person(person)
    const canaries = [
      ...Canaries.within("the hand-over", { refreshToken, deviceId }),
      ...grants.flatMap((grant) => Canaries.within("the grant", JSON.parse(grant))),
      ...Canaries.within("profile", { ...profile.row, membership: {} }),
      ...[...sandbox.world.person(person).purchases.orders()].map(({ row }) => ({
        name: "a store",
        value: Redacted.make(row.merchant)
      }))
    ]
    return { recording, said, canaries, grants, baseUrl: sandbox.baseUrl }
  })

describe("a recording of a live read", () => {
  it.live("holds no canary in any spelling, and says how much it replaced", () =>
    Effect.gen(function* () {
      const { canaries, recording, said } = yield* recorded()
      const written = yield* recording.finish(canaries)
      assert.deepStrictEqual(
        written.map(({ name }) => name).toSorted(),
        streams.map((stream) => `${stream}.json`).toSorted()
      )
      assert.isAbove(canaries.length, 20)
      const text = written.map((file) => file.text).join("\n")
      for (const { name, value } of canaries) {
        const canary = Redacted.value(value)
        assert.isFalse(text.includes(canary), name)
        assert.isFalse(text.includes(Buffer.from(canary).toString("base64").replace(/=+$/, "")), name)
        assert.isFalse(text.includes(encodeURIComponent(canary)), name)
      }
      const counts = recording.counts()
      for (const kind of ["token", "e-mail", "phone", "name", "identifier"] as const)
        assert.isAbove(counts[kind] ?? 0, 0)
      // The words of the interface, days and amounts are there to be read.
      assert.include(text, '"pay_in_4"')
      assert.include(text, '"amount_minor": 12000')
      assert.isAbove(rowsOf(said.get("purchases") ?? []).length, 10)
    }).pipe(Effect.scoped)
  )

  it.live("replayed, tells the connector the same rows, up to the stand-ins", () =>
    Effect.gen(function* () {
      const { baseUrl, canaries, recording, said } = yield* recorded()
      const fixtures = yield* Effect.forEach(yield* recording.finish(canaries), ({ text }) => Fixture.decode(text))
      const given = [...recording.given()].toSorted(([a], [b]) => b.length - a.length)
      const disguise = (text: string): string => {
        const known = recording.given().get(text)
        if (known !== undefined) return known
        const part = given.find(([original]) => original.length > 5 && text.includes(original))
        return part === undefined ? text : text.replaceAll(part[0], part[1])
      }
      const disguised = (value: unknown): unknown =>
        JSON.parse(JSON.stringify(value), (_, inner: unknown) => (typeof inner === "string" ? disguise(inner) : inner))
      for (const stream of streams) {
        const provider = replay(fixtures.filter((fixture) => fixture.stream === stream))
        // As in the recording: an access token that is refused, and renewed once.
        const session = sessionOf(sealed({ accessToken: "anything" }))
        const events = yield* readAll(stream, session).pipe(Effect.provide(connected(baseUrl, provider.layer)))
        assert.deepStrictEqual(provider.unmatched(), [])
        assert.deepStrictEqual<unknown>(rowsOf(events), disguised(rowsOf(said.get(stream) ?? [])))
        assert.isAbove(rowsOf(events).length, 0)
      }
    }).pipe(Effect.scoped)
  )

  it.live("is not written where one field was forgotten, and names that field and not what is in it", () =>
    Effect.gen(function* () {
      const { canaries, recording } = yield* recorded(["email"])
      const leak = yield* Effect.flip(recording.finish(canaries))
      const where = new Set(leak.hits.map(({ place }) => place.replace(/\[\d+\]/, "")))
      assert.deepStrictEqual([...where], ["profile.answer.body.json.profile.email"])
      assert.include(
        leak.hits.map(({ name }) => name),
        "profile.email"
      )
      assert.notInclude(leak.message, "@")
    }).pipe(Effect.scoped)
  )

  it.live("of linking, replayed, links again, to an account that is nobody's", () =>
    Effect.gen(function* () {
      const sandbox = yield* Sandbox.make({ session: { rotation: "strict" } })
      const { deviceId, refreshToken } = sandbox.openSession(person)
      const values = { refresh_token: Redacted.make(refreshToken), device_id: Redacted.make(deviceId) }
      const recording = Recording.make({ manifest: KlarnaUs.manifest, wire })
      const http = Layer.effect(HttpClient.HttpClient, Effect.map(HttpClient.HttpClient, recording.around)).pipe(
        Layer.provide(FetchHttpClient.layer)
      )
      const linking = Effect.flatMap(Connector.Connector, (connector) =>
        connector.link({ answer: { _tag: "Entered", values }, state: "hand-over" })
      )
      const accountOf = (step: Effect.Success<typeof linking>) =>
        step._tag === "Linked" ? step.accounts[0] : undefined
      const first = accountOf(
        yield* recording
          .during("link")(linking)
          .pipe(Effect.provide(connected(sandbox.baseUrl, http)))
      )
      const [file] = yield* recording.finish(Canaries.within("the hand-over", { refreshToken, deviceId }))
      assert.strictEqual(file?.name, "link.json")
      const provider = replay([yield* Fixture.decode(file?.text)])
      const again = accountOf(yield* linking.pipe(Effect.provide(connected(sandbox.baseUrl, provider.layer))))
      assert.strictEqual(again?.identification, recording.given().get(first?.identification ?? ""))
      assert.deepStrictEqual(again, first && { ...first, identification: again?.identification })
    }).pipe(Effect.scoped)
  )

  it.live("says which request a replay cannot answer", () =>
    Effect.gen(function* () {
      const { baseUrl, canaries, recording } = yield* recorded()
      const fixtures = yield* Effect.forEach(yield* recording.finish(canaries), ({ text }) => Fixture.decode(text))
      const provider = replay(fixtures.filter(({ stream }) => stream === "card"))
      const session = sessionOf(sealed({ accessToken: "anything" }))
      const error = yield* Effect.flip(
        readAll("deliveries", session).pipe(Effect.provide(connected(baseUrl, provider.layer)))
      )
      assert.strictEqual(error.reason._tag, "ProviderUnavailable")
      assert.include(provider.unmatched()[0], "GET /consumer/v2/deliveries (page_size)")
    }).pipe(Effect.scoped)
  )
})

describe("the map of the wire", () => {
  const feeds = [
    { stream: "purchases", feed: "purchases" },
    { stream: "card", feed: "card/transactions" },
    { stream: "balance", feed: "balance/entries" },
    { stream: "points", feed: "cashback/entries" },
    { stream: "deliveries", feed: "deliveries" }
  ] as const

  /** A row in which one field says `word`; a reason stands on an installment in the state it is the reason of. */
  const saying = (row: Row, path: string, word: string): Row => {
    const [name = "", inner] = path.split(".")
    if (inner === undefined) return { ...row, [name]: word }
    const state = inner === "pause_reason" ? "paused" : "cancelled"
    const installment = { due: "2026-06-08", amount_minor: 100, state, [inner]: word }
    return { ...row, [name]: [installment] }
  }

  for (const { feed, stream } of feeds) {
    it.live(`knows the words of ${stream} the translation knows`, () =>
      withProvider((provider) =>
        Effect.gen(function* () {
          const [row = {}] = provider.feeds[feed] ?? []
          const { fields = [] } = wire.endpoints.find(({ path }) => path === `/consumer/v2/${feed}`) ?? {}
          const closed = fields.filter(({ values }) => values !== undefined)
          assert.isAbove(closed.length, 0)
          const drifts = Effect.fnUntraced(function* (path: string, words: ReadonlyArray<string>) {
            provider.feeds[feed] = words.map((word, index) => ({ ...saying(row, path, word), id: `x_${index}` }))
            const { events } = yield* read({ baseUrl: provider.url }, { stream })
            return events.flatMap((event) => (event._tag === "Drift" ? [`${event.kind} ${event.path}`] : []))
          })
          for (const { path, values = [] } of closed) {
            assert.deepStrictEqual(yield* drifts(path, values), [], path)
            assert.include((yield* drifts(path, ["nobody_knows"])).join(), "unknown_value", path)
          }
        })
      )
    )
  }
})
