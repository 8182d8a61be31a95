/** Sessions over the socket, in each of the ways a provider may handle its tokens. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { emptyStory, Sandbox } from "../src/index.ts"
import type { HandOver, SessionMode } from "../src/index.ts"
import { ask, body, json, post, read, refresh } from "./reader.ts"

const profile = "/consumer/v2/profile"

const withSession = (session: Partial<SessionMode> = {}) =>
  Effect.gen(function* () {
    const sandbox = yield* Sandbox.make({ story: emptyStory, session })
    sandbox.world.addPerson({ id: "kim", givenName: "Kim", familyName: "Testwell" })
    return { sandbox, handOver: sandbox.openSession("kim") }
  })

const grant = (sandbox: Sandbox.Sandbox, handOver: HandOver) =>
  Effect.map(refresh(sandbox, handOver), (heard) => {
    assert.strictEqual(heard.status, 200, heard.text)
    return body(heard)
  })

const refused = (sandbox: Sandbox.Sandbox, handOver: HandOver) =>
  Effect.map(refresh(sandbox, handOver), (heard) => {
    assert.strictEqual(heard.status, 400)
    assert.deepStrictEqual(json(heard), { error: "invalid_grant" })
  })

describe("a session", () => {
  it.effect("opens the reads for half an hour, and asks for a refresh after that", () =>
    Effect.gen(function* () {
      const { handOver, sandbox } = yield* withSession()
      const { access_token, expires_in } = yield* grant(sandbox, handOver)
      assert.strictEqual(expires_in, 1800)
      assert.strictEqual((yield* read(sandbox, access_token, profile)).status, 200)
      sandbox.advance({ minutes: 30 })
      const late = yield* read(sandbox, access_token, profile)
      assert.strictEqual(late.status, 401)
      assert.deepStrictEqual(json(late), { error: "token_expired" })
    })
  )

  it.effect("knows no token it has not given out", () =>
    Effect.gen(function* () {
      const { handOver, sandbox } = yield* withSession()
      const unknown = yield* read(sandbox, "at_made_up", profile)
      assert.strictEqual(unknown.status, 401)
      assert.deepStrictEqual(json(unknown), { error: "invalid_token" })
      assert.strictEqual((yield* ask(sandbox.baseUrl + profile)).status, 401)
      yield* refused(sandbox, { ...handOver, refreshToken: "rt_made_up" })
    })
  )

  it.effect("is bound to its device, and is not spent by an attempt from another one", () =>
    Effect.gen(function* () {
      const { handOver, sandbox } = yield* withSession({ rotation: "strict" })
      yield* refused(sandbox, { ...handOver, deviceId: "dev_another" })
      yield* grant(sandbox, handOver)
    })
  )

  it.effect("keeps its refresh token where the provider does not rotate", () =>
    Effect.gen(function* () {
      const { handOver, sandbox } = yield* withSession({ rotation: "none" })
      for (let time = 0; time < 3; time++) {
        const given = yield* grant(sandbox, handOver)
        assert.isUndefined(given.refresh_token)
      }
      assert.strictEqual(sandbox.ledger.totals.refreshes, 3)
      assert.strictEqual(sandbox.ledger.totals.reuseEvents, 0)
    })
  )

  it.effect("refuses a rotated token and lives on with the new one, where rotation is plain", () =>
    Effect.gen(function* () {
      const { handOver, sandbox } = yield* withSession({ rotation: "rotate" })
      const { refresh_token = "" } = yield* grant(sandbox, handOver)
      assert.notStrictEqual(refresh_token, handOver.refreshToken)
      yield* refused(sandbox, handOver)
      yield* grant(sandbox, { ...handOver, refreshToken: refresh_token })
    })
  )

  it.effect("gives the same new token again within the grace period, and takes re-use after it for theft", () =>
    Effect.gen(function* () {
      const { handOver, sandbox } = yield* withSession({ rotation: "rotate-with-grace", graceSeconds: 60 })
      const first = yield* grant(sandbox, handOver)
      sandbox.advance({ seconds: 59 })
      const again = yield* grant(sandbox, handOver)
      assert.strictEqual(again.refresh_token, first.refresh_token)
      assert.notStrictEqual(again.access_token, first.access_token)
      assert.strictEqual(sandbox.ledger.totals.reuseEvents, 0)
      sandbox.advance({ seconds: 1 })
      yield* refused(sandbox, handOver)
      assert.strictEqual(sandbox.ledger.totals.reuseEvents, 1)
      yield* refused(sandbox, { ...handOver, refreshToken: first.refresh_token ?? "" })
      const read_ = yield* read(sandbox, first.access_token, profile)
      assert.strictEqual(read_.status, 403)
      assert.deepStrictEqual(json(read_), { error: "session_revoked" })
    })
  )

  it.effect("ends at once when a rotated token is used again, where the provider is strict", () =>
    Effect.gen(function* () {
      const { handOver, sandbox } = yield* withSession({ rotation: "strict" })
      const { access_token, refresh_token = "" } = yield* grant(sandbox, handOver)
      yield* refused(sandbox, handOver)
      yield* refused(sandbox, { ...handOver, refreshToken: refresh_token })
      assert.strictEqual((yield* read(sandbox, access_token, profile)).status, 403)
      assert.strictEqual(sandbox.ledger.totals.reuseEvents, 1)
      assert.strictEqual(sandbox.ledger.totals.refreshes, 1)
    })
  )

  it.effect("survives a lost answer only where there is a grace period", () =>
    Effect.gen(function* () {
      for (const [rotation, status] of [
        ["rotate-with-grace", 200],
        ["strict", 400]
      ] as const) {
        const { handOver, sandbox } = yield* withSession({ rotation })
        sandbox.faults.add({ fault: { kind: "lost-answer" }, path: "/auth/" })
        assert.strictEqual((yield* Effect.exit(refresh(sandbox, handOver)))._tag, "Failure")
        assert.strictEqual(sandbox.ledger.totals.refreshes, 1)
        assert.strictEqual((yield* refresh(sandbox, handOver)).status, status)
      }
    })
  )

  it.effect("is over once revoked, and revoking it again is as good", () =>
    Effect.gen(function* () {
      const { handOver, sandbox } = yield* withSession()
      const { access_token } = yield* grant(sandbox, handOver)
      const session = { refresh_token: handOver.refreshToken, device_id: handOver.deviceId }
      for (let time = 0; time < 2; time++) {
        const heard = yield* post(sandbox, "/auth/v1/token/revoke", session)
        assert.strictEqual(heard.status, 204)
        assert.strictEqual(heard.text, "")
      }
      const stranger = { refresh_token: "rt_made_up", device_id: "dev" }
      assert.strictEqual((yield* post(sandbox, "/auth/v1/token/revoke", stranger)).status, 204)
      assert.strictEqual((yield* read(sandbox, access_token, profile)).status, 403)
      yield* refused(sandbox, handOver)
    })
  )

  it.effect("can be aged and ended by command, for everybody or for one person", () =>
    Effect.gen(function* () {
      const { handOver, sandbox } = yield* withSession({ rotation: "none" })
      const { access_token } = yield* grant(sandbox, handOver)
      yield* post(sandbox, "/_sandbox/expire-access")
      assert.strictEqual((yield* read(sandbox, access_token, profile)).status, 401)
      const fresh = yield* grant(sandbox, handOver)
      yield* post(sandbox, "/_sandbox/people/kim/expire-refresh")
      yield* refused(sandbox, handOver)
      assert.strictEqual((yield* read(sandbox, fresh.access_token, profile)).status, 200)
      yield* post(sandbox, "/_sandbox/people/kim/revoke-session")
      assert.strictEqual((yield* read(sandbox, fresh.access_token, profile)).status, 403)
    })
  )

  it.effect("grows too old to be refreshed", () =>
    Effect.gen(function* () {
      const { handOver, sandbox } = yield* withSession({ refreshDays: 90 })
      sandbox.advance({ days: 90 })
      yield* refused(sandbox, handOver)
    })
  )

  it.effect("sees only the account it was opened for", () =>
    Effect.gen(function* () {
      const { handOver, sandbox } = yield* withSession()
      sandbox.world.addPerson({ id: "lee", givenName: "Lee", familyName: "Otherwise" })
      sandbox.world.topUp("lee", { amount: 500, instant: true })
      const { access_token } = yield* grant(sandbox, handOver)
      const heard = yield* read(sandbox, access_token, "/consumer/v2/balance/entries")
      assert.deepStrictEqual(json(heard)["entries"], [])
      assert.notInclude(heard.text, "lee")
    })
  )
})
