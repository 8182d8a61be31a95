/** Master keys and data keys over a real file: what opens, for whom, until when. */
import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { Connector } from "@paymirror/core"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as SqlClient from "effect/sql/SqlClient"
import * as Sync from "../src/index.ts"
import * as Sqlite from "../src/sqlite.ts"
import * as FirstVersion from "./FirstVersion.ts"
import { engineOn, inFolder, key, link, mirrored, runOf } from "./Mirrored.ts"
import { unreadable } from "./rows.ts"
import { at, Script } from "./Script.ts"

const another = (fill: number) => Redacted.make(new Uint8Array(32).fill(fill))
const [second, third] = [another(8), another(9)]

/** A seal of another process over the same database. */
const sealOf = (ring: Sync.Ring) => Effect.provide(Sync.Seal, Sync.Seal.layer(ring))

const secretOf = (connectionId: string) => Sync.Place.grant(connectionId)
const text = Redacted.make("secret")

const owners = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  return (yield* sql<{ owner: string }>`SELECT owner FROM data_key ORDER BY owner`).map(({ owner }) => owner)
})

const refusal = <R>(opening: Effect.Effect<unknown, unknown, R>) => Effect.map(Effect.flip(opening), String)

describe("something sealed", () => {
  it.effect(
    "opens where it is stored, and not in another row, column, table or for another owner",
    mirrored(() =>
      Effect.gen(function* () {
        const seal = yield* Sync.Seal
        const place = Sync.Place.linked("c", 1)
        const sealed = yield* seal.seal(place, text)
        yield* seal.seal({ ...place, owner: "connection:d" }, text)
        assert.strictEqual(Redacted.value(yield* seal.open(place, sealed)), "secret")
        const wrong = yield* refusal(seal.open({ ...place, row: "other" }, sealed))
        assert.include(wrong, "a stored secret does not open with this key")
        for (const moved of [
          { column: "sealed_grant" },
          { table: "connection" },
          { owner: "connection:d" },
          { owner: "?" }
        ])
          assert.strictEqual(yield* refusal(seal.open({ ...place, ...moved }, sealed)), wrong)
      })
    )
  )

  it.effect(
    "in which any bit of its text was flipped is refused, each with the same error",
    mirrored(({ connectionId }) =>
      Effect.gen(function* () {
        const seal = yield* Sync.Seal
        const place = secretOf(connectionId)
        const bytes = Buffer.from(yield* seal.seal(place, text))
        const wrong = yield* refusal(seal.open({ ...place, row: "other" }, bytes.toString()))
        for (let bit = 0; bit < bytes.length * 8; bit += 1) {
          bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7))
          assert.strictEqual(yield* refusal(seal.open(place, bytes.toString("latin1"))), wrong)
          bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        }
        // The same bytes in another spelling are another text.
        for (const respelled of [`${bytes.toString()}=`, `${bytes.toString()}\n`])
          assert.strictEqual(yield* refusal(seal.open(place, respelled)), wrong)
      })
    )
  )
})

