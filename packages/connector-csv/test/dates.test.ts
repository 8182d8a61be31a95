import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { split } from "../src/date.ts"
import * as Zone from "../src/Zone.ts"
import { importFile, lines, live, refusal, write } from "./Files.ts"

const header =
  "Date,Time,TimeZone,Name,Type,Status,Currency,Amount,Fees,Total,Exchange Rate,Receipt ID,Balance,Transaction ID,Item Title"
const row = (date: string, id: string): string =>
  `${date},9:00:00,UTC,A,General Payment,Completed,USD,-1,0,-1,,,0,${id},`
const wallet = (...dates: ReadonlyArray<string>): string =>
  write(lines(header, ...dates.map((date, index) => row(date, `T${index}`))))

describe("dates", () => {
  it.effect("one day above 12 anywhere proves the order of the whole file", () =>
    Effect.gen(function* () {
      const american = yield* importFile(wallet("03/04/2024", "03/14/2024"))
      assert.deepStrictEqual(
        american.entries.map(({ entryDate }) => entryDate),
        ["2024-03-04", "2024-03-14"]
      )
      const british = yield* importFile(wallet("03/04/2024", "14/03/2024"))
      assert.deepStrictEqual(
        british.entries.map(({ entryDate }) => entryDate),
        ["2024-04-03", "2024-03-14"]
      )
    }).pipe(Effect.provide(live))
  )

  it.effect("days that are the same either way need no proof", () =>
    Effect.gen(function* () {
      const file = yield* importFile(wallet("05/05/2024", "2024-01-02"))
      assert.deepStrictEqual(
        file.entries.map(({ entryDate }) => entryDate),
        ["2024-05-05", "2024-01-02"]
      )
    }).pipe(Effect.provide(live))
  )

  it.effect("an order that nothing proves is asked for, and taken when said", () =>
    Effect.gen(function* () {
      const path = wallet("05/05/2024", "03/04/2024")
      const { detail, hint, line } = yield* refusal(path)
      assert.include(detail, "03/04/2024 on line 3")
      assert.include(hint, "dmy")
      assert.strictEqual(line, 3)
      assert.strictEqual((yield* importFile(path, { dateOrder: "dmy" })).entries[1]?.entryDate, "2024-04-03")
      assert.strictEqual((yield* importFile(path, { dateOrder: "mdy" })).entries[1]?.entryDate, "2024-03-04")
      assert.include((yield* refusal(path, { dateOrder: "ydm" })).hint, "mdy, dmy or ymd")
    }).pipe(Effect.provide(live))
  )

  it.effect("rows that contradict each other refuse the file with both lines", () =>
    Effect.gen(function* () {
      const { detail } = yield* refusal(wallet("13/01/2024", "02/02/2024", "01/13/2024"))
      assert.include(detail, "line 2 reads 13/01/2024")
      assert.include(detail, "line 4 reads 01/13/2024")
    }).pipe(Effect.provide(live))
  )

  it.effect("an order that is said and disproved is refused; a single odd row is set aside", () =>
    Effect.gen(function* () {
      const { detail } = yield* refusal(wallet("13/01/2024"), { dateOrder: "mdy" })
      assert.include(detail, "line 2 reads 13/01/2024")
      const file = yield* importFile(wallet("13/01/2024", "01/13/2024"), { dateOrder: "dmy" })
      assert.strictEqual(file.entries.length, 1)
      assert.deepStrictEqual(
        file.only("Quarantined").map(({ locator, reason }) => [locator, reason]),
        [[{ line: 3, column: "Date" }, "no such day in that order"]]
      )
    }).pipe(Effect.provide(live))
  )

  it.effect("days that do not exist, two-digit years and words are set aside", () =>
    Effect.gen(function* () {
      const file = yield* importFile(
        wallet("02/30/2024", "02/28/24", "yesterday", "", "2/8/2024", "2024-02-30", "2024-2-9")
      )
      assert.deepStrictEqual(
        file.entries.map(({ entryDate }) => entryDate),
        ["2024-02-08", "2024-02-09"]
      )
      assert.deepStrictEqual(
        file.only("Quarantined").map(({ locator }) => locator.line),
        [2, 3, 4, 5, 7]
      )
    }).pipe(Effect.provide(live))
  )

  it("splits a day, a time and a zone however they are joined", () => {
    assert.deepStrictEqual(split("2023-10-06 23:59:59 EDT"), ["2023-10-06", "23:59:59", "EDT"])
    assert.deepStrictEqual(split("2023-10-06 23:59:59"), ["2023-10-06", "23:59:59", ""])
    assert.deepStrictEqual(split("10/6/2023 9:05 PM"), ["10/6/2023", "9:05 PM", ""])
    assert.deepStrictEqual(split("2023-10-06T09:05:00+02:00"), ["2023-10-06", "09:05:00", "+02:00"])
    assert.deepStrictEqual(split(" 2023-10-06 "), ["2023-10-06", "", ""])
  })

  it("resolves a zone to an instant, and leaves out a time the clock change makes ambiguous or skips", () => {
    const resolve = Zone.resolver()
    const at = (zone: string, date: string, seconds: number) => {
      const millis = resolve(zone, date, seconds)
      return millis === undefined ? undefined : new Date(millis).toISOString()
    }
    assert.strictEqual(at("PST", "2024-01-01", 0), "2024-01-01T08:00:00.000Z")
    assert.strictEqual(at("CEST", "2024-07-01", 7200), "2024-07-01T00:00:00.000Z")
    assert.strictEqual(at("GMT+01:00", "2024-07-01", 3600), "2024-07-01T00:00:00.000Z")
    assert.strictEqual(at("America/Los_Angeles", "2024-07-01", 0), "2024-07-01T07:00:00.000Z")
    assert.strictEqual(at("America/Los_Angeles", "2024-11-03", 5400), undefined)
    assert.strictEqual(at("America/Los_Angeles", "2024-11-03", 3 * 3600), "2024-11-03T11:00:00.000Z")
    assert.strictEqual(at("America/Los_Angeles", "2024-03-10", 9000), undefined)
    assert.strictEqual(at("Mars/Olympus", "2024-01-01", 0), undefined)
    assert.strictEqual(at("XYZ", "2024-01-01", 0), undefined)
    assert.strictEqual(at("constructor", "2024-01-01", 0), undefined)
  })
})
