/** What an answer means for a delivery and for its endpoint: every status, with and without `Retry-After`. */
import { assert, describe, it } from "vitest"
import { jitter, pauses, verdictOf } from "../../src/webhooks/Verdict.ts"

const now = Date.UTC(2026, 10, 28)
const throttles = [429, 502, 503, 504]
const statuses = Array.from({ length: 400 }, (_, n) => 200 + n)

describe("of every status from 200 to 599", () => {
  it("2xx is success and nothing else is", () => {
    for (const status of statuses)
      for (const retryAfter of [undefined, "120"]) {
        const { _tag } = verdictOf({ status, retryAfter }, 1, now, 0.5)
        assert.strictEqual(_tag, status < 300 ? "Delivered" : "Failed", String(status))
      }
  })

  it("a failure is tried again five seconds later, and only 429, 502, 503 and 504 put it off as they ask", () => {
    for (const status of statuses.filter((one) => one >= 300 && one !== 410))
      for (const retryAfter of [undefined, "120", new Date(now + 120_000).toUTCString()]) {
        const asked = throttles.includes(status) && retryAfter !== undefined
        const pause = asked ? 120_000 : 5000
        assert.deepInclude(
          verdictOf({ status, retryAfter }, 1, now, 0.5),
          {
            error: `The receiver answered ${status}.`,
            nextAt: now + pause,
            throttledUntil: throttles.includes(status) ? now + pause : undefined,
            gone: false
          },
          `${status} ${retryAfter ?? ""}`
        )
      }
  })

  it("410 alone ends the endpoint, whatever it asks for", () => {
    for (const retryAfter of [undefined, "120"])
      assert.deepInclude(verdictOf({ status: 410, retryAfter }, 1, now, 0.5), { gone: true, nextAt: undefined })
  })
})

describe("a Retry-After", () => {
  const after = (retryAfter: string) => {
    const verdict = verdictOf({ status: 503, retryAfter }, 1, now, 0.5)
    return verdict._tag === "Failed" ? (verdict.throttledUntil ?? 0) - now : undefined
  }

  it("is heard up to a day, and not at all where it is none", () => {
    assert.strictEqual(after("999999999"), 86_400_000)
    assert.strictEqual(after(new Date(now + 99 * 86_400_000).toUTCString()), 86_400_000)
    for (const none of ["soon", "", "-5", "1e3", "0x10", "12345678901"]) assert.strictEqual(after(none), 5000, none)
  })

  it("does not bring the next attempt forward", () => {
    assert.deepInclude(verdictOf({ status: 503, retryAfter: "0" }, 1, now, 0.5), { nextAt: now + 5000 })
    assert.deepInclude(verdictOf({ status: 429, retryAfter: new Date(now - 9000).toUTCString() }, 1, now, 0.5), {
      nextAt: now + 5000,
      throttledUntil: now
    })
  })
})

describe("ten attempts", () => {
  it("are spread over 75 hours and 35 minutes, each pause a tenth more or less", () => {
    assert.strictEqual(
      pauses.reduce((sum, one) => sum + one, 0),
      ((75 * 60 + 35) * 60 + 5) * 1000
    )
    for (const [attempt, pause] of pauses.entries()) {
      if (attempt === 0) continue
      for (const chance of [0, 0.5, 1]) {
        const verdict = verdictOf({ trouble: "The connection was refused." }, attempt, now, chance)
        const waited = verdict._tag === "Failed" ? (verdict.nextAt ?? 0) - now : 0
        assert.strictEqual(waited, Math.round(pause * (1 + jitter * (2 * chance - 1))))
      }
    }
  })

  it("are all: after the tenth there is no other", () => {
    assert.deepInclude(verdictOf({ status: 500 }, 10, now, 0.5), { nextAt: undefined, gone: false })
  })
})
