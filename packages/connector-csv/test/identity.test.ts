import { assert, describe, it } from "@effect/vitest"
import { Access, Connector, type Account, Row, Session } from "@paymirror/core"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { writeFileSync } from "node:fs"
import * as Digest from "../src/Digest.ts"
import * as Fingerprint from "../src/Fingerprint.ts"
import * as Twins from "../src/Twins.ts"
import { importFile, lines, link, live, readAccount, write } from "./Files.ts"

const header = "Type,Product,Started Date,Completed Date,Description,Amount,Fee,Currency,State,Balance"
const train = "CARD_PAYMENT,Current,2024-03-01 9:00:00,2024-03-02 9:00:00,Train,-3.50,0.00,EUR,COMPLETED,"
const tea = (day: string, balance = "1.00"): string =>
  `CARD_PAYMENT,Current,2024-03-${day} 10:00:00,2024-03-${day} 10:00:01,Tea,-1.00,0.00,EUR,COMPLETED,${balance}`

const first = (accounts: ReadonlyArray<Account.LinkedAccount>): Account.LinkedAccount => {
  const [account] = accounts
  if (account === undefined) throw new Error("expected an account")
  return account
}

describe("the same row is the same row", () => {
  it.effect("in a second read, in the same file under another name, and in one that was saved again", () =>
    Effect.gen(function* () {
      const rows = [`${train}10.00`, tea("03")]
      const once = yield* importFile(write(lines(header, ...rows)))
      const again = yield* importFile(write(lines(header, ...rows), "export (1).csv"))
      const saved = yield* importFile(
        write(
          lines(
            header.replaceAll(",", ";"),
            ...rows.map((row) => row.replaceAll(",", ";").replaceAll(" 9:", " 09:").replace("-3.50", "-3.5"))
          )
        )
      )
      assert.deepStrictEqual(again.ids, once.ids)
      assert.deepStrictEqual(saved.ids, once.ids)
    }).pipe(Effect.provide(live))
  )

  it.effect("identical twins stay two, wherever they stand, and one more twin is one more row", () =>
    Effect.gen(function* () {
      const two = yield* importFile(write(lines(header, `${train}6.50`, tea("01"), `${train}3.00`)))
      assert.strictEqual(new Set(two.ids).size, 3)
      const three = yield* importFile(write(lines(header, `${train}6.50`, `${train}3.00`, `${train}0.50`, tea("01"))))
      assert.deepStrictEqual(
        two.ids.filter((id) => !three.ids.includes(id)),
        []
      )
      assert.strictEqual(new Set(three.ids).size, 4)
    }).pipe(Effect.provide(live))
  )

  it.effect("a file that overlaps another gives the shared rows the same ids", () =>
    Effect.gen(function* () {
      const days = Array.from({ length: 28 }, (_, index) => tea(String(index + 1).padStart(2, "0")))
      const early = yield* importFile(write(lines(header, ...days.slice(0, 20))))
      const late = yield* importFile(write(lines(header, ...days.slice(10))))
      assert.deepStrictEqual(early.ids.slice(10), late.ids.slice(0, 10))
      assert.strictEqual(new Set([...early.ids, ...late.ids]).size, 28)
    }).pipe(Effect.provide(live))
  )

  it.effect("a pending row completes in place", () =>
    Effect.gen(function* () {
      const pending = "Card Payment,Current,2024-03-01 9:00:00,,Hotel,-100.00,0.00,EUR,PENDING,"
      const before = yield* importFile(write(lines(header, pending)))
      assert.isTrue(before.only("Upsert")[0]?.pending)
      assert.strictEqual(before.entries[0]?.status, "PENDING")
      assert.notProperty(before.entries[0], "bookedDate")
      assert.notProperty(before.entries[0], "balanceAfter")
      const after = yield* importFile(
        write(lines(header, pending.replace(":00,,", ":00,2024-03-03 8:00:00,").replace("PENDING,", "COMPLETED,5.00")))
      )
      assert.deepStrictEqual(after.ids, before.ids)
      assert.strictEqual(after.entries[0]?.status, "BOOKED")
      assert.notProperty(after.only("Upsert")[0], "pending")
    }).pipe(Effect.provide(live))
  )

  it.effect("a row that is pending may have no date at all; a booked one may not", () =>
    Effect.gen(function* () {
      const file = yield* importFile(
        write(
          lines(
            header,
            "Card Payment,Current,,,Hotel,-100.00,0.00,EUR,PENDING,",
            "Card Payment,Current,,,Inn,-1.00,0.00,EUR,COMPLETED,1.00"
          )
        )
      )
      assert.deepStrictEqual(
        file.entries.map(({ status }) => status),
        ["PENDING"]
      )
      assert.deepStrictEqual(
        file.only("Quarantined").map(({ reason, locator }) => [reason, locator]),
        [["no date", { line: 3, column: "Started Date" }]]
      )
    }).pipe(Effect.provide(live))
  )

  it.effect("an id that is not unique is one with what tells its rows apart, and a status change is an update", () =>
    Effect.gen(function* () {
      const wallet =
        "Date,Time,TimeZone,Name,Type,Status,Currency,Amount,Fees,Total,Exchange Rate,Receipt ID,Balance,Transaction ID,Item Title"
      const row = (status: string, currency: string): string =>
        `03/14/2024,9:00:00,PDT,A,General Currency Conversion,${status},${currency},-5,0,-5,,,0,TX1,`
      const file = yield* importFile(write(lines(wallet, row("Pending", "USD"), row("Completed", "EUR"))))
      assert.strictEqual(new Set(file.ids).size, 2)
      const later = yield* importFile(write(lines(wallet, row("Completed", "USD"), row("Completed", "EUR"))))
      assert.deepStrictEqual(later.ids.toSorted(), file.ids.toSorted())
      const twice = yield* importFile(write(lines(wallet, row("Completed", "USD"), row("Completed", "USD"))))
      assert.deepStrictEqual(
        twice.breaks("unique-id").map(({ locator }) => locator),
        [{ line: 3 }]
      )
    }).pipe(Effect.provide(live))
  )
})

