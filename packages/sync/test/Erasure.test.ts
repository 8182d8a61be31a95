import { readdirSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { assert, describe, it } from "@effect/vitest"
import { CalendarDate, type ReadEvent } from "@paymirror/core"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as SqlClient from "effect/sql/SqlClient"
import * as TestClock from "effect/testing/TestClock"
import * as Sync from "../src/index.ts"
import { copy, deaths, withoutTransactions } from "./Killed.ts"
import { changes, engineOn, everyStream, ids, inFolder, link, mirrored, runOf } from "./Mirrored.ts"
import { gone, plan, points, purchase, stated, standing, unreadable } from "./rows.ts"
import { at, type Item, Script } from "./Script.ts"

const today = CalendarDate.toEpochDay("2026-03-01") * 86_400_000

/** Twenty things of one person that must be nowhere afterwards. */
const canaries = Array.from({ length: 20 }, (_, n) => `canary-${String.fromCharCode(97 + n).repeat(6)}-${n * 7919}`)
const [holder, token, identification, renewed] = canaries as [string, string, string, string, ...Array<string>]
const canary = (n: number): string => canaries[n] ?? ""

const upsert = <S extends "purchases" | "card" | "balance" | "points" | "deliveries" | "profile">(
  stream: S,
  id: string,
  row: Extract<ReadEvent.Upsert, { readonly stream: S }>["row"]
): Item => ({ _tag: "Upsert", stream, id, row }) as Item

const usd = (amount: number) => ({ amount, currency: "USD" })

/** Rows of every stream, each with something of the person in it. */
const ofPerson: ReadonlyArray<Item> = [
  upsert("purchases", canary(4), {
    purchaseId: canary(4),
    merchantName: canary(5),
    orderReference: canary(6),
    amount: usd(1),
    status: "OPEN",
    lineItems: [{ name: canary(7), quantity: 1, amount: usd(1) }]
  }),
  upsert("card", "c1", { transactionId: "c1", status: "POSTED", amount: usd(-1), merchantName: canary(8) }),
  upsert("balance", "e1", {
    rowType: "entry",
    entryId: "e1",
    entryType: "transfer",
    status: "BOOKED",
    amount: usd(5),
    description: canary(9),
    counterpartyName: canary(10),
    reference: canary(11)
  }),
  points(canary(12), 3),
  upsert("deliveries", "d1", { deliveryId: "d1", carrier: "Wren Post", trackingNumber: canary(13), status: "CREATED" }),
  upsert("profile", "me", {
    profileId: "me",
    givenName: canary(14),
    familyName: canary(15),
    email: canary(16),
    phoneNumber: canary(17)
  }),
  unreadable("purchases", "bad", `no amount in ${canary(18)}`, canary(19)),
  plan("plan-1", ["paid", "due"]),
  stated(7),
  standing(3),
  {
    _tag: "Check",
    stream: "balance",
    name: "sum",
    rows: 1,
    breaks: [{ locator: { line: 1 }, expected: canary(18), actual: "2" }]
  },
  at(1)
]

const later: ReadonlyArray<Item> = [
  upsert("purchases", canary(4), {
    purchaseId: canary(4),
    merchantName: `${canary(5)} again`,
    amount: usd(2),
    status: "OPEN"
  }),
  plan("plan-1", ["paid", "paid"]),
  gone("deliveries", "d1", "gone"),
  at(2)
]

/** Rows of somebody else, in between. */
const others = (from: number): ReadonlyArray<Item> => [
  ...Array.from({ length: 40 }, (_, n) => purchase(`other-${from}-${(n * 7919) % 997}`, n + 1)),
  at(from)
]

const endConsent = (connection: Sync.Connection) =>
  Effect.flatMap(Sync.Connections, (all) => all.withdraw(connection.connectionId, "operator"))
const erase = (scrub: "now" | "later" = "now", whose = holder) => Sync.Erasure.erase(whose, { endConsent, scrub })

/** A mirror of two people who are read in turn. */
const lived = (script: Script) =>
  Effect.gen(function* () {
    yield* TestClock.setTime(today)
    const other = yield* link({ holderId: "robin" })
    script.token = token
    script.identification = identification
    const person = yield* link({ holderId: holder })
    const read = runOf(person.connectionId, person.accountId)
    for (const [index, items] of [ofPerson, later].entries()) {
      script.says(...others(index * 2))
      yield* runOf(other.connectionId, other.accountId)("purchases")
      script.says(...items)
      for (const stream of everyStream) yield* read(stream)
    }
    const session = script.session
    if (session === undefined) return yield* Effect.die("nothing was read")
    yield* session.renew(yield* session.current, () => Effect.succeed({ token: renewed }))
    yield* (yield* Sync.AccessLog).append({
      actor: "key:7f",
      action: "read",
      purpose: "budgeting",
      holderIds: [holder],
      accountIds: [person.accountId],
      streams: ["card"],
      route: "GET /v1/card",
      count: 1
    })
    return { person, other }
  })

const hits = (filename: string): ReadonlyArray<string> => {
  const files = readdirSync(dirname(filename)).map((name) => readFileSync(join(dirname(filename), name)))
  return canaries.filter((text) =>
    [
      text,
      Buffer.from(text).toString("hex"),
      Buffer.from(text).toString("base64").replaceAll("=", ""),
      encodeURIComponent(text)
    ].some((disguise) => files.some((file) => file.includes(disguise)))
  )
}

describe("an erased person", () => {
  it.effect(
    "is in no file of the mirror: of twenty canaries none is found, and the others lost nothing",
    mirrored(({ filename, script }) =>
      Effect.gen(function* () {
        const { other, person } = yield* lived(script)
        const before = yield* changes({ accountId: other.accountId })
        assert.isAbove(before.length, 70)
        // In the open or sealed, they are there: a search that finds nothing before proves nothing after.
        assert.isAtLeast(hits(filename).length, 15)
        const receipt = yield* erase()
        assert.deepEqual(hits(filename), [])
        assert.deepInclude(receipt, {
          at: "2026-03-01T00:00:00.000Z",
          accounts: 1,
          connections: 1,
          others: {},
          streams: { balance: 2, card: 1, deliveries: 1, plans: 1, points: 2, profile: 1, purchases: 1 }
        })
        assert.deepEqual(yield* changes({ accountId: other.accountId }), before)
        assert.lengthOf(yield* ids("purchases"), before.length)
        assert.deepEqual(
          (yield* Sync.Mirror.accounts).map(({ holderId }) => holderId),
          ["alex", "robin"]
        )
        const sql = yield* SqlClient.SqlClient
        for (const { name } of yield* sql<{ name: string }>`SELECT name FROM sqlite_master WHERE type = 'table'`) {
          const text = JSON.stringify(yield* sql`SELECT * FROM ${sql(name)}`)
          if (name !== "access_log") assert.notInclude(text, person.accountId, name)
          if (name !== "erasure") assert.notInclude(text, person.connectionId, name)
        }
        assert.strictEqual(script.revocations, 1)
        assert.strictEqual((yield* (yield* Sync.AccessLog).verify())._tag, "Sound")
        const [line] = yield* (yield* Sync.AccessLog).list({ limit: 10 })
        assert.match(line?.holderIds[0] ?? "", /^~/)
      })
    )
  )

  it.effect(
    "leaves a proof of consent without a name, a number or an amount, for three years after they last agreed",
    mirrored(({ script }) =>
      Effect.gen(function* () {
        const { person } = yield* lived(script)
        yield* TestClock.adjust(10 * 86_400_000)
        const receipt = yield* erase()
        assert.deepEqual(receipt.kept, [
          {
            what: "that there was consent: marks, hashes and dates",
            why: "to show that reading was allowed",
            until: "2029-03-01T00:00:00.000Z"
          }
        ])
        const [tombstone] = yield* Sync.Erasure.tombstones(holder)
        if (tombstone === undefined) return assert.fail("no tombstone")
        assert.deepEqual(tombstone.receipt, receipt)
        const [proof] = tombstone.proofs
        assert.deepInclude(proof, {
          consentId: person.consentId,
          purpose: "test",
          grantedAt: "2026-03-01T00:00:00.000Z"
        })
        assert.deepEqual(proof?.events, [
          { at: "2026-03-01T00:00:00.000Z", what: "given", by: "person" },
          { at: "2026-03-11T00:00:00.000Z", what: "withdrawn", by: "operator" }
        ])
        // Nothing but what the schema names: no text of a notice, no name, no amount.
        const strict = Schema.decodeUnknownSync(Sync.Erasure.Tombstone, { onExcessProperty: "error" })
        const sql = yield* SqlClient.SqlClient
        const [stored] = yield* sql<{ body: string; holder: string }>`SELECT body, holder FROM erasure`
        assert.deepEqual(strict(JSON.parse(stored?.body ?? "")), tombstone)
        assert.notInclude(JSON.stringify(stored), holder)
        yield* TestClock.setTime(CalendarDate.toEpochDay("2029-03-01") * 86_400_000 - 1)
        assert.strictEqual(yield* Sync.Erasure.expire, 0)
        yield* TestClock.adjust(1)
        assert.strictEqual(yield* Sync.Erasure.expire, 1)
        assert.deepEqual(yield* Sync.Erasure.tombstones(holder), [])
      })
    )
  )

  it.effect(
    "is not there to be erased twice, and may come again as somebody new",
    mirrored(({ script }) =>
      Effect.gen(function* () {
        const { person } = yield* lived(script)
        yield* erase()
        assert.deepInclude(yield* Effect.flip(erase()), { _tag: "NoSuchHolder" })
        const again = yield* link({ holderId: holder })
        assert.notStrictEqual(again.accountId, person.accountId)
        script.says(...ofPerson)
        assert.deepInclude(yield* runOf(again.connectionId, again.accountId)("card"), {
          outcome: { _tag: "CaughtUp" },
          added: 9
        })
      })
    )
  )

  it.effect(
    "who links again in the middle is ended again: no grant is left that nobody revoked",
    mirrored(({ script }) =>
      Effect.gen(function* () {
        yield* lived(script)
        let relinked = 0
        const receipt = yield* Sync.Erasure.erase(holder, {
          endConsent: (connection) =>
            Effect.gen(function* () {
              yield* endConsent(connection)
              if (relinked === 0) yield* link({ holderId: holder })
              relinked += 1
            })
        })
        assert.strictEqual(relinked, 2)
        assert.strictEqual(script.revocations, 2)
        assert.strictEqual(receipt.connections, 1)
        const sql = yield* SqlClient.SqlClient
        assert.deepEqual(yield* sql`SELECT DISTINCT holder_id FROM connection ORDER BY 1`, [
          { holder_id: "alex" },
          { holder_id: "robin" }
        ])
      })
    )
  )

  it.effect(
    "whose consent cannot be ended keeps everything else, and the failure says so",
    mirrored(({ script }) =>
      Effect.gen(function* () {
        yield* lived(script)
        const failed = yield* Effect.flip(Sync.Erasure.erase(holder, { endConsent: () => Effect.fail("no connector") }))
        assert.strictEqual(failed, "no connector")
        assert.lengthOf(
          (yield* Sync.Mirror.accounts).filter(({ holderId }) => holderId === holder),
          1
        )
      })
    )
  )
})

describe("an erasure that only deletes", () => {
  it.effect(
    "is found out: what it deleted is still in the files",
    mirrored(({ filename, script }) =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* sql.unsafe("PRAGMA secure_delete = OFF")
        yield* lived(script)
        yield* erase("later")
        assert.isAtLeast(hits(filename).length, 5)
        assert.isTrue(yield* Sync.Erasure.scrub)
        assert.deepEqual(hits(filename), [])
      })
    )
  )
})

