/**
 * Klarna's v2 against what is known of the openFinance 2.x files: their field names and which are required. The summary
 * is not part of the repository; where it is not at hand the test says so and is skipped.
 */
import { existsSync, readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { at, klarnaEverything, open, person, rowsAt } from "./reading.ts"
import type { Wire } from "./reading.ts"

const path = new URL("../../../../../shared/specs/berlin-group/v2-ais-2.4.1.field-summary.json", import.meta.url)
  .pathname
const absent = existsSync(path) ? "" : " (skipped: ../shared/specs/berlin-group is not here)"

/** `entryReference(Max35)`, `references{endToEndId,…}`: the name before what is said about it. */
const names = (summary: unknown, ...within: ReadonlyArray<string>): ReadonlySet<string> => {
  const listed = at(summary, ...within)
  return new Set(Array.isArray(listed) ? listed.map((one) => /^[_A-Za-z]+/.exec(String(one))?.[0] ?? "") : [])
}

describe.skipIf(absent !== "")(`Klarna v2 and the names of openFinance 2.x${absent}`, () => {
  it("uses no field that is not there, and leaves out none that is required", async () => {
    const summary: unknown = JSON.parse(readFileSync(path, "utf8"))
    const { pushed, town } = await open({ institutions: ["klarna-de"] })
    const { bank } = town.institution("klarna-de")
    const { created, read } = await pushed("john.doe@example.com")
    const asked = at(summary, "paths", "POST /v2/consents/account-access", "required")
    assert.deepStrictEqual(asked, Object.keys(klarnaEverything))
    assert.isTrue(["consentId", "consentStatus", "_links"].every((name) => at(created.json, name) !== undefined))
    const check = (rows: ReadonlyArray<Wire>, schema: string): void => {
      const known = names(summary, "schemas", schema, "properties")
      assert.isAbove(rows.length, 0)
      for (const row of rows) for (const name of Object.keys(row)) assert.isTrue(known.has(name), `${schema}.${name}`)
      const required = names(summary, "schemas", schema, "required")
      for (const row of rows) for (const name of required) assert.isTrue(name in row, `${schema}.${name}`)
    }
    const accounts = rowsAt((await read("/v2/accounts?withBalance=true", person)).json, "accounts")
    check(accounts, "accountDetails")
    const home = `/v2/accounts/${bank.account("john-eur").resourceId}`
    const balances = await read(`${home}/balances`)
    check(rowsAt(balances.json, "balances"), "balance")
    assert.isTrue(at(balances.json, "account", "iban") === "DE23100000001234567890")
    assert.isDefined(at((await read(home)).json, "account", "resourceId"))
    const list = (await read(`${home}/transactions?bookingStatus=both&dateFrom=2026-01-01`)).json
    check(rowsAt(list, "transactions", "booked"), "transactions")
    check(rowsAt(list, "transactions", "pending"), "transactions")
    assert.isDefined(at(list, "transactions", "_links"))
    const types = new Set(at(summary, "schemas", "balanceType") as ReadonlyArray<string>)
    assert.isTrue(rowsAt(balances.json, "balances").every((one) => types.has(String(one["balanceType"]))))
    await town.close()
  })
})