describe("reading a linked file", () => {
  it.effect("gives rows that satisfy the model, filed under their own id, with a checkpoint every thousand or so", () =>
    Effect.gen(function* () {
      const rows = Array.from({ length: 3500 }, (_, index) => tea("05", `${index}.00`))
      const file = yield* importFile(write(lines(header, ...rows)))
      const isRow = Schema.is(Row.schemas.balance)
      assert.isTrue(file.only("Upsert").every(({ id, row }) => isRow(row) && "entryId" in row && row.entryId === id))
      assert.strictEqual(new Set(file.ids).size, 3500)
      const checkpoints = file
        .only("Checkpoint")
        .map(({ checkpoint }) => JSON.parse(checkpoint) as { rows: number; done: boolean })
      assert.deepStrictEqual(
        checkpoints.map(({ rows: read, done }) => [read, done]),
        [
          [1000, false],
          [2000, false],
          [3000, false],
          [3500, true]
        ]
      )
    }).pipe(Effect.provide(live))
  )

  it.effect("says the same after any checkpoint as from the start", () =>
    Effect.gen(function* () {
      const connector = yield* Connector.Connector
      const linked = yield* link(write(lines(header, `${train}6.50`, tea("01"), `${train}3.00`)))
      const session = Session.memory({ connector: "csv", grant: linked.grant })
      const from = (checkpoint: Option.Option<string>) =>
        Stream.runCollect(
          connector.read("balance", {
            session,
            account: first(linked.accounts),
            checkpoint,
            access: Access.memory({ connector: "csv" })
          })
        )
      const events = yield* from(Option.none())
      const last = events.at(-1)
      assert.strictEqual(last?._tag, "Checkpoint")
      assert.deepStrictEqual(yield* from(Option.some(last?._tag === "Checkpoint" ? last.checkpoint : "")), events)
    }).pipe(Effect.provide(live))
  )

  it.effect("gives nothing at all from a file that changed since, or is gone", () =>
    Effect.gen(function* () {
      const path = write(lines(header, tea("01"), tea("02")))
      const linked = yield* link(path)
      const account = first(linked.accounts)
      assert.strictEqual(
        (yield* readAccount(linked, account, "balance")).filter(({ _tag }) => _tag === "Upsert").length,
        2
      )
      writeFileSync(path, lines(header, tea("01"), tea("03")))
      const changed = yield* Effect.flip(readAccount(linked, account, "balance"))
      assert.include(changed.message, "has changed")
      assert.deepStrictEqual(yield* readAccount(linked, account, "purchases"), [])
    }).pipe(Effect.provide(live))
  )

  it.effect("keeps nothing of the file's rows in the grant", () =>
    Effect.gen(function* () {
      const linked = yield* link(write(lines(header, tea("01").replace("Tea", "Anna Example"))))
      assert.notInclude(Redacted.value(linked.grant), "Anna")
      assert.deepStrictEqual(linked.found, { format: "bank-en", rows: 1, encoding: "utf-8", columns: 10 })
    }).pipe(Effect.provide(live))
  )

  it.effect("splits a file of several currencies into accounts, and gives each only its own rows", () =>
    Effect.gen(function* () {
      const linked = yield* link(
        write(lines(header, tea("01"), tea("02").replace("EUR", "SEK"), tea("03"), tea("04").replace("EUR", "XXX")))
      )
      assert.deepStrictEqual(
        linked.accounts.map(({ currency }) => currency),
        ["EUR", "SEK"]
      )
      const counts: Array<ReadonlyArray<number>> = []
      for (const account of linked.accounts) {
        const events = yield* readAccount(linked, account, "balance")
        counts.push(["Upsert", "Quarantined"].map((tag) => events.filter(({ _tag }) => _tag === tag).length))
      }
      assert.deepStrictEqual(counts, [
        [2, 1],
        [1, 0]
      ])
    }).pipe(Effect.provide(live))
  )

  it.effect("asks for an upload first, and remembers the market it was started with", () =>
    Effect.gen(function* () {
      const connector = yield* Connector.Connector
      const step = yield* connector.link({ answer: { _tag: "Start", market: "SE" }, state: "" })
      assert.strictEqual(step._tag, "Upload")
      const path = write(lines(header, tea("01")))
      const linked = yield* connector.link({
        answer: { _tag: "Uploaded", path, options: {} },
        state: step._tag === "Upload" ? step.state : ""
      })
      assert.strictEqual(linked._tag === "Linked" ? linked.accounts[0]?.market : "", "SE")
    }).pipe(Effect.provide(live))
  )
})

