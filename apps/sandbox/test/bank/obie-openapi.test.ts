/** Every request and answer of the UK banks is what the official descriptions say: Revolut's for 3.1, the standard for 4.0. */
import { existsSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { hour, minute } from "@paymirror/connector-testing/simulator"
import type { Asking, Heard } from "./client.ts"
import { OpenApi } from "./OpenApi.ts"
import { openBank, permissions } from "./uk.ts"

const specs = new URL("../../../../../shared/specs/", import.meta.url).pathname
const files = {
  revolut: `${specs}revolut/open-banking.yaml`,
  thames: `${specs}obie/account-info-openapi.v4.0.0-master.yaml`
}
const absent = Object.values(files).some((file) => !existsSync(file))

interface Accounts {
  readonly Data: { readonly Account: ReadonlyArray<{ readonly AccountId: string }> }
}
interface Paged {
  readonly Data: { readonly Transaction: ReadonlyArray<Readonly<Record<string, unknown>>> }
  readonly Links: { readonly Next?: string }
}

const open = async (which: "revolut" | "thames") => {
  const api = OpenApi.load(files[which])
  const whole = await openBank(which)
  const heard: Array<string> = []
  const ask = async (token: string | undefined, target: string, asking: Asking = {}): Promise<Heard> => {
    const answer = await whole.read(token, target, asking)
    const url = new URL(target.startsWith("https:") ? target : whole.base + target)
    const path = url.pathname.slice(new URL(whole.base).pathname.replace(/\/$/, "").length)
    const method = asking.method ?? "GET"
    const headers = {
      "content-type": "application/json",
      "x-fapi-financial-id": "001580000103UAvAAM",
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...asking.headers
    }
    const { headers: told, json, status, text } = answer
    const problems = [
      ...(status < 300 ? api.request(method, path, headers, url.searchParams, asking.body) : []),
      ...api.response(method, path, status, told["content-type"], text === "" ? undefined : json, told)
    ]
    heard.push(...problems.map((problem) => `${method} ${path} ${status}: ${problem}`))
    return answer
  }
  return { ...whole, ask, heard }
}

for (const which of ["revolut", "thames"] as const) {
  describe.skipIf(absent)(`the wire of ${which}${absent ? " (skipped: ../shared is absent)" : ""}`, () => {
    it("is valid from the consent to its end", async () => {
      const { ask, bank, close, heard, link, own, quirks } = await open(which)
      quirks.pageSize = 4
      for (let index = 0; index < 10; index += 1) {
        bank.book("pounds", { amount: -100 - index, on: "2026-11-10", text: `Row ${index}`, kind: "card", mcc: "5411" })
      }
      const other = { name: "Employer", iban: "GB33BUKB20201555555555" }
      bank.book("pounds", { amount: 250_000, text: "Salary", counterparty: other })
      bank.book("pounds", {
        amount: -10_000,
        text: "To EUR",
        kind: "exchange",
        foreign: { currency: "EUR", amount: -11_430, rate: "0.8748" }
      })
      bank.book("euros", { amount: 11_430, text: "From GBP", kind: "exchange", counterparty: other })
      bank.announce("pounds", { amount: -500, text: "Hold", kind: "card", expectedOn: "2026-11-23" })
      const token = await own()
      const body = {
        Data: {
          Permissions: permissions,
          ExpirationDateTime: "2027-11-20T00:00:00+00:00",
          TransactionFromDateTime: "2020-01-01T00:00:00+00:00",
          TransactionToDateTime: "2028-01-01T00:00:00+00:00"
        },
        Risk: {}
      }
      await ask(token, "/account-access-consents", { method: "POST", body })
      const { access_token, intent } = await link()
      await ask(token, `/account-access-consents/${intent}`)
      const { json } = await ask(access_token, "/accounts", { headers: { "x-fapi-customer-ip-address": "192.0.2.7" } })
      for (const { AccountId } of (json as Accounts).Data.Account) {
        await ask(access_token, `/accounts/${AccountId}`)
        await ask(access_token, `/accounts/${AccountId}/balances`)
        const query = "?fromBookingDateTime=2026-01-01T00:00:00Z&toBookingDateTime=2026-12-31T23:59:59Z"
        let next: string | undefined = `/accounts/${AccountId}/transactions${query}`
        for (let pages = 0; next !== undefined && pages < 10; pages += 1) {
          next = ((await ask(access_token, next)).json as Paged).Links.Next
        }
        assert.isUndefined(next)
      }
      await ask(token, `/account-access-consents/${intent}`, { method: "DELETE" })
      assert.deepStrictEqual(heard, [])
      await close()
    })

    it("is valid in every refusal", async () => {
      const { ask, bank, clock, close, consents, heard, link, own, quirks } = await open(which)
      const statuses: Array<number> = []
      const refused = async (token: string | undefined, target: string, asking: Asking = {}): Promise<void> => {
        statuses.push((await ask(token, target, asking)).status)
      }
      const post = (body: unknown): Asking => ({ method: "POST", body })
      const token = await own()
      await refused(undefined, "/accounts")
      await refused(undefined, "/account-access-consents", post({}))
      await refused(token, "/accounts")
      await refused(token, "/account-access-consents", post({ Data: { Permissions: ["ReadBalances"] }, Risk: {} }))
      await refused(token, "/account-access-consents", { method: "POST", body: "no=json" })
      await refused(token, "/account-access-consents/unknown")
      const narrow = await link({ Permissions: ["ReadAccountsBasic"] })
      const { json } = await ask(narrow.access_token, "/accounts")
      const id = (json as Accounts).Data.Account[0]?.AccountId ?? ""
      await refused(narrow.access_token, `/accounts/${id}/balances`)
      const { access_token, intent } = await link()
      await refused(access_token, "/accounts/unknown/balances")
      await refused(access_token, `/accounts/${id}/transactions?fromBookingDateTime=2026-13-01`)
      for (let index = 0; index < 4; index += 1) await ask(access_token, `/accounts/${id}/balances`)
      await refused(access_token, `/accounts/${id}/balances`)
      clock.moveTo(clock.now + 4 * minute)
      quirks.historyDays = 90
      quirks.silentlyShort = false
      quirks.deepMinutes = 0
      bank.book("pounds", { amount: 1, text: "One" })
      await refused(access_token, `/accounts/${id}/transactions`)
      consents.revoke(intent)
      await refused(access_token, "/accounts")
      await ask(token, `/account-access-consents/${intent}`)
      clock.moveTo(clock.now + hour)
      await refused(access_token, "/accounts")
      assert.deepStrictEqual(heard, [])
      const expected =
        which === "revolut"
          ? [401, 401, 403, 400, 415, 400, 401, 400, 400, 429, 403, 401, 401]
          : [401, 401, 403, 400, 415, 400, 403, 400, 400, 429, 403, 403, 401]
      assert.deepStrictEqual(statuses, expected)
      await close()
    })
  })
}