describe("what a host keeps of a person", () => {
  const hook: Sync.Erasure.ErasureHook = {
    name: "webhook deliveries",
    erase: ({ holderId }) =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        return (yield* sql`DELETE FROM delivery WHERE holder = ${holderId} RETURNING holder`).length
      })
  }

  it.effect(
    "goes in the same transaction, and stands in the receipt",
    mirrored(({ script }) =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* lived(script)
        yield* sql.unsafe("CREATE TABLE delivery (holder TEXT)")
        // Named by an id it is found without a word, whatever refers to it.
        yield* sql.unsafe("CREATE TABLE session (id TEXT PRIMARY KEY, connection_id TEXT)")
        yield* sql.unsafe("CREATE TABLE step (session TEXT REFERENCES session, holder_id TEXT)")
        const [one] = yield* sql<{ id: string }>`SELECT connection_id AS id FROM connection WHERE holder_id = ${holder}`
        yield* sql`INSERT INTO session VALUES ('s', ${one?.id ?? ""})`
        for (const whose of [holder, "robin"])
          yield* sql`INSERT INTO step VALUES (${whose === holder ? "s" : null}, ${whose})`
        for (const whose of [holder, holder, "robin"]) yield* sql`INSERT INTO delivery VALUES (${whose})`
        const broken: Sync.Erasure.ErasureHook = {
          name: "broken",
          erase: () => Effect.flatMap(sql`SELECT * FROM nowhere`, () => Effect.succeed(0))
        }
        const refused = Effect.provideService(erase(), Sync.Erasure.ErasureHooks, [hook, broken])
        assert.deepInclude(yield* Effect.flip(refused), { _tag: "SqlError" })
        assert.lengthOf(yield* sql`SELECT * FROM delivery`, 3)
        assert.lengthOf(
          (yield* Sync.Mirror.accounts).filter(({ holderId }) => holderId === holder),
          1
        )
        const receipt = yield* Effect.provideService(erase(), Sync.Erasure.ErasureHooks, [hook])
        assert.deepEqual(receipt.others, { "webhook deliveries": 2 })
        assert.deepEqual(yield* sql`SELECT * FROM delivery`, [{ holder: "robin" }])
        assert.deepEqual(yield* sql`SELECT * FROM session`, [])
        assert.deepEqual(yield* sql`SELECT holder_id FROM step`, [{ holder_id: "robin" }])
      })
    )
  )
})

