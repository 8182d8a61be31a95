import { assert, describe, it } from "@effect/vitest"
import { Consent } from "@paymirror/core"
import { institutionOf, institutions, layer, manifest } from "../src/index.ts"

describe("Revolut's two companies", () => {
  it("have one manifest, with the shorter of their consents and no other host", () => {
    assert.deepStrictEqual(manifest.markets, ["GB", "LT"])
    assert.deepStrictEqual(manifest.hosts, ["oba-auth.revolut.com", "oba.revolut.com"])
    assert.deepStrictEqual(manifest.consent, { maxDays: 180 })
    assert.isTrue(institutions.every(({ maturity }) => maturity === "specified"))
  })

  it("bound a consent by the law of their market: a year, confirmed every 90 days, or 180 days", () => {
    const given = { grantedAt: "2026-06-01T09:00:00.000Z", agreedUntil: "2028-01-01T00:00:00.000Z" }
    const bounds = (market: "GB" | "LT") => Consent.bounds({ ...given, terms: institutionOf(market).consent })
    assert.deepStrictEqual(bounds("GB"), {
      expiresAt: "2027-06-01T09:00:00.000Z",
      reconfirmBy: "2026-08-30T09:00:00.000Z"
    })
    assert.deepStrictEqual(bounds("LT"), { expiresAt: "2026-11-28T09:00:00.000Z" })
  })

  it("are refused at once over an address that is not safe", () => {
    assert.throws(() => layer({ market: "GB", baseUrl: "http://bank.example" }), RangeError)
  })
})
