import { readdirSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Connector, ConnectorError } from "@paymirror/core"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as SqlClient from "effect/sql/SqlClient"
import * as Sync from "../src/index.ts"
import * as Sqlite from "../src/sqlite.ts"
import { key, link, mirrored, runOf } from "./Mirrored.ts"
import { purchase, unreadable } from "./rows.ts"
import { at } from "./Script.ts"

const canaries = [
  "canary/token 5f1d",
  "canary/identification 77aa",
  "canary/raw row 9b9b",
  "canary/renewed 0c0c",
  "canary/linked anew 1b1b"
] as const

/** Bytes as they could stand in a file: as they are, in hex, for a URL, and in both kinds of base64 whatever comes before them. */
const disguises = (secret: Uint8Array): ReadonlyArray<string> => {
  const bytes = Buffer.from(secret)
  const shifted = [0, 1, 2].flatMap((shift) =>
    (["base64", "base64url"] as const).map((spelling) => {
      const whole = Buffer.concat([Buffer.alloc(shift), bytes]).toString(spelling)
      return whole.slice(Math.ceil((shift * 4) / 3), Math.floor(((shift + bytes.length) * 4) / 3))
    })
  )
  return [
    bytes.toString("latin1"),
    bytes.toString("hex"),
    bytes.toString("hex").toUpperCase(),
    encodeURIComponent(bytes.toString("latin1")),
    ...shifted
  ]
}

const found = (filename: string): ReadonlyArray<string> => {
  const folder = dirname(filename)
  const bytes = readdirSync(folder).map((name) => readFileSync(join(folder, name)).toString("latin1"))
  const secrets = [
    ...canaries.map((canary) => [canary, Buffer.from(canary)] as const),
    ["the master key", Redacted.value(key)] as const
  ]
  return secrets.flatMap(([name, secret]) =>
    disguises(secret).some((text) => bytes.some((file) => file.includes(text))) ? [name] : []
  )
}

describe("the database file", () => {
  it.effect(
    "holds no grant, no identification and no raw row in quarantine, in any file of it",
    mirrored(({ filename, script }) =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        script.token = canaries[0]
        script.identification = canaries[1]
        const { accountId, connectionId } = yield* link({ holderId: "robin" })
        script.says(
          purchase("findable-row"),
          unreadable("purchases", "p", "no amount", `{"note":"${canaries[2]}"}`),
          at(1)
        )
        yield* runOf(connectionId, accountId)("purchases")
        const session = script.session
        if (session === undefined) return assert.fail("nothing was read")
        const held = yield* session.current
        assert.strictEqual(held.grant.token, canaries[0])
        yield* session.renew(held, () => Effect.succeed({ token: canaries[3] }))
        script.token = canaries[4]
        yield* link({ holderId: "robin" })
        assert.isTrue(readFileSync(`${filename}-wal`).includes("findable-row"))
        assert.deepEqual(found(filename), [])
        yield* sql.unsafe("PRAGMA wal_checkpoint(TRUNCATE)")
        assert.isTrue(readFileSync(filename).includes("findable-row"))
        assert.deepEqual(found(filename), [])
        yield* sql.unsafe("CREATE TABLE control (text TEXT)")
        const planted = [
          Buffer.from(`..${canaries[0]}`).toString("base64"),
          encodeURIComponent(canaries[1]),
          Buffer.from(canaries[2]).toString("hex"),
          canaries[3],
          Buffer.from(Redacted.value(key)).toString("base64url")
        ]
        for (const text of planted) yield* sql`INSERT INTO control VALUES (${text})`
        assert.deepEqual(found(filename), [...canaries.slice(0, 4), "the master key"])
      })
    )
  )
})

