import { createHash } from "node:crypto"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { assert, describe, it } from "@effect/vitest"
import { Connector, type Consent } from "@paymirror/core"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as SqlClient from "effect/sql/SqlClient"
import * as TestClock from "effect/testing/TestClock"
import * as Sync from "../src/index.ts"
import { engineOn, everyStream, inFolder, link, mirrored } from "./Mirrored.ts"
import { Script } from "./Script.ts"

const entries = Effect.map(Sync.ConsentLedger.entries({ holderId: "alex" }), (all) =>
  all.map(({ at, by, consentId, detail, what }) => ({
    consentId,
    at: at.slice(11, 19),
    what,
    by,
    ...(detail !== undefined && { detail })
  }))
)
const connections = <A, E, R>(use: (all: Sync.Connections["Service"]) => Effect.Effect<A, E, R>) =>
  Effect.flatMap(Sync.Connections, use)

describe("the ledger of a consent", () => {
  it.effect("tells who gave, confirmed, replaced and withdrew it, and when it ran out", () =>
    inFolder((folder) => {
      const script = new Script()
      return Effect.gen(function* () {
        const first = yield* link({ by: "key:7f" })
        yield* TestClock.adjust(1000)
        yield* connections((all) => all.reconfirm(first.connectionId, "operator"))
        yield* TestClock.adjust(1000)
        const second = yield* link()
        yield* TestClock.adjust(1000)
        yield* connections((all) => all.withdraw(second.connectionId))
        yield* connections((all) => all.withdraw(second.connectionId))
        const third = yield* link({ expiresAt: "1970-01-01T00:00:05.000Z" })
        yield* TestClock.adjust(2000)
        assert.deepEqual(yield* Sync.ConsentLedger.expire, [third.consentId])
        assert.deepEqual(yield* Sync.ConsentLedger.expire, [])
        const [one, two, three] = [first.consentId, second.consentId, third.consentId]
        assert.deepEqual(yield* entries, [
          { consentId: one, at: "00:00:00", what: "given", by: "key:7f" },
          { consentId: one, at: "00:00:01", what: "confirmed", by: "operator" },
          { consentId: one, at: "00:00:02", what: "replaced", by: "person", detail: two },
          { consentId: two, at: "00:00:02", what: "given", by: "person" },
          { consentId: two, at: "00:00:03", what: "withdrawn", by: "person" },
          { consentId: three, at: "00:00:03", what: "given", by: "person" },
          { consentId: three, at: "00:00:05", what: "expired", by: "time" }
        ])
        assert.lengthOf(yield* Sync.ConsentLedger.entries({ consentId: first.consentId }), 3)
      }).pipe(
        Effect.provide(
          Layer.merge(
            script.layer({ consent: { maxDays: 90, reconfirmDays: 30 } }),
            engineOn(join(folder, "mirror.db"))
          )
        )
      )
    })
  )

  it.effect(
    "is written with the change it tells of, or neither is",
    mirrored(({ connectionId }) =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* sql.unsafe("DROP TABLE consent_event")
        const before = yield* sql`SELECT * FROM consent`
        for (const change of [
          Effect.asVoid(link()),
          Effect.asVoid(connections((all) => all.reconfirm(connectionId))),
          Effect.asVoid(connections((all) => all.withdraw(connectionId)))
        ]) {
          assert.deepInclude(yield* Effect.flip(change), { _tag: "SqlError" })
          assert.deepEqual(yield* sql`SELECT * FROM consent`, before)
        }
      })
    )
  )

  it.effect(
    "is never changed",
    mirrored(() =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const refused = yield* Effect.flip(sql`UPDATE consent_event SET by = 'somebody else'`)
        assert.match(refused.reason.message, /never changed/)
      })
    )
  )

  it.effect("of a mirror from before is made of what its records say", () =>
    inFolder((folder) => {
      const filename = join(folder, "mirror.db")
      const script = new Script()
      const worker = () => Layer.merge(script.layer(), engineOn(filename))
      return Effect.gen(function* () {
        const lived = Effect.gen(function* () {
          const first = yield* link()
          yield* TestClock.adjust(1000)
          yield* connections((all) => all.reconfirm(first.connectionId))
          yield* TestClock.adjust(1000)
          const second = yield* link()
          yield* TestClock.adjust(1000)
          yield* connections((all) => all.withdraw(second.connectionId))
          return yield* entries
        })
        const wanted = (yield* Effect.provide(lived, worker())).map(({ detail: _, ...entry }) => entry)
        const database = new DatabaseSync(filename)
        database.exec(`PRAGMA foreign_keys = OFF;
          DROP TABLE consent_event; DROP TABLE access_log; DROP TABLE access_holder; DROP TABLE access_head;
          DROP TABLE retention_policy; DROP TABLE retention_mark; DROP TABLE retention_purged; DROP TABLE row_head;
          DROP TABLE held_row; DROP TABLE legal_hold; DROP TABLE erasure; DROP TABLE occurrence;
          DELETE FROM effect_sql_migrations WHERE migration_id >= 5;
          UPDATE consent SET body = json_remove(body, '$.notice.hash', '$.givenBy')`)
        database.close()
        yield* Effect.gen(function* () {
          assert.deepEqual(yield* entries, wanted)
          const [connection] = yield* connections((all) => all.list)
          assert.strictEqual(connection?.consent?.notice.hash, createHash("sha256").update("…").digest("hex"))
        }).pipe(Effect.provide(worker()))
      })
    })
  )
})

