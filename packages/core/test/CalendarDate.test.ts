import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { CalendarDate } from "../src/index.ts"

describe("a calendar date", () => {
  it("is a day that exists, written one way", () => {
    for (const date of ["2024-02-29", "2000-02-29", "2026-12-31", "1970-01-01", "0001-01-01", "9999-12-31"]) {
      assert.isTrue(CalendarDate.is(date), date)
    }
    for (const date of [
      "2026-02-29",
      "1900-02-29",
      "2100-02-29",
      "2026-04-31",
      "2026-13-01",
      "2026-00-10",
      "2026-01-00",
      "2026-1-1",
      "26-01-01",
      "2026/01/01",
      "2026-01-01T00:00:00Z",
      " 2026-01-01",
      "2026-01-01\n",
      "",
      "10000-01-01",
      "٢٠٢٦-٠١-٠١"
    ]) {
      assert.isFalse(CalendarDate.is(date), date)
    }
    assert.throws(() => Schema.decodeUnknownSync(CalendarDate.CalendarDate)("2026-02-29"))
  })

  it("counts days like the calendar, over 800 years and back", () => {
    assert.strictEqual(CalendarDate.toEpochDay("1970-01-01"), 0)
    assert.strictEqual(CalendarDate.toEpochDay("2000-03-01"), 11_017)
    let wrong = 0
    const start = Date.UTC(1600, 0, 1) / 86_400_000
    const end = Date.UTC(2400, 11, 31) / 86_400_000
    for (let day = start; day <= end; day++) {
      const date = CalendarDate.fromEpochDay(day)
      if (date !== new Date(day * 86_400_000).toISOString().slice(0, 10)) wrong += 1
      if (!CalendarDate.is(date) || CalendarDate.toEpochDay(date) !== day) wrong += 1
    }
    assert.strictEqual(wrong, 0)
  })

  it("knows leap years", () => {
    assert.strictEqual(CalendarDate.addDays("2024-02-28", 1), "2024-02-29")
    assert.strictEqual(CalendarDate.addDays("2026-02-28", 1), "2026-03-01")
    assert.strictEqual(CalendarDate.addDays("2000-02-28", 1), "2000-02-29")
    assert.strictEqual(CalendarDate.addDays("1900-02-28", 1), "1900-03-01")
    assert.strictEqual(CalendarDate.daysBetween("2024-01-01", "2025-01-01"), 366)
    assert.strictEqual(CalendarDate.daysBetween("2026-07-04", "2026-06-20"), -14)
  })

  it("keeps the day of the month, or takes the last one there is", () => {
    assert.strictEqual(CalendarDate.addMonths("2026-01-31", 1), "2026-02-28")
    assert.strictEqual(CalendarDate.addMonths("2028-01-31", 1), "2028-02-29")
    assert.strictEqual(CalendarDate.addMonths("2026-01-31", 3), "2026-04-30")
    assert.strictEqual(CalendarDate.addMonths("2026-11-15", 2), "2027-01-15")
    assert.strictEqual(CalendarDate.addMonths("2026-01-15", -1), "2025-12-15")
    assert.strictEqual(CalendarDate.addMonths("2024-02-29", -12), "2023-02-28")
  })

  it("is not shifted by any zone's change of clocks", () => {
    const zone = process.env["TZ"]
    try {
      for (const place of ["America/New_York", "Europe/Berlin", "Pacific/Apia", "America/Sao_Paulo"]) {
        process.env["TZ"] = place
        let date = "2011-12-20"
        for (let day = 0; day < 800; day++) {
          const next = CalendarDate.addDays(date, 1)
          assert.strictEqual(CalendarDate.daysBetween(date, next), 1)
          assert.strictEqual(CalendarDate.addDays(next, -1), date)
          date = next
        }
        assert.strictEqual(date, "2014-02-27", place)
      }
    } finally {
      if (zone === undefined) delete process.env["TZ"]
      else process.env["TZ"] = zone
    }
  })

  it("sorts as text the way it sorts in time", () => {
    const dates = Array.from({ length: 400 }, (_, index) => CalendarDate.addDays("1999-06-01", index * 37))
    assert.deepStrictEqual(dates.toSorted(), dates)
  })

  it("refuses to count from a day that does not exist", () => {
    for (const date of ["2026-02-30", "2026-13-01", "2026-00-00", "yesterday"]) {
      assert.throws(() => CalendarDate.toEpochDay(date), RangeError)
      assert.throws(() => CalendarDate.addDays(date, 1), RangeError)
      assert.throws(() => CalendarDate.addMonths(date, 1), RangeError)
    }
  })

  it("refuses to leave the years a date can be written in", () => {
    assert.throws(() => CalendarDate.addDays("9999-12-31", 1), RangeError)
    assert.throws(() => CalendarDate.addDays("0000-01-01", -1), RangeError)
    assert.throws(() => CalendarDate.addMonths("9999-12-31", 1), RangeError)
    assert.throws(() => CalendarDate.addMonths("0000-01-31", -1), RangeError)
    assert.throws(() => CalendarDate.fromEpochDay(0.5), RangeError)
  })
})
