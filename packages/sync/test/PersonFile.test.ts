import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { CalendarDate } from "@paymirror/core"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Redacted from "effect/Redacted"
import * as SqlClient from "effect/sql/SqlClient"
import * as TestClock from "effect/testing/TestClock"
import * as Sync from "../src/index.ts"
import * as Sqlite from "../src/sqlite.ts"
import { engineOn, everything, everyStream, inFolder, link, runOf } from "./Mirrored.ts"
import {
  balancePending,
  card,
  entry,
  gone,
  pendingEntry,
  pendingNow,
  plan,
  points,
  purchase,
  reach,
  standing,
  stated,
  unreadable
} from "./rows.ts"
import { at, Script } from "./Script.ts"

const today = CalendarDate.toEpochDay("2026-03-01") * 86_400_000

/** The host of another mirror, with a key of its own. */
const elsewhere = (filename: string) =>
  Sync.layer().pipe(
    Layer.provideMerge(Sync.Seal.layer(Redacted.make(new Uint8Array(32).fill(9)))),
    Layer.provideMerge(Sqlite.layer({ filename }))
  )

const text = (holderId: string) => Stream.mkString(Sync.exportPerson(holderId))
const apart = (file: string): string => file.replace(/"exportedAt": "[^"]*"/, "")

/** A life with everything in it that a mirror can hold of a person. */
const live = (script: Script, holderId: string) =>
  Effect.gen(function* () {
    script.token = `token-of-${holderId}`
    script.identification = `iban-of-${holderId}`
    const { accountId, connectionId } = yield* link({ holderId })
    const read = runOf(connectionId, accountId)
    script.says(
      purchase("a"),
      plan("p", ["scheduled", "scheduled"]),
      card("c", -5, { pending: true }),
      pendingNow("c"),
      entry("e", 700, "2026-02-01"),
      pendingEntry("f", 3),
      reach("2026-01-01"),
      stated(1000),
      points("q", 5),
      standing(6),
      unreadable("purchases", "bad", "no amount", `{"note":"of ${holderId}"}`),
      at(1)
    )
    for (const stream of everyStream) yield* read(stream)
    yield* TestClock.adjust(86_400_000)
    script.says(
      purchase("a", 2000),
      plan("p", ["paid", "due"]),
      card("c", -6),
      entry("g", 40, "2026-03-02"),
      balancePending(),
      stated(1041, "2026-03-02T00:00:00.000Z"),
      purchase("bad", 3),
      gone("purchases", "a", "order was cancelled"),
      at(2)
    )
    for (const stream of everyStream) yield* read(stream)
    script.says(plan("p", ["scheduled", "due"]), unreadable("card", "worse"), at(3))
    yield* read("plans")
    yield* (yield* Sync.Connections).reconfirm(connectionId)
    yield* link({ holderId, attendedOnly: true })
    return { accountId, connectionId }
  })

const readBy = (holderIds: ReadonlyArray<string>, accountIds: ReadonlyArray<string>) =>
  Effect.flatMap(Sync.AccessLog, (log) =>
    log.append({
      actor: "operator",
      action: "read",
      purpose: "support",
      holderIds,
      accountIds,
      streams: ["card"],
      route: "paymirror show",
      count: 2
    })
  )