describe("fingerprints", () => {
  const hex = (text: string): string => {
    const words = new Int32Array(4)
    Fingerprint.ofText(text, words)
    return Array.from(words, (word) => (word >>> 0).toString(16).padStart(8, "0")).join("")
  }

  it("are MurmurHash3 x86 128 of the text's UTF-16", () => {
    for (const [text, hash] of [
      ["", "00000000000000000000000000000000"],
      ["a", "033bb196ccef4fe1ccef4fe1ccef4fe1"],
      ["ab", "260fb953af22b6fdaf22b6fdaf22b6fd"],
      ["paymirror", "67d1f0215777a193684dccfde1aaf1d9"],
      ["The quick brown fox jumps over the lazy dog", "15beb6860f94f6cafed4894d28be6d5b"],
      ["äöå €", "2f5561dfd4f6eec6a6bef367774b347c"],
      ["12345678", "083fc1f2e182fa4fbd464907c7fddd7a"],
      ["1234567812345678x", "7b86042528843e27a5541aad4b9c0ecf"]
    ] as const)
      assert.strictEqual(hex(text), hash, text)
  })

  it("of a file do not depend on how its bytes arrive", () => {
    const bytes = Uint8Array.from({ length: 1000 }, (_, index) => (index * 7) & 255)
    const whole = Digest.make()
    whole.add(bytes)
    for (const size of [1, 3, 15, 16, 17, 999]) {
      const pieces = Digest.make()
      for (let at = 0; at < bytes.length; at += size) pieces.add(bytes.subarray(at, at + size))
      assert.strictEqual(pieces.text(), whole.text())
    }
    const other = Digest.make()
    other.add(bytes.with(500, 1))
    assert.notStrictEqual(other.text(), whole.text())
  })

  it("are counted exactly while the table grows under them", () => {
    const twins = Twins.make(0)
    const words = new Int32Array(4)
    const count = (text: string): number => {
      Fingerprint.ofText(text, words)
      return twins.count(words)
    }
    for (let i = 0; i < 50_000; i++) assert.strictEqual(count(`row ${i}`), 1)
    for (let i = 0; i < 50_000; i += 97) assert.strictEqual(count(`row ${i}`), 2)
    assert.strictEqual(count("row 0"), 3)
  })
})