/** What is left of the person, whether all of it or nothing, in words. */
const halves = (filename: string): ReadonlyArray<string> => {
  const database = new DatabaseSync(filename)
  const count = (sql: string): number => Number(Object.values(database.prepare(sql).get() ?? {})[0])
  const all = {
    accounts: count(`SELECT count(*) FROM account WHERE holder_id = '${holder}'`),
    rows: count("SELECT count(*) FROM row WHERE id IN ('c1', 'e1', 'me')"),
    consents: count(`SELECT count(*) FROM consent WHERE body LIKE '%${holder}%'`),
    entries: count("SELECT count(*) FROM consent_event WHERE by = 'operator'"),
    tombstone: 1 - count("SELECT count(*) FROM erasure")
  }
  const orphans = count("SELECT count(*) FROM change WHERE row NOT IN (SELECT n FROM row)")
  database.close()
  const there = Object.values(all).map((one) => one > 0)
  return [
    ...(new Set(there).size > 1 ? [`half is gone: ${JSON.stringify(all)}`] : []),
    ...(orphans > 0 ? [`${orphans} changes of no row`] : [])
  ]
}

/** Of the copies that were made at every statement, those that are gone on with; all of them with CRASH=full. */
const sample = (copies: ReadonlyArray<string>): ReadonlyArray<string> =>
  process.env["CRASH"] === "full"
    ? copies
    : copies.filter((_, index) => index % 13 === 0 || index === copies.length - 1)

