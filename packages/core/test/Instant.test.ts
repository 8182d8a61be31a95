import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { Instant } from "../src/index.ts"

describe("an instant", () => {
  it("is read from RFC 3339 and its relatives into one form", () => {
    const canonical = "2026-06-08T12:04:11.000Z"
    for (const text of [
      canonical,
      "2026-06-08T12:04:11Z",
      "2026-06-08t12:04:11z",
      "2026-06-08 12:04:11Z",
      "2026-06-08T12:04:11+00:00",
      "2026-06-08T12:04:11-00:00",
      "2026-06-08T14:04:11+02:00",
      "2026-06-08T14:04:11+0200",
      "2026-06-08T14:04:11+02",
      "2026-06-08T08:04:11.000-04:00",
      "2026-06-08T17:49:11+05:45",
      "2026-06-09T02:04:11+14:00",
      "2026-06-08T00:04:11-12:00"
    ]) {
      assert.strictEqual(Instant.parse(text), canonical, text)
    }
    assert.strictEqual(Instant.parse("2026-06-08T12:04Z"), "2026-06-08T12:04:00.000Z")
    assert.strictEqual(Instant.parse("2021-10-01 6:11:59", "Z"), "2021-10-01T06:11:59.000Z")
    assert.strictEqual(Instant.parse("2026-06-08T12:04:11.123456789Z"), "2026-06-08T12:04:11.123Z")
    assert.strictEqual(Instant.parse("2026-06-08T12:04:11,5Z"), "2026-06-08T12:04:11.500Z")
  })

  it("crosses days, months and years with its offset", () => {
    assert.strictEqual(Instant.parse("2026-01-01T00:30:00+01:00"), "2025-12-31T23:30:00.000Z")
    assert.strictEqual(Instant.parse("2024-02-28T23:30:00-01:00"), "2024-02-29T00:30:00.000Z")
    assert.strictEqual(Instant.parse("1969-12-31T19:00:00-05:00"), "1970-01-01T00:00:00.000Z")
  })

  it("agrees with the platform on every offset", () => {
    for (let minutes = -12 * 60; minutes <= 14 * 60; minutes += 15) {
      const size = Math.abs(minutes)
      const zone = `${minutes < 0 ? "-" : "+"}${String(Math.floor(size / 60)).padStart(2, "0")}:${String(size % 60).padStart(2, "0")}`
      for (const local of ["2026-03-29T02:30:00.001", "2026-11-01T01:30:59.999", "2024-02-29T23:59:59.000"]) {
        assert.strictEqual(Instant.parse(local + zone), new Date(local + zone).toISOString())
      }
    }
  })

  it("is not guessed where the text carries no offset", () => {
    assert.isUndefined(Instant.parse("2026-06-08T12:04:11"))
    assert.strictEqual(Instant.parse("2026-06-08T12:04:11", "-04:00"), "2026-06-08T16:04:11.000Z")
    assert.strictEqual(Instant.parse("2026-06-08T12:04:11Z", "-04:00"), "2026-06-08T12:04:11.000Z")
    assert.isUndefined(Instant.parse("2026-06-08T12:04:11", "EDT"))
    assert.isUndefined(Instant.parse("2026-06-08T12:04:11", ""))
  })

  it("is not read from a moment that does not exist", () => {
    for (const text of [
      "2026-02-29T00:00:00Z",
      "2026-06-08T24:00:00Z",
      "2026-06-08T12:60:00Z",
      "2026-06-08T12:00:61Z",
      "2026-06-08",
      "12:04:11Z",
      "2026-06-08T12:04:11+25:00",
      "2026-06-08T12:04:11+99:99",
      "2026-06-08T12:04:11+02:60",
      "1780920251",
      "",
      "2026-06-08T12:04:11 CEST",
      "2026-06-08T12:04:11.000Z "
    ]) {
      assert.isUndefined(Instant.parse(text), text)
    }
  })

  it("is read the same in a leap second, however it is written", () => {
    assert.strictEqual(Instant.parse("2016-12-31T23:59:60Z"), "2016-12-31T23:59:59.000Z")
    assert.strictEqual(Instant.parse("2016-12-31T23:59:60.000Z"), "2016-12-31T23:59:59.000Z")
  })

  it("never leaves the years its form can write, so that text order stays time order", () => {
    assert.isUndefined(Instant.parse("9999-12-31T23:59:59-05:00"))
    assert.isUndefined(Instant.parse("0000-01-01T00:00:00+14:00"))
    assert.strictEqual(Instant.parse("9999-12-31T23:59:59Z"), "9999-12-31T23:59:59.000Z")
  })

  it("goes to milliseconds and back, before 1970 too", () => {
    for (const millis of [0, -1, 1, 951_782_400_000, 1_780_920_251_123, -2_208_988_800_000, 253_402_300_799_999]) {
      const instant = Instant.fromEpochMillis(millis)
      assert.strictEqual(instant, new Date(millis).toISOString())
      assert.strictEqual(Instant.toEpochMillis(instant), millis)
      assert.strictEqual(Schema.decodeUnknownSync(Instant.Instant)(instant), instant)
      assert.strictEqual(Instant.utcDate(instant), instant.slice(0, 10))
    }
  })

  it("is not made of what is no whole millisecond in reach", () => {
    for (const millis of [0.5, Number.NaN, 253_402_300_800_000, -62_167_219_200_001]) {
      assert.throws(() => Instant.fromEpochMillis(millis), RangeError)
    }
    assert.strictEqual(Instant.fromEpochMillis(-62_167_219_200_000), "0000-01-01T00:00:00.000Z")
  })

  it("is held in its canonical form only", () => {
    for (const text of [
      "2026-06-08T12:04:11Z",
      "2026-06-08T14:04:11.000+02:00",
      "2026-02-30T00:00:00.000Z",
      "2026-06-08T24:00:00.000Z"
    ]) {
      assert.throws(() => Schema.decodeUnknownSync(Instant.Instant)(text))
    }
  })
})