describe("a sealed grant", () => {
  it.effect(
    "that is moved to another connection does not open there",
    mirrored(({ connectionId, run, script }) =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        script.identification = "somebody-else"
        const thief = yield* link({ holderId: "robin" })
        yield* sql`UPDATE connection SET sealed_grant = (SELECT sealed_grant FROM connection WHERE connection_id = ${connectionId})
        WHERE connection_id = ${thief.connectionId}`
        yield* runOf(thief.connectionId, thief.accountId)("card")
        const stolen = yield* Effect.flip(script.session?.current ?? Effect.die("nothing was read"))
        assert.match(stolen.message, /consent required: a stored secret does not open/)
        yield* run("card")
        assert.strictEqual(
          (yield* script.session?.current ?? Effect.die("nothing was read")).grant.token,
          "first-token"
        )
      })
    )
  )

  it.effect(
    "opens with its own key only, and not after a single byte was changed",
    mirrored(({ connectionId, filename }) =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const [stored] = yield* sql<{
          sealed_grant: string
        }>`SELECT sealed_grant FROM connection WHERE connection_id = ${connectionId}`
        const sealed = stored?.sealed_grant ?? ""
        const seal = yield* Sync.Seal
        assert.strictEqual(
          Redacted.value(yield* seal.open(Sync.Place.grant(connectionId), sealed)),
          `{"token":"first-token"}`
        )
        for (const changed of [
          sealed.slice(0, -16),
          `${sealed.slice(0, 10)}${sealed[10] === "A" ? "B" : "A"}${sealed.slice(11)}`,
          "",
          "s1.",
          "s2."
        ]) {
          assert.strictEqual((yield* Effect.flip(seal.open(Sync.Place.grant(connectionId), changed)))._tag, "SealError")
        }
        const otherKey = Redacted.make(Redacted.value(key).map((byte) => byte ^ 1))
        const stranger = Sync.layer().pipe(
          Layer.provideMerge(Sync.Seal.layer(otherKey)),
          Layer.provideMerge(Sqlite.layer({ filename }))
        )
        const refused = Effect.flatMap(Sync.Seal, (other) =>
          Effect.flip(other.open(Sync.Place.grant(connectionId), sealed))
        )
        assert.strictEqual((yield* Effect.provide(refused, stranger))._tag, "SealError")
      })
    )
  )
})

describe("a session", () => {
  it.effect(
    "that is renewed while consent is withdrawn is not stored",
    mirrored(({ connectionId, run, script }) =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const connector = yield* Connector.Connector
        const connections = yield* Sync.Connections
        yield* run("card")
        const session = script.session
        if (session === undefined) return assert.fail("nothing was read")
        const withdraw = Effect.provideService(connections.withdraw(connectionId), Connector.Connector, connector)
        const late = yield* Effect.flip(
          session.renew(yield* session.current, () => Effect.as(Effect.orDie(withdraw), { token: "too-late" }))
        )
        assert.strictEqual(late.reason._tag, "ConsentRequired")
        assert.deepEqual(yield* sql`SELECT status, sealed_grant FROM connection`, [
          { status: "revoked", sealed_grant: null }
        ])
      })
    )
  )

  it.effect(
    "whose answers are lost twice is not tried a third time",
    mirrored(({ connectionId, run, script }) =>
      Effect.gen(function* () {
        const connections = yield* Sync.Connections
        yield* run("card")
        const session = script.session
        if (session === undefined) return assert.fail("nothing was read")
        const held = yield* session.current
        let sent = 0
        const lost = new ConnectorError.ConnectorError({
          connector: "scripted",
          reason: new ConnectorError.ProviderUnavailable({ detail: "no answer", answerLost: true })
        })
        const renew = session.renew(held, () =>
          Effect.suspend(() => {
            sent += 1
            return Effect.fail(lost)
          })
        )
        for (let n = 0; n < 3; n += 1) assert.strictEqual((yield* Effect.flip(renew)).reason._tag, "ConsentRequired")
        assert.strictEqual(sent, 2)
        assert.deepInclude(yield* connections.get(connectionId), { status: "consent_required" })
        assert.deepInclude((yield* run("card")).outcome, { _tag: "NotPermitted" })
      })
    )
  )

  it.effect(
    "that was linked anew is not ended by a renewal of the old one",
    mirrored(({ connectionId, run, script }) =>
      Effect.gen(function* () {
        const connector = yield* Connector.Connector
        yield* run("card")
        const session = script.session
        if (session === undefined) return assert.fail("nothing was read")
        const stale = yield* session.current
        const refused = new ConnectorError.ConnectorError({
          connector: "scripted",
          reason: new ConnectorError.ConsentRequired({ detail: "the provider refused the old token" })
        })
        const connections = yield* Sync.Connections
        script.token = "second-token"
        const step = yield* connector.link({ answer: { _tag: "Start" }, state: "" })
        if (step._tag !== "Linked") return assert.fail("the script links at once")
        const relink = connections
          .store(step, {
            holderId: "alex",
            streams: ["card"],
            purpose: "test",
            notice: { text: "…", version: "2", language: "en" },
            expiresAt: "2100-01-01T00:00:00.000Z"
          })
          .pipe(Effect.provideService(Connector.Connector, connector))
        yield* Effect.exit(session.renew(stale, () => Effect.andThen(Effect.orDie(relink), Effect.fail(refused))))
        assert.deepInclude(yield* connections.get(connectionId), { status: "active" })
        assert.match((yield* Effect.flip(session.current)).message, /consent was withdrawn or has ended/)
        yield* run("card")
        assert.strictEqual((yield* script.session?.current ?? session.current).grant.token, "second-token")
      })
    )
  )
})