describe("a data key", () => {
  it.effect(
    "is its owner's alone, and made in the transaction that needs it: one that fails leaves none",
    mirrored(({ accountId, connectionId, run, script }) =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const seal = yield* Sync.Seal
        const mine = Sync.Place.ofConnection(connectionId)
        assert.deepEqual(yield* owners, [mine, "mark"])
        script.says(unreadable("purchases", "p"), at(1))
        yield* run("purchases")
        const [account] = yield* sql<{ n: number }>`SELECT n FROM account WHERE account_id = ${accountId}`
        assert.deepEqual(yield* owners, [Sync.Place.ofAccount(account?.n ?? 0), mine, "mark"])
        const failing = sql.withTransaction(Effect.andThen(seal.seal(secretOf("new"), text), Effect.fail("no")))
        yield* Effect.flip(failing)
        assert.lengthOf(yield* owners, 3)
        yield* sql.withTransaction(seal.seal(secretOf("new"), text))
        assert.lengthOf(yield* owners, 4)
      })
    )
  )

  it.effect(
    "that was put in another's row, or under the name of another master key, opens nothing",
    mirrored(({ connectionId }) =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const seal = yield* Sync.Seal
        const sealed = yield* seal.seal(secretOf(connectionId), text)
        yield* seal.seal(secretOf("thief"), text)
        const owner = Sync.Place.ofConnection(connectionId)
        const anothers = "(SELECT wrapped FROM data_key WHERE owner = 'connection:thief')"
        for (const change of [`wrapped = ${anothers}`, `kek = '${yield* Sync.masterKeyId(second)}'`]) {
          const tampered = Effect.gen(function* () {
            yield* sql`UPDATE data_key SET ${sql.literal(change)} WHERE owner = ${owner}`
            const place = secretOf(connectionId)
            for (const use of [seal.open(place, sealed), seal.seal(place, text)])
              assert.include(yield* refusal(use), "a stored secret does not open with this key")
            return yield* Effect.fail("taken back")
          })
          assert.strictEqual(yield* Effect.flip(sql.withTransaction(tampered)), "taken back")
        }
        assert.strictEqual(Redacted.value(yield* seal.open(secretOf(connectionId), sealed)), "secret")
      })
    )
  )

  it.effect(
    "that was destroyed opens nothing ever again, in any process, and is not in the file either",
    mirrored(({ connectionId, filename }) =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const seal = yield* Sync.Seal
        const elsewhere = yield* sealOf(key)
        const place = secretOf(connectionId)
        const sealed = yield* seal.seal(place, text)
        assert.strictEqual(Redacted.value(yield* elsewhere.open(place, sealed)), "secret")
        const [row] = yield* sql<{ wrapped: string }>`SELECT wrapped FROM data_key WHERE owner = ${place.owner}`
        yield* sql.unsafe("PRAGMA wal_checkpoint(TRUNCATE)")
        assert.isTrue(readFileSync(filename).includes(row?.wrapped ?? "?"))
        yield* seal.shred(place.owner)
        for (const one of [seal, elsewhere, yield* sealOf(key)])
          assert.include(yield* refusal(one.open(place, sealed)), "does not open")
        yield* sql.unsafe("PRAGMA wal_checkpoint(TRUNCATE)")
        assert.isFalse(readFileSync(filename).includes(row?.wrapped ?? "?"))
        assert.deepEqual(readFileSync(`${filename}-wal`).length, 0)
        // The owner may come back: with another key, that others find though they had the old one.
        const anew = yield* seal.seal(place, text)
        assert.include(yield* refusal(seal.open(place, sealed)), "does not open")
        assert.strictEqual(Redacted.value(yield* elsewhere.open(place, anew)), "secret")
      })
    )
  )

  it.effect(
    "of a connection is destroyed with its consent: grant and accounts are gone, and it can be linked anew",
    mirrored(({ connectionId, run }) =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const connections = yield* Sync.Connections
        const connector = yield* Connector.Connector
        const [before] = yield* sql<{ sealed_grant: string }>`SELECT sealed_grant FROM connection`
        const withdraw = Effect.provideService(connections.withdraw(connectionId), Connector.Connector, connector)
        assert.deepEqual(yield* withdraw, { revokedUpstream: true })
        assert.deepEqual(yield* owners, ["mark"])
        assert.deepEqual(yield* connections.accounts(connectionId), [])
        assert.deepEqual(yield* withdraw, { revokedUpstream: true })
        assert.strictEqual((yield* link()).connectionId, connectionId)
        assert.lengthOf(yield* connections.accounts(connectionId), 1)
        assert.strictEqual((yield* run("card")).outcome._tag, "CaughtUp")
        const old = (yield* Sync.Seal).open(secretOf(connectionId), before?.sealed_grant ?? "")
        assert.include(yield* refusal(old), "does not open")
      })
    )
  )
})

describe("a ring of master keys", () => {
  it.effect(
    "seals under its first and opens under all; a key that is gone is missed, not replaced",
    mirrored(({ connectionId }) =>
      Effect.gen(function* () {
        const before = yield* sealOf(key)
        const place = secretOf(connectionId)
        const sealed = yield* before.seal(place, text)
        const both = yield* sealOf([second, key, second])
        assert.strictEqual(Redacted.value(yield* both.open(place, sealed)), "secret")
        const fresh = yield* both.seal(secretOf("new"), text)
        const [idOf1, idOf2] = [yield* Sync.masterKeyId(key), yield* Sync.masterKeyId(second)]
        assert.deepEqual(yield* both.status, {
          keys: [
            { id: idOf2, state: "active", dataKeys: 1 },
            { id: idOf1, state: "standby", dataKeys: 2 }
          ],
          direct: 0
        })
        const without = yield* sealOf(second)
        assert.strictEqual(Redacted.value(yield* without.open(secretOf("new"), fresh)), "secret")
        assert.include(yield* refusal(without.open(place, sealed)), "does not open")
        assert.include(yield* refusal(without.seal(place, text)), "does not open")
        assert.deepInclude((yield* without.status).keys, { id: idOf1, state: "missing", dataKeys: 2 })
        assert.strictEqual((yield* without.rotate).unopened, 2)
        assert.strictEqual(Redacted.value(yield* both.open(place, sealed)), "secret")
      })
    )
  )

  it.effect(
    "is refused where it is empty or one of it has not 32 bytes",
    mirrored(() =>
      Effect.gen(function* () {
        assert.include(yield* refusal(sealOf([])), "no key")
        assert.include(yield* refusal(sealOf([key, Redacted.make(new Uint8Array(31))])), "has 32 bytes, this one 31")
      })
    )
  )
})

