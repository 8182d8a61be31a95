import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { Consent, Instant } from "../src/index.ts"

const day = 86_400_000
const zero = Instant.toEpochMillis("2026-03-01T12:00:00.000Z")
const on = (days: number): string => Instant.fromEpochMillis(zero + days * day)

const given = (more: Partial<Consent.Consent> = {}): Consent.Consent => ({
  consentId: "c",
  holderId: "alex",
  connectionId: "k",
  streams: ["balance"],
  purpose: "test",
  notice: { text: "…", version: "1", language: "en" },
  grantedAt: on(0),
  expiresAt: on(180),
  ...more
})

const uk = { maxDays: 365, reconfirmDays: 90 }

describe("a consent", () => {
  it("ends with the earliest of what was agreed, what the provider granted and what the route allows", () => {
    const terms = { maxDays: 180 }
    const ends = (agreedUntil: string, validUntil?: string) =>
      Consent.bounds({ grantedAt: on(0), agreedUntil, validUntil, terms }).expiresAt
    assert.strictEqual(ends(on(400)), on(180))
    assert.strictEqual(ends(on(90)), on(90))
    assert.strictEqual(ends(on(400), on(89)), on(89))
    assert.strictEqual(ends(on(400), "9999-12-31T00:00:00.000Z"), on(180))
    assert.deepEqual(Consent.bounds({ grantedAt: on(0), agreedUntil: on(400), terms: uk }), {
      expiresAt: on(365),
      reconfirmBy: on(90)
    })
    assert.deepEqual(Consent.bounds({ grantedAt: on(0), agreedUntil: on(400) }), { expiresAt: on(400) })
  })

  it("is confirmed without being made new: its end, its text and what was said before stay", () => {
    const first = given({ ...Consent.bounds({ grantedAt: on(0), agreedUntil: on(300), terms: uk }) })
    assert.isFalse(Consent.lapsed(first, on(89)))
    assert.isTrue(Consent.lapsed(first, on(90)))
    const again = Consent.reconfirmed(first, on(95), uk)
    assert.deepEqual(again, { ...first, confirmedAt: [on(95)], reconfirmBy: on(185) })
    const third = again && Consent.reconfirmed(again, on(100), uk)
    assert.deepEqual(third?.confirmedAt, [on(95), on(100)])
    assert.deepEqual(
      Schema.decodeUnknownSync(Consent.Consent)(JSON.parse(JSON.stringify(third))),
      third as Consent.Consent
    )
  })

  it("that is over cannot be confirmed", () => {
    assert.isUndefined(Consent.reconfirmed(given(), on(180), uk))
    assert.isUndefined(Consent.reconfirmed(given({ withdrawnAt: on(1) }), on(2), uk))
  })
})

describe("a reminder", () => {
  const said = (consent: Consent.Consent, at: number) => Consent.reminder(consent, on(at))

  it("is due 30, 14, 7 and 1 days before the end, and the tightest counts", () => {
    const days = [149, 150, 165, 166, 172, 173, 178, 179, 179.9, 180].map((at) => said(given(), at)?.days)
    assert.deepEqual(days, [undefined, 30, 30, 14, 14, 7, 7, 1, 1, undefined])
    assert.deepEqual(said(given(), 174), { of: "consent", until: on(180), days: 7 })
  })

  it("speaks of the confirmation where that comes first, and not to those who are only read while present", () => {
    const confirmed = given({ reconfirmBy: on(90) })
    assert.deepEqual(said(confirmed, 83), { of: "confirmation", until: on(90), days: 7 })
    assert.isUndefined(said({ ...confirmed, attendedOnly: true }, 83))
    assert.deepEqual(
      Consent.reminders(given({ reconfirmBy: on(170) }), on(166)).map(({ days, of }) => [of, days]),
      [
        ["confirmation", 7],
        ["consent", 14]
      ]
    )
  })

  it("is not due for a day that was over when the consent was given or confirmed", () => {
    assert.isUndefined(said(given({ expiresAt: on(10) }), 1))
    assert.strictEqual(said(given({ expiresAt: on(10) }), 3)?.days, 7)
    const short = given({ reconfirmBy: on(100), confirmedAt: [on(80)] })
    assert.isUndefined(said(short, 81))
    assert.strictEqual(said(short, 86)?.days, 14)
  })

  it("is silent once consent is withdrawn", () => {
    assert.isUndefined(said(given({ withdrawnAt: on(1) }), 170))
  })

  it.prop(
    "never promises more days than are left, and only gets tighter as time goes by",
    {
      length: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 400 })),
      reconfirm: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 400 })),
      hours: Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 10_000 })))
    },
    ({ hours, length, reconfirm }) => {
      const consent = given({ expiresAt: on(length), reconfirmBy: on(reconfirm) })
      const tightest = new Map<string, number>()
      for (const hour of hours.toSorted((a, b) => a - b)) {
        const at = on(hour / 24)
        const found = Consent.reminders(consent, at)
        for (const { days, of, until } of found) {
          assert.isAbove(Instant.toEpochMillis(until), Instant.toEpochMillis(at))
          assert.isAtMost(Instant.toEpochMillis(until) - Instant.toEpochMillis(at), days * day)
          assert.isAtMost(days, tightest.get(of) ?? 30)
          tightest.set(of, days)
        }
        assert.deepEqual(
          found.map(({ until }) => until),
          found.map(({ until }) => until).toSorted()
        )
        const left = Instant.toEpochMillis(consent.expiresAt) - Instant.toEpochMillis(at)
        if (length > 1 && left > 0 && left <= day)
          assert.isTrue(found.some(({ days, of }) => of === "consent" && days === 1))
      }
    }
  )
})