describe("a consent", () => {
  it.effect(
    "keeps the hash of the very text that was shown, who agreed, and what else they were told",
    mirrored(({ script }) =>
      Effect.gen(function* () {
        const text = "You let this paymirror read your account.\n — “every” stream"
        const notice = { text, version: "7", language: "en", hash: "0".repeat(64) }
        const disclosure = { controller: { name: "Quill Budgeting", contact: "privacy@quill.example" }, recipients: [] }
        script.identification = "another"
        const { connectionId } = yield* link({ holderId: "robin", notice, disclosure, by: "key:9c" })
        const connection = yield* connections((all) => all.get(connectionId))
        assert.deepInclude(connection?.consent, {
          notice: { ...notice, hash: createHash("sha256").update(text, "utf8").digest("hex") },
          givenBy: "key:9c",
          ...disclosure
        })
      })
    )
  )
})

describe("a record of consent", () => {
  const disclosures: ReadonlyArray<Consent.Disclosure | undefined> = [
    undefined,
    {},
    { recipients: [] },
    { recipients: ["Heron Accounting"], jurisdiction: "DE" },
    { controller: { name: "Quill Budgeting" }, storage: ["a database in Frankfurt"] },
    { controller: { name: "Quill", address: "1 Mill Lane", contact: "privacy@quill.example" }, jurisdiction: "US" }
  ]

  it.effect("holds every mandatory fact, for every consent there is, and reads back into what it was made of", () =>
    inFolder((folder) => {
      const script = new Script()
      const strict = Schema.decodeUnknownSync(Sync.ConsentRecord.ConsentRecord, { onExcessProperty: "error" })
      return Effect.gen(function* () {
        yield* Sync.Retention.set("card", 365)
        for (const [index, disclosure] of disclosures.entries()) {
          for (const attendedOnly of [true, false]) {
            script.identification = `${index}-${attendedOnly}`
            const holderId = `holder-${index}`
            const streams = everyStream.slice(index)
            const told = disclosure === undefined ? {} : { disclosure }
            const { connectionId } = yield* link({ holderId, attendedOnly, streams, ...told })
            yield* TestClock.adjust(1000)
            if (index % 2 === 0) yield* connections((all) => all.reconfirm(connectionId))
            if (index % 3 === 0) yield* link({ holderId, attendedOnly, streams, ...told })
            if (index % 4 === 0) yield* connections((all) => all.withdraw(connectionId))
          }
        }
        const sql = yield* SqlClient.SqlClient
        const stored = yield* sql<{
          consent_id: string
          body: string
          withdrawn_at: string | null
        }>`SELECT * FROM consent ORDER BY 1`
        const records = yield* Sync.ConsentRecord.records({ withdrawalMethod: (id) => `paymirror withdraw ${id}` })
        assert.lengthOf(records, stored.length)
        assert.isAtLeast(records.length, 16)
        for (const [index, record] of records.entries()) {
          const there = strict(JSON.parse(JSON.stringify(record)))
          assert.deepEqual(there, record)
          const { consent, entries: events } = Sync.ConsentRecord.read(there)
          const { body, withdrawn_at: withdrawnAt } = stored[index] ?? { body: "{}", withdrawn_at: null }
          assert.deepEqual(consent, {
            ...(JSON.parse(body) as Consent.Consent),
            ...(withdrawnAt !== null && { withdrawnAt })
          })
          assert.deepEqual(events, yield* Sync.ConsentLedger.entries({ consentId: consent.consentId }))
          assert.strictEqual(record.processing.withdrawalMethod, `paymirror withdraw ${consent.connectionId}`)
        }
        const [first] = yield* Sync.ConsentRecord.records({ holderId: "holder-0", withdrawalMethod: () => "-" })
        assert.deepInclude(first?.processing, {
          jurisdiction: "not stated",
          recipientThirdParties: ["not stated"],
          storageLocations: ["not stated"],
          collectionMethod: "scripted",
          lawfulBasis: "consent"
        })
        const periods = first?.processing.retentionPeriod.map(({ period, stream }) => `${stream} ${period}`)
        assert.includeMembers(periods ?? [], ["card P365D", "plans until erased"])
        assert.deepEqual(
          first?.events.map(({ eventState }) => eventState),
          ["dpv:ConsentGiven", "dpv:RenewedConsentGiven", "dpv:ConsentRevoked"]
        )
      }).pipe(Effect.provide(Layer.merge(script.layer(), engineOn(join(folder, "mirror.db")))))
    })
  )
})