describe("the file of a person", () => {
  it.effect("goes out, comes in elsewhere and goes out again byte for byte, apart from its time", () =>
    inFolder((folder) => {
      const script = new Script()
      const strict = Schema.decodeUnknownSync(Schema.fromJsonString(Sync.PersonFile), { onExcessProperty: "error" })
      return Effect.gen(function* () {
        yield* TestClock.setTime(today)
        const here = Layer.merge(script.layer(), engineOn(join(folder, "here.db")))
        const first = yield* Effect.provide(
          Effect.gen(function* () {
            const robin = yield* live(script, "robin")
            const alex = yield* live(script, "alex")
            yield* readBy(["alex", "robin"], [alex.accountId, robin.accountId])
            yield* readBy(["robin"], [robin.accountId])
            yield* readBy(["alex"], [alex.accountId])
            yield* Sync.Retention.set("deliveries", 30)
            yield* Sync.Retention.purge
            yield* Sync.Retention.clear("deliveries")
            return { file: yield* text("alex"), rows: yield* Sync.Mirror.counts, alex }
          }),
          here
        )
        const parsed = strict(first.file)
        for (const list of [
          "accounts",
          "connections",
          "consents",
          "consentEvents",
          "runs",
          "rows",
          "changes",
          "transitions",
          "quarantine",
          "discrepancies",
          "ledgers",
          "heard",
          "keptFrom",
          "accessLog"
        ] as const)
          assert.isAbove(parsed[list].length, 0, list)
        assert.lengthOf(parsed.accessLog, 2)
        assert.deepEqual(
          parsed.accessLog.map(({ accountIds }) => accountIds),
          [[first.alex.accountId], [first.alex.accountId]]
        )
        for (const secret of ["robin", "token-of-alex", "s1.", "checkpoint"]) assert.notInclude(first.file, secret)
        assert.include(first.file, "iban-of-alex")

        yield* TestClock.adjust(5000)
        const there = Layer.merge(new Script().layer(), elsewhere(join(folder, "there.db")))
        yield* Effect.gen(function* () {
          // Somebody else was here before, so that no number means the same.
          const other = new Script()
          other.says(...Array.from({ length: 7 }, (_, n) => purchase(`other-${n}`)), at(1))
          yield* Effect.provide(
            Effect.flatMap(link({ holderId: "kim" }), ({ accountId, connectionId }) =>
              runOf(connectionId, accountId)("purchases")
            ),
            other.layer()
          )
          yield* readBy(["kim"], [])
          const brought = yield* Sync.importPerson(first.file)
          assert.deepEqual(brought, { holderId: "alex", accounts: 1, rows: parsed.rows.length })
          const second = yield* text("alex")
          assert.notStrictEqual(second, first.file)
          assert.strictEqual(apart(second), apart(first.file))
          const sql = yield* SqlClient.SqlClient
          yield* sql`UPDATE change SET at = '2026-03-01T00:00:00.001Z' WHERE seq = (SELECT max(seq) FROM change)`
          assert.notStrictEqual(apart(yield* text("alex")), apart(first.file))
          assert.deepEqual(
            (yield* Sync.Mirror.counts).filter(({ accountId }) => accountId === first.alex.accountId),
            first.rows.filter(({ accountId }) => accountId === first.alex.accountId)
          )
          assert.strictEqual((yield* (yield* Sync.AccessLog).verify())._tag, "Sound")
          const due = yield* Sync.Mirror.due({ until: "2099-01-01", limit: 10, accountId: first.alex.accountId })
          assert.lengthOf(due, 2)
        }).pipe(Effect.provide(there))
      })
    })
  )

  it.effect("that came in is gone on with by linking again: the same account, and nothing written twice", () =>
    inFolder((folder) => {
      const script = new Script()
      return Effect.gen(function* () {
        yield* TestClock.setTime(today)
        const { accountId, connectionId, file } = yield* Effect.provide(
          Effect.gen(function* () {
            const lived = yield* live(script, "alex")
            return { ...lived, file: yield* text("alex") }
          }),
          Layer.merge(script.layer(), engineOn(join(folder, "here.db")))
        )
        yield* Effect.gen(function* () {
          yield* Sync.importPerson(file)
          const read = runOf(connectionId, accountId)
          const why = "it was brought in from a file and has no session"
          assert.deepEqual((yield* read("balance")).outcome, { _tag: "NotPermitted", why })
          const again = yield* link({ holderId: "alex" })
          assert.deepInclude(again, { accountId, connectionId })
          script.says(
            entry("e", 700, "2026-02-01"),
            entry("g", 40, "2026-03-02"),
            stated(1041, "2026-03-02T00:00:00.000Z"),
            at(9)
          )
          const report = yield* read("balance")
          assert.deepInclude(report, { added: 0, updated: 0, unchanged: 3, outcome: { _tag: "CaughtUp" } })
        }).pipe(Effect.provide(Layer.merge(script.layer(), elsewhere(join(folder, "there.db")))))
      })
    })
  )

  it.effect("opens with what the law wants a person told", () =>
    inFolder((folder) => {
      const script = new Script()
      return Effect.gen(function* () {
        yield* TestClock.setTime(today)
        const controller = { name: "Quill Budgeting", contact: "privacy@quill.example" }
        yield* link({ disclosure: { controller, recipients: ["Heron Accounting"] } })
        yield* link({ purpose: "my taxes" })
        yield* Sync.Retention.set("card", 365)
        const { about } = JSON.parse(yield* text("alex")) as { readonly about: Readonly<Record<string, unknown>> }
        assert.deepInclude(about, {
          controllers: [controller],
          purposes: ["test", "my taxes"],
          recipients: ["Heron Accounting"],
          sources: ["scripted, WebBank", "over scripted"]
        })
        assert.deepInclude(about["retention"], { card: "365 days", plans: "until erased" })
        assert.sameMembers(Object.keys(about["categories"] as object), [...everyStream])
      }).pipe(Effect.provide(Layer.merge(script.layer(), engineOn(join(folder, "mirror.db")))))
    })
  )

  it.effect(
    "is refused where the person is already, where it is none, and where it was tampered with; nothing is stored then",
    () =>
      inFolder((folder) => {
        const script = new Script()
        return Effect.gen(function* () {
          yield* TestClock.setTime(today)
          yield* live(script, "alex")
          const file = yield* text("alex")
          const refused = (what: string) => Effect.flip(Sync.importPerson(what))
          assert.deepInclude(yield* refused(file), { _tag: "NotImported", detail: "alex is in this mirror already" })
          yield* Effect.gen(function* () {
            const before = yield* everything
            const broken = (change: (one: Record<string, Array<Record<string, unknown>>>) => void): string => {
              const one = JSON.parse(file) as Record<string, Array<Record<string, unknown>>>
              change(one)
              return JSON.stringify(one)
            }
            const cases = [
              "nonsense",
              "{}",
              broken((one) => void delete one["rows"]),
              broken((one) => void Object.assign(one["rows"]?.[0] ?? {}, { row: { purchaseId: 7 } })),
              broken((one) => void Object.assign(one["rows"]?.[0] ?? {}, { run: 99_999 })),
              broken((one) => void Object.assign(one["changes"]?.[0] ?? {}, { row: 0 })),
              broken((one) => void Object.assign(one["rows"]?.[0] ?? {}, { accountId: "somebody-else" })),
              broken((one) => void Object.assign(one["consents"]?.[0] ?? {}, { holderId: "robin" })),
              broken((one) => void Object.assign(one["consentEvents"]?.[0] ?? {}, { consentId: "another" }))
            ]
            for (const one of cases) {
              const error = yield* refused(one)
              assert.strictEqual(error._tag, "NotImported")
              assert.notInclude((error as Sync.NotImported).detail, "Pebble Row")
            }
            assert.deepEqual(yield* everything, before)
            assert.deepEqual(yield* (yield* SqlClient.SqlClient)`SELECT * FROM access_log`, [])
            yield* Sync.importPerson(file)
            assert.deepInclude(yield* Effect.flip(Stream.runDrain(Sync.exportPerson("nobody"))), {
              _tag: "NoSuchHolder"
            })
          }).pipe(Effect.provide(elsewhere(join(folder, "there.db"))))
        }).pipe(Effect.provide(Layer.merge(script.layer(), engineOn(join(folder, "here.db")))))
      })
  )
})
