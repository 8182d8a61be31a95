/** What is said of a person's data fits the terminal, and nothing that has to be typed again is cut. */
import type { AccessLine, ConsentRecord, Erasure, LegalHold } from "@paymirror/sync"
import { assert, it } from "vitest"
import { listed as accessLines } from "../src/commands/audit.ts"
import { text as consents } from "../src/commands/consents.ts"
import { receipt } from "../src/commands/erase.ts"
import { listed as holds } from "../src/commands/hold.ts"

const id = "01a20636-e8e9-747a-8f0b-e82cdbcd4fa2"
const at = "2026-11-28T10:00:00.000Z"

const fits = (said: string): string => {
  for (const line of said.split("\n")) assert.isAtMost(line.length, 80, line)
  return said.replaceAll(/\s+/g, " ")
}

it("lines of the access log", () => {
  const line: AccessLine = {
    seq: 1_234_567,
    at,
    actor: `key:${id}`,
    action: "export",
    purpose: "api",
    holderIds: ["somebody-with-a-long-name", "another"],
    accountIds: [id],
    streams: ["purchases", "plans"],
    route: "GET /v1/accounts/:accountId/balance-entries",
    count: 100_000,
    hash: "0".repeat(64)
  }
  assert.include(fits(accessLines([line], 80)), "paymirror audit list --after 1234567")
})

it("holds, each with its basis in full", () => {
  const basis = "the act on measures against money laundering, chapter 5, section 3, as of 2026, because of a report"
  const hold: LegalHold.Hold = {
    holdId: id,
    holderId: "somebody-with-a-long-name",
    streams: ["purchases", "card", "balance"],
    basis,
    until: at,
    setAt: at,
    endedAt: undefined,
    rows: 10_000
  }
  const said = fits(holds([hold], 80))
  assert.include(said, `${id}: ${basis}`)
  assert.include(said, "2026-11-28")
})

it("a receipt says what went, what stays, why and until when", () => {
  const erased: Erasure.Receipt = {
    erasureId: id,
    at,
    streams: { purchases: 17, plans: 12, card: 0 },
    accounts: 2,
    connections: 1,
    others: { "remembered answers": 3 },
    kept: [
      { what: "that there was consent: marks, hashes and dates", why: "to show that reading was allowed", until: at },
      { what: "balance, apart and unread", why: "a dispute", until: "2027-06-30T00:00:00.000Z" }
    ]
  }
  const said = fits(receipt(erased)(80))
  assert.include(said, "2 accounts, 1 connections; rows: purchases 17, plans 12, remembered answers 3.")
  assert.include(said, "balance, apart and unread: a dispute, until 2027-06-30")
})

it("a consent is told with its text, word for word", () => {
  const notice = "You let this paymirror read your own account at a provider with a name. ".repeat(4).trim()
  const record = {
    header: { recordId: id, piiPrincipalId: "alex" },
    processing: {
      collectionMethod: "klarna-us",
      purpose: "a copy for the account holder",
      piiInformation: ["purchases", "plans", "card", "balance", "points", "deliveries", "profile"].map((stream) => ({
        stream
      })),
      privacyNotice: { text: notice, version: "1", sha256: "0".repeat(64) },
      language: "en"
    },
    events: [{ eventTime: at, what: "given", entityId: "person" }],
    paymirror: { expiresAt: at }
  } as unknown as ConsentRecord.ConsentRecord
  const said = fits(consents([record])(80))
  assert.include(said, notice)
  assert.include(said, "2026-11-28 10:00:00 given by person")
})
