import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { NodeFileSystem } from "@effect/platform-node"
import * as Layer from "effect/Layer"
import { columns, layer, manifest, manifestOf } from "../src/index.ts"
import { importFile, lines, live, refusal, write } from "./Files.ts"
import { formats } from "./formats.ts"

describe("recognising a file", () => {
  it.effect("tells two generations of a file apart by their first column", () =>
    Effect.gen(function* () {
      const row = "Sent,USD,$1,$0,$1,,DONE,,Own"
      const rest = "Kind,Currency,Gross,Fee,Net,Asset,Outcome,Notes,Account"
      const old = yield* importFile(write(lines(`Reference,Moment,${rest}`, `a1,2024-01-02 03:04:05 EST,${row}`)))
      const current = yield* importFile(write(lines(`Moment,Reference,${rest}`, `2024-01-02 03:04:05 EST,a1,${row}`)))
      assert.deepStrictEqual(old.ids, ["acme-cash:a1"])
      assert.deepStrictEqual(current.ids, old.ids)
      assert.strictEqual(current.entries[0]?.createdAt, "2024-01-02T08:04:05.000Z")
    }).pipe(Effect.provide(live))
  )

  it.effect("asks which it is where two formats fit equally well", () =>
    Effect.gen(function* () {
      const path = write(
        lines(
          "Account,Reference,Moment,Kind,Currency,Gross,Fee,Net,Outcome,Notes",
          "Own,a1,2024-01-02 03:04:05 EST,Sent,USD,$1,$0,$1,DONE,"
        )
      )
      const { detail, hint } = yield* refusal(path)
      assert.include(detail, "app-old and app-new")
      assert.include(hint, "format")
      assert.deepStrictEqual((yield* importFile(path, { format: "app-new" })).ids, ["acme-cash:a1"])
    }).pipe(Effect.provide(live))
  )

  it.effect("refuses a header nobody knows with what it saw and the nearest format", () =>
    Effect.gen(function* () {
      const { detail, hint, line } = yield* refusal(
        write(
          lines(
            "Type,Product,Started Date,Completed Date,Description,Betrag,Fee,Currency,State,Balance",
            "a,b,c,d,e,f,g,h,i,j"
          )
        )
      )
      assert.include(detail, '"Started Date"')
      assert.include(detail, "bank-en")
      assert.include(detail, 'without "Amount"')
      assert.include(detail, 'with "Betrag" besides')
      assert.include(hint, "mapping file")
      assert.strictEqual(line, 1)
      assert.include((yield* refusal(write(lines("a,b,c", "1,2,3")))).detail, "No known format shares a column")
    }).pipe(Effect.provide(live))
  )

  it.effect("refuses a column that is named twice", () =>
    Effect.gen(function* () {
      const { detail } = yield* refusal(
        write(
          lines("Type,Product,Started Date,Completed Date,Description,Amount,Amount,Fee,Currency,State,Balance", "")
        )
      )
      assert.include(detail, '"amount" twice')
    }).pipe(Effect.provide(live))
  )

  it.effect("takes the format the person names, and says what that format still lacks", () =>
    Effect.gen(function* () {
      const path = write(lines("Type,Payee", "Transfer,a"))
      assert.include((yield* refusal(path, { format: "bank-en" })).detail, 'without "Started Date"')
      assert.include((yield* refusal(path, { format: "bank-xx" })).hint, "bank-en")
      assert.include((yield* refusal(path, { formt: "bank-en" })).hint, "dateOrder")
    }).pipe(Effect.provide(live))
  )

  it.effect("leaves the market out where neither the file nor the person says it", () =>
    Effect.gen(function* () {
      const path = write(
        lines(
          "Type,Product,Started Date,Completed Date,Description,Amount,Fee,Currency,State,Balance",
          "Transfer,Current,2024-05-17 9:05:00,2024-05-17 9:06:00,tea,-10.00,0.00,EUR,COMPLETED,90.00"
        )
      )
      assert.isUndefined((yield* importFile(path, { market: "" })).accounts[0]?.market)
      assert.include((yield* refusal(path, { market: "usa" })).detail, "market")
      const { accounts } = yield* importFile(path, { market: "LT", account: "joint" })
      assert.deepStrictEqual(accounts, [
        {
          provider: "acme-bank",
          identification: "csv:acme-bank:joint",
          currency: "EUR",
          market: "LT",
          legalEntity: "Acme Bank",
          status: "OPEN",
          displayName: "Acme Bank EUR (joint)"
        }
      ])
    }).pipe(Effect.provide(live))
  )

  it("lists what a format needs, for help", () => {
    const [bank] = formats
    assert.strictEqual(bank && columns(bank).required.length, 10)
  })
})

describe("a connector of one provider's files", () => {
  const bank = formats.filter(({ provider }) => provider === "acme-bank")
  const narrowed = Layer.provide(layer(bank), NodeFileSystem.layer)

  it("says which provider, and which streams its files fill", () => {
    const { name, provider, streams } = manifestOf(formats.filter((one) => one.provider === "acme-cash"))
    assert.deepStrictEqual(
      [name, provider, Object.keys(streams)],
      ["Acme Cash, a file you download", "acme-cash", ["balance", "card"]]
    )
    assert.strictEqual(manifestOf(formats), manifest)
    assert.strictEqual(manifestOf([]), manifest)
  })

  it.effect("takes no mapping, and does not advise one", () =>
    Effect.gen(function* () {
      const path = write(lines("a,b,c", "1,2,3"))
      assert.notInclude((yield* refusal(path)).hint, "mapping")
      assert.include((yield* refusal(path, { map: "my.map.json" })).detail, "Acme Bank alone")
    }).pipe(Effect.provide(narrowed))
  )

  it.effect("without formats reads by mappings alone, and says so", () =>
    Effect.gen(function* () {
      const path = write(lines("a,b,c", "1,2,3"))
      assert.include((yield* refusal(path)).hint, "mapping")
      assert.include((yield* refusal(path, { format: "bank-en" })).hint, "mappings alone")
    }).pipe(Effect.provide(Layer.provide(layer(), NodeFileSystem.layer)))
  )

  it("is refused at once where two formats have one id", () => {
    assert.throws(() => layer([...bank, ...bank]), /bank-en/)
  })
})
