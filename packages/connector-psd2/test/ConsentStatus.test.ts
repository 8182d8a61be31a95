import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import type { DialectName } from "../src/Institution.ts"
import * as ConsentStatus from "../src/ConsentStatus.ts"
import * as ScaStatus from "../src/ScaStatus.ts"

const names: ReadonlyArray<DialectName> = ["klarna", "berlin", "obie", "enable-banking"]

const published: ReadonlyArray<readonly [DialectName, string, ConsentStatus.State]> = [
  ["berlin", "received", "awaiting"],
  ["berlin", "partiallyAuthorised", "partly"],
  ["berlin", "valid", "valid"],
  ["berlin", "rejected", "rejected"],
  ["berlin", "revokedByPsu", "revoked"],
  ["berlin", "terminatedByTpp", "closed"],
  ["berlin", "expired", "expired"],
  ["klarna", "valid", "valid"],
  ["obie", "AwaitingAuthorisation", "awaiting"],
  ["obie", "Authorised", "valid"],
  ["obie", "Rejected", "rejected"],
  ["obie", "Revoked", "revoked"],
  ["obie", "AWAU", "awaiting"],
  ["obie", "AUTH", "valid"],
  ["obie", "RJCT", "rejected"],
  ["obie", "CANC", "paused"],
  ["obie", "EXPD", "expired"],
  ["enable-banking", "PENDING_AUTHORIZATION", "awaiting"],
  ["enable-banking", "RETURNED_FROM_BANK", "awaiting"],
  ["enable-banking", "AUTHORIZED", "valid"],
  ["enable-banking", "INVALID", "rejected"],
  ["enable-banking", "CANCELLED", "rejected"],
  ["enable-banking", "EXPIRED", "expired"],
  ["enable-banking", "CLOSED", "closed"],
  ["enable-banking", "REVOKED", "revoked"]
]

const snake = (word: string): string => word.replace(/([a-z])([A-Z])/g, "$1_$2").toUpperCase()

describe("the status of a consent", () => {
  it.each(published)("%s says %s: it is %s, in any case and with or without underscores", (dialect, word, state) => {
    for (const spelled of [word, word.toLowerCase(), word.toUpperCase(), snake(word), ` ${word} `]) {
      assert.strictEqual(ConsentStatus.of(dialect, spelled), state, spelled)
    }
  })

  it("a consent of OBIE 4 that was cancelled may come back; a revoked one of 3.1 may not", () => {
    assert.deepStrictEqual(ConsentStatus.next("paused", "valid"), { state: "valid", surprising: false })
    assert.deepStrictEqual(ConsentStatus.next("revoked", "valid"), { state: "revoked", surprising: true })
  })

  it("what was never approved is not read, and a late answer of an approval still counts", () => {
    assert.strictEqual(ConsentStatus.approval("awaiting", 5, 10), "poll")
    assert.strictEqual(ConsentStatus.approval("awaiting", 10, 10), "too_late")
    assert.strictEqual(ConsentStatus.approval("rejected", 5, 10), "refused")
    assert.strictEqual(ConsentStatus.approval("expired", 5, 10), "too_late")
    assert.strictEqual(ConsentStatus.approval("valid", 99, 10), "approved")
  })

  it.prop(
    "any word is read; one nobody knows is unknown and asked again until the deadline",
    [Schema.String],
    ([word]) => {
      for (const dialect of names) {
        const state = ConsentStatus.of(dialect, word)
        assert.include(ConsentStatus.states, state)
        if (state === "unknown") {
          assert.strictEqual(ConsentStatus.approval(state, 0, 1), "poll")
          assert.strictEqual(ConsentStatus.approval(state, 1, 1), "too_late")
        }
      }
      assert.include(["waiting", "confirm", "done", "failed", "unknown"], ScaStatus.of(word))
    }
  )

  it("words that are names of an object's own members are unknown", () => {
    for (const word of ["constructor", "toString", "__proto__", "hasOwnProperty", ""]) {
      for (const dialect of names) assert.strictEqual(ConsentStatus.of(dialect, word), "unknown")
      assert.strictEqual(ScaStatus.of(word), "unknown")
    }
  })

  it("what is over stays over, and every other state can still end", () => {
    for (const from of ConsentStatus.states) {
      for (const to of ConsentStatus.states) {
        const { state, surprising } = ConsentStatus.next(from, to)
        assert.strictEqual(surprising, state !== to)
        if (ConsentStatus.isTerminal(from)) assert.strictEqual(state, from)
      }
      if (!ConsentStatus.isTerminal(from)) assert.isTrue(ConsentStatus.allows(from, "expired"))
    }
  })

  it.each([
    ["received", "waiting"],
    ["psuIdentified", "waiting"],
    ["psuAuthenticated", "waiting"],
    ["scaMethodSelected", "waiting"],
    ["started", "waiting"],
    ["unconfirmed", "confirm"],
    ["finalised", "done"],
    ["exempted", "done"],
    ["failed", "failed"],
    ["SCA_METHOD_SELECTED", "waiting"],
    ["somethingNew", "unknown"]
  ] as const)("an authorisation that is %s is %s", (word, state) => {
    assert.strictEqual(ScaStatus.of(word), state)
  })
})