describe("a rotation", () => {
  it.effect(
    "needs the old key no more, changes no mark and nothing that is sealed, and is done once",
    mirrored(({ accountId, connectionId }) =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const place = secretOf(connectionId)
        const stored = sql`SELECT sealed_grant FROM connection`
        const before = yield* stored
        const mark = yield* (yield* Sync.Seal).mark("somebody")
        const both = yield* sealOf([second, key])
        assert.deepEqual(yield* both.rotate, {
          active: yield* Sync.masterKeyId(second),
          rewrapped: 2,
          resealed: 0,
          unopened: 0
        })
        assert.deepEqual(yield* both.rotate, {
          active: yield* Sync.masterKeyId(second),
          rewrapped: 0,
          resealed: 0,
          unopened: 0
        })
        assert.deepEqual(yield* stored, before)
        const alone = yield* sealOf(second)
        assert.strictEqual(yield* alone.mark("somebody"), mark)
        assert.strictEqual(
          Redacted.value(yield* alone.open(place, String(before[0]?.["sealed_grant"]))),
          `{"token":"first-token"}`
        )
        const engine = Layer.fresh(Sync.layer().pipe(Layer.provideMerge(Sync.Seal.layer(second))))
        const again = yield* Effect.provide(link(), engine)
        assert.deepInclude(again, { accountId, connectionId })
      })
    )
  )

  it.effect(
    "is followed by a process that reads its keys from a file, and stops one that has only the old key from sealing under it",
    mirrored(({ connectionId }) =>
      Effect.gen(function* () {
        let file: ReadonlyArray<typeof key> = [key]
        const following = yield* sealOf(Effect.sync(() => file))
        const place = secretOf(connectionId)
        const sealed = yield* following.seal(place, text)
        file = [second, key]
        yield* (yield* sealOf(Effect.sync(() => file))).rotate
        assert.strictEqual(Redacted.value(yield* following.open(place, sealed)), "secret")
        yield* following.seal(secretOf("new"), text)
        assert.deepEqual(
          (yield* following.status).keys.map(({ dataKeys, state }) => [state, dataKeys]),
          [
            ["active", 3],
            ["retired", 0]
          ]
        )
        const stale = yield* sealOf(key)
        assert.include(yield* refusal(stale.seal(secretOf("newer"), text)), "the keys were rotated")
        assert.lengthOf(yield* owners, 3)
      })
    )
  )

  it.effect(
    "that another one overtakes stops, and the one that began last ends with everything on its key",
    mirrored(({ connectionId }) =>
      Effect.gen(function* () {
        const seal = yield* Sync.Seal
        const sealed = yield* seal.seal(secretOf(connectionId), text)
        for (let n = 0; n < 150; n += 1) yield* seal.seal(secretOf(`more-${n}`), text)
        const [one, two] = [yield* sealOf([second, third, key]), yield* sealOf([third, second, key])]
        const ends = yield* Effect.all([Effect.exit(one.rotate), Effect.exit(two.rotate)], { concurrency: 2 })
        const winner = ends.findIndex(({ _tag }) => _tag === "Success")
        assert.deepEqual(ends.map(({ _tag }) => _tag).toSorted(), ["Failure", "Success"])
        const alone = yield* sealOf(winner === 0 ? second : third)
        assert.strictEqual(Redacted.value(yield* alone.open(secretOf(connectionId), sealed)), "secret")
        assert.lengthOf((yield* alone.status).keys, 1)
      })
    )
  )
})