describe("withdrawing", () => {
  it.effect(
    "goes on when whoever asked for it went away",
    mirrored(({ connectionId }) =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const connector = yield* Connector.Connector
        const entered = yield* Deferred.make<void>()
        const go = yield* Deferred.make<void>()
        const slow = {
          ...connector,
          revoke: () => Effect.andThen(Deferred.succeed(entered, undefined), Deferred.await(go))
        }
        const asking = yield* connections((all) => all.withdraw(connectionId)).pipe(
          Effect.provideService(Connector.Connector, slow),
          Effect.forkChild
        )
        yield* Deferred.await(entered)
        yield* Fiber.interrupt(asking)
        yield* Deferred.succeed(go, undefined)
        const grants = sql<{ sealed_grant: string | null }>`SELECT sealed_grant FROM connection`
        yield* Effect.repeat(Effect.tap(grants, Effect.yieldNow), { until: ([one]) => one?.sealed_grant === null })
      })
    )
  )

  it.effect(
    "carries on where a process died in the middle",
    mirrored(({ connectionId, script }) =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const connector = yield* Connector.Connector
        // As a process leaves it that died after the commit.
        yield* sql`UPDATE consent SET withdrawn_at = '1970-01-01T00:00:00.000Z'`
        yield* sql`UPDATE connection SET status = 'revoked'`
        yield* Effect.provideService(
          connections((all) => all.withdraw(connectionId)),
          Connector.Connector,
          connector
        )
        assert.strictEqual(script.revocations, 1)
        assert.deepEqual(yield* sql`SELECT sealed_grant FROM connection`, [{ sealed_grant: null }])
        assert.deepEqual(
          (yield* entries).map(({ what }) => what),
          ["given"]
        )
      })
    )
  )
})