describe("killed at any statement", () => {
  const original = (folder: string) =>
    Effect.gen(function* () {
      const filename = join(folder, "mirror.db")
      const script = new Script()
      const { person } = yield* Effect.provide(lived(script), Layer.merge(script.layer(), engineOn(filename)))
      yield* Effect.provide(
        Effect.flatMap(Sync.Connections, (all) => all.withdraw(person.connectionId, "operator")),
        Layer.merge(script.layer(), engineOn(filename))
      )
      return { filename, script }
    })

  it.effect("an erasure is done or not done, and the next one completes it", () =>
    inFolder((folder) =>
      Effect.gen(function* () {
        const { filename, script } = yield* original(folder)
        const copies = yield* deaths(filename, folder, Effect.provide(erase("later"), script.layer()))
        assert.isAbove(copies.length, 30)
        for (const one of copies) assert.deepEqual(halves(one), [])
        const outcomes = new Set<string>()
        for (const one of sample(copies)) {
          const again = yield* Effect.exit(Effect.provide(erase("later"), Layer.merge(script.layer(), engineOn(one))))
          outcomes.add(again._tag)
          assert.deepEqual(halves(one), [])
          const left = new DatabaseSync(one)
          assert.lengthOf(left.prepare("SELECT * FROM account WHERE holder_id = ?").all(holder), 0)
          left.close()
        }
        assert.deepEqual([...outcomes].toSorted(), ["Failure", "Success"])
      })
    )
  )

  it.effect("an erasure without its transaction is found to be half done", () =>
    inFolder((folder) =>
      Effect.gen(function* () {
        const { filename, script } = yield* original(folder)
        const copies = yield* deaths(
          filename,
          folder,
          Effect.provide(withoutTransactions(erase("later")), script.layer())
        )
        assert.isAbove(copies.filter((one) => halves(one).length > 0).length, 10)
      })
    )
  )

  it.effect("a purge leaves no half of a row, and the next one comes to the same end", () =>
    inFolder((folder) =>
      Effect.gen(function* () {
        const { filename } = yield* original(folder)
        const purge = Effect.gen(function* () {
          yield* TestClock.setTime(today + 40 * 86_400_000)
          for (const stream of ["plans", "balance", "deliveries"] as const) yield* Sync.Retention.set(stream, 30)
          yield* Sync.Retention.purge
        })
        const look = (one: string) => {
          const database = new DatabaseSync(one)
          const tables = [
            "row",
            "change",
            "installment",
            "transition",
            "quarantine",
            "anchor",
            "discrepancy",
            "retention_purged"
          ]
          const found = tables.map((table) => database.prepare(`SELECT * FROM ${table} ORDER BY 1, 2, 3`).all())
          database.close()
          return found
        }
        const copies = yield* deaths(filename, folder, purge)
        assert.isAbove(copies.length, 50)
        const wanted = copy(filename, join(folder, "wanted.db"))
        yield* Effect.provide(purge, engineOn(wanted))
        assert.isBelow(look(wanted)[0]?.length ?? 0, look(filename)[0]?.length ?? 0)
        for (const one of copies) {
          const orphans = new DatabaseSync(one)
          assert.lengthOf(orphans.prepare("SELECT * FROM change WHERE row NOT IN (SELECT n FROM row)").all(), 0)
          orphans.close()
        }
        for (const one of sample(copies)) {
          yield* Effect.provide(purge, engineOn(one))
          assert.deepEqual(look(one), look(wanted))
        }
      })
    )
  )
})