describe("a database of the first version", () => {
  /** Linked, read, with a row in quarantine, and turned back. */
  const ofBefore = <A, E>(
    use: (before: {
      readonly filename: string
      readonly script: Script
      readonly connectionId: string
      readonly accountId: string
    }) => Effect.Effect<A, E>
  ) =>
    inFolder((folder) => {
      const filename = `${folder}/mirror.db`
      const script = new Script()
      script.says(unreadable("purchases", "p", "no amount", `{"note":"raw"}`), at(1))
      const linked = Effect.gen(function* () {
        const { accountId, connectionId } = yield* link()
        yield* runOf(connectionId, accountId)("purchases")
        yield* FirstVersion.turnBack(filename, key, script.identification)
        return { accountId, connectionId }
      })
      return Effect.gen(function* () {
        const { accountId, connectionId } = yield* Effect.provide(
          linked,
          Layer.merge(script.layer(), engineOn(filename))
        )
        return yield* use({ filename, script, connectionId, accountId })
      })
    })

  const over = (filename: string, ring: Sync.Ring) =>
    Sync.layer().pipe(Layer.provideMerge(Sync.Seal.layer(ring)), Layer.provideMerge(Sqlite.layer({ filename })))

  const works = (script: Script, connectionId: string, accountId: string) =>
    Effect.gen(function* () {
      const again = yield* link()
      assert.deepInclude(again, { connectionId, accountId })
      const report = yield* runOf(connectionId, accountId)("purchases", { fromTheBeginning: true })
      assert.strictEqual(report.outcome._tag, "CaughtUp")
      assert.lengthOf(yield* Sync.Mirror.quarantined, 1)
      const held = yield* script.session?.current ?? Effect.die("nothing was read")
      assert.strictEqual(held.grant.token, script.token)
    })

  it.effect("opens, finds its accounts and its quarantine again, and goes on", () =>
    ofBefore(({ accountId, connectionId, filename, script }) =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const seal = yield* Sync.Seal
        assert.strictEqual((yield* seal.status).direct, 3)
        const behind = yield* (yield* Sync.Connections).accounts(connectionId)
        assert.strictEqual(behind[0]?.linked.identification, script.identification)
        assert.strictEqual(yield* seal.mark("somebody"), FirstVersion.mark(key, "somebody"))
        const [row] = yield* sql<{ account: number; key: string; sealed_raw: string }>`SELECT * FROM quarantine`
        assert.match(row?.sealed_raw ?? "", /^s1\./)
        const raw = yield* seal.open(
          Sync.Place.quarantined(row?.account ?? 0, "purchases", row?.key ?? ""),
          row?.sealed_raw ?? ""
        )
        assert.strictEqual(Redacted.value(raw), `{"note":"raw"}`)
        yield* works(script, connectionId, accountId)
      }).pipe(Effect.provide(Layer.merge(script.layer(), over(filename, key))))
    )
  )

  for (const [when, ring] of [
    ["by its own key", [key]],
    ["onto a new key, before anything else is done with it", [second, key]]
  ] as const) {
    it.effect(`is sealed anew by a rotation ${when}, and is what it was`, () =>
      ofBefore(({ accountId, connectionId, filename, script }) =>
        Effect.gen(function* () {
          const rotated = yield* Effect.provide(
            Effect.flatMap(Sync.Seal, (seal) => seal.rotate),
            over(filename, ring)
          )
          assert.deepInclude(rotated, { resealed: 3, unopened: 0 })
          yield* Effect.gen(function* () {
            const seal = yield* Sync.Seal
            assert.deepInclude(yield* seal.status, { direct: 0 })
            assert.strictEqual(yield* seal.mark("somebody"), FirstVersion.mark(key, "somebody"))
            yield* works(script, connectionId, accountId)
          }).pipe(Effect.provide(Layer.merge(script.layer(), over(filename, ring[0]))))
        })
      )
    )
  }

  it.effect("opens nothing of an owner whose key is destroyed, though it never had one", () =>
    ofBefore(({ connectionId, filename }) =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const seal = yield* Sync.Seal
        yield* seal.shred(Sync.Place.ofConnection(connectionId))
        const [row] = yield* sql<{ sealed_grant: string }>`SELECT sealed_grant FROM connection`
        assert.include(yield* refusal(seal.open(secretOf(connectionId), row?.sealed_grant ?? "")), "does not open")
        assert.strictEqual((yield* seal.status).direct, 1)
      }).pipe(Effect.provide(over(filename, key)))
    )
  )

  it.effect("makes no marks of its own with a key it was not sealed with", () =>
    ofBefore(({ filename }) =>
      Effect.gen(function* () {
        const seal = yield* Sync.Seal
        assert.include(yield* refusal(seal.mark("somebody")), "does not open")
        assert.deepEqual(yield* owners, [])
      }).pipe(Effect.provide(over(filename, second)))
    )
  )
})
