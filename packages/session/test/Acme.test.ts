/** What an author has to write, and what their users get for it, with Effect and without. */
import { readdirSync, readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import * as Session from "@paymirror/session"
import * as Plain from "@paymirror/session/promise"
import { words } from "@paymirror/session/translation"
import * as Effect from "effect/Effect"
import { FetchHttpClient } from "effect/http"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import { layer } from "./Acme/index.ts"
import { provider as acme } from "./Acme/read.ts"
import { order } from "./Provider.ts"
import { withProvider } from "./Reading.ts"

const plain = Plain.doors(layer, acme)
const tokens = { refreshToken: "refresh-secret-0", deviceId: "device-secret" }

it("a connector of four streams is written in 200 lines, all of its files together", () => {
  const folder = new URL("./Acme/", import.meta.url)
  const lines = readdirSync(folder).flatMap((name) => readFileSync(new URL(name, folder), "utf8").trimEnd().split("\n"))
  assert.isAtMost(lines.length, 200)
})

describe("the client", () => {
  it.live("yields rows, tells each cursor after its rows, and hands the rotated grant over first", () =>
    withProvider((far) =>
      Effect.gen(function* () {
        const said: Array<string> = []
        const client = Session.client(acme, {
          refreshToken: Redacted.make(tokens.refreshToken),
          deviceId: Redacted.make(tokens.deviceId),
          baseUrl: far.url,
          pageSize: 3,
          onGrant: ({ refreshToken }) => Effect.sync(() => said.push(Redacted.value(refreshToken)))
        })
        yield* client
          .rows("plans", { onCursor: (cursor) => Effect.sync(() => said.push(cursor)) })
          .pipe(Stream.runForEach(({ planId }) => Effect.sync(() => said.push(planId))))
        assert.deepStrictEqual(said, [
          "refresh-secret-1",
          "o_1:plan",
          "o_2:plan",
          "o_3:plan",
          "c3",
          "o_4:plan",
          "c4",
          "c4"
        ])
        const rest = yield* Stream.runCollect(client.rows("purchases", { updatedAfter: "c3" }))
        assert.deepStrictEqual(
          rest.map(({ purchaseId }) => purchaseId),
          ["o_4"]
        )
        assert.strictEqual((yield* client.profile()).profileId, "u_77")
        yield* client.revoke()
        assert.strictEqual(far.to("/auth/revoke").length, 1)
      }).pipe(Effect.provide(FetchHttpClient.layer))
    )
  )

  it("of a session that is bound to a device asks for the device at once", () => {
    const options = { refreshToken: tokens.refreshToken, onGrant: () => undefined }
    assert.throws(() => Plain.client(acme, options), TypeError, "deviceId")
    assert.doesNotThrow(() => Plain.client({ ...acme, auth: { ...acme.auth, device: false } }, options))
  })

  it.live("of promises stores the grant before the first row, and tells of what it could not read", () =>
    withProvider((far) =>
      Effect.promise(async () => {
        far.orders.push(order(5, { state: "snoozed" }))
        const said: Array<string> = []
        const client = plain.client({
          ...tokens,
          baseUrl: far.url,
          onGrant: async ({ refreshToken }) => {
            await new Promise((resolve) => setTimeout(resolve, 5))
            said.push(refreshToken)
          },
          onNotice: ({ _tag }) => void said.push(_tag)
        })
        for await (const { purchaseId } of client.rows("purchases")) said.push(purchaseId)
        assert.deepStrictEqual(said, ["refresh-secret-1", "o_1", "o_2", "o_3", "o_4", "Quarantined", "Drift"])
        assert.strictEqual((await client.profile()).givenName, "Rosalind")
      })
    )
  )
})

it.live("a connector of promises links, reads and revokes", () =>
  withProvider((far) =>
    Effect.promise(async () => {
      const connector = await plain.connector({ baseUrl: far.url })
      const values = { refresh_token: tokens.refreshToken, device_id: tokens.deviceId }
      const step = await connector.link({ answer: { _tag: "Entered", values }, state: "hand-over" })
      if (step._tag !== "Linked") return assert.fail(step._tag)
      const [account] = step.accounts
      if (account === undefined) return assert.fail("no account")
      const read: Array<string> = []
      for await (const event of connector.read("balance", { grant: step.grant, account, onGrant: () => undefined })) {
        if (event._tag === "Upsert") read.push(event.id)
      }
      assert.deepStrictEqual(read, ["e_1", "e_2", "e_3", "balance:interimBooked"])
      await connector.revoke(step.grant)
      assert.strictEqual(far.to("/auth/revoke").length, 1)
      await connector.close()
    })
  )
)

it("a word means what it was said to mean, and no name of JavaScript's own is one", () => {
  const meaning = words({ open: "OPEN" })
  assert.deepStrictEqual(["open", "shut", "constructor", "__proto__"].map(meaning), [
    "OPEN",
    undefined,
    undefined,
    undefined
  ])
})