describe("under a legal hold", () => {
  const until = "2026-06-01T00:00:00.000Z"
  const hold = (streams: ReadonlyArray<"balance" | "card"> = ["balance"]) =>
    Sync.LegalHold.add({ holderId: holder, streams, basis: "dispute 7 of 2026", until })

  it.effect(
    "everything but what is held goes at once; that lies apart, unread, until the hold is over",
    mirrored(({ filename, script }) =>
      Effect.gen(function* () {
        yield* lived(script)
        const { holdId } = yield* hold()
        const receipt = yield* erase()
        assert.deepInclude(receipt.kept[1], { why: "dispute 7 of 2026", until, what: "balance, apart and unread" })
        assert.deepEqual(hits(filename).toSorted(), [holder, canary(9), canary(10), canary(11)].toSorted())
        assert.lengthOf(yield* ids("balance"), 0)
        assert.deepEqual(
          (yield* changes()).filter(({ stream }) => stream === "balance"),
          []
        )
        assert.deepInclude(yield* Sync.Mirror.explain("e1"), { rows: [], history: [], transitions: [] })
        assert.deepEqual(
          (yield* Sync.LegalHold.held(holdId)).map(({ id, stream }) => `${stream} ${id}`),
          ["balance e1", "balance stated"]
        )

        yield* TestClock.setTime(CalendarDate.toEpochDay("2026-06-01") * 86_400_000 - 1)
        assert.strictEqual(yield* Sync.LegalHold.release, 0)
        yield* TestClock.adjust(1)
        assert.strictEqual(yield* Sync.LegalHold.release, 2)
        assert.deepEqual(yield* Sync.LegalHold.list, [])
        const sql = yield* SqlClient.SqlClient
        yield* sql`UPDATE erasure SET scrubbed_at = NULL`
        yield* Sync.Erasure.scrub
        assert.deepEqual(hits(filename), [])
      })
    )
  )

  it.effect(
    "that is ended early what is held goes with it",
    mirrored(({ script }) =>
      Effect.gen(function* () {
        yield* lived(script)
        const one = yield* hold()
        const two = yield* hold(["balance", "card"])
        yield* erase()
        assert.isTrue(yield* Sync.LegalHold.end(one.holdId))
        assert.isFalse(yield* Sync.LegalHold.end(one.holdId))
        assert.strictEqual(yield* Sync.LegalHold.release, 2)
        assert.deepEqual(
          (yield* Sync.LegalHold.list).map(({ holdId, rows }) => ({ holdId, rows })),
          [{ holdId: two.holdId, rows: 3 }]
        )
      })
    )
  )

  it.effect(
    "nothing is purged for its age, and all of that once it is over",
    mirrored(({ script }) =>
      Effect.gen(function* () {
        yield* lived(script)
        yield* hold(["card"])
        yield* TestClock.adjust(40 * 86_400_000)
        for (const stream of ["card", "deliveries"] as const) yield* Sync.Retention.set(stream, 30)
        assert.deepEqual(yield* Sync.Retention.purge, { card: 0, deliveries: 1 })
        yield* TestClock.setTime(CalendarDate.toEpochDay("2026-06-01") * 86_400_000)
        assert.deepInclude(yield* Sync.Retention.purge, { card: 1 })
      })
    )
  )

  it.effect(
    "there is a basis, a stream and an end to come, or there is no hold",
    mirrored(() =>
      Effect.gen(function* () {
        yield* TestClock.setTime(today)
        const good = { holderId: holder, streams: ["card"], basis: "a law", until } as const
        for (const bad of [{ basis: " " }, { streams: [] }, { until: "2026-03-01T00:00:00.000Z" }])
          assert.deepInclude(yield* Effect.flip(Sync.LegalHold.add({ ...good, ...bad })), { _tag: "InvalidHold" })
        assert.deepEqual(yield* Sync.LegalHold.list, [])
      })
    )
  )
})
