/** Every request and answer of the aggregator is what its official description says. */
import { existsSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { day } from "@paymirror/connector-testing/simulator"
import { openAggregator, there } from "./aggregator.ts"
import type { Asking, Heard } from "./client.ts"
import { OpenApi } from "./OpenApi.ts"

const path = new URL("../../../../../shared/specs/enable-banking/enable-banking-api-openapi.yml", import.meta.url)
  .pathname
const absent = !existsSync(path)

describe.skipIf(absent)(`the aggregator's wire${absent ? " (skipped: ../shared is absent)" : ""}`, () => {
  const problemsOf = (api: OpenApi, target: string, asking: Asking, heard: Heard): ReadonlyArray<string> => {
    const url = new URL(target, "https://aggregator.invalid")
    const method = asking.method ?? "GET"
    const headers = { "content-type": "application/json", ...asking.headers }
    const { headers: told, json, status, text } = heard
    return [
      ...(status < 300 ? api.request(method, url.pathname, headers, url.searchParams, asking.body) : []),
      ...api.response(method, url.pathname, status, told["content-type"], text === "" ? undefined : json, told)
    ].map((problem) => `${method} ${target} ${status}: ${problem}`)
  }

  const open = async () => {
    const api = OpenApi.load(path)
    const whole = await openAggregator()
    const heard: Array<string> = []
    let asked = 0
    const ask = async (target: string, asking: Asking = {}): Promise<Heard> => {
      const answer = await whole.read(target, asking)
      asked += 1
      heard.push(...problemsOf(api, target, asking, answer))
      return answer
    }
    return { ...whole, ask, asked: () => asked, heard }
  }

  it("is valid from the list of banks to the end of a session", async () => {
    const { ask, asked, bank, close, heard, link, request, start } = await open()
    for (let index = 0; index < 12; index += 1) {
      bank.book("tili", { amount: -100 - index, on: "2026-11-10", text: `Row ${index}`, kind: "card", mcc: "5411" })
    }
    bank.book("tili", {
      amount: 5000,
      text: "Salary",
      counterparty: { name: "Employer", iban: "FI5810171000000122" },
      foreign: { currency: "SEK", amount: 55_000, rate: "0.0909" },
      kind: "exchange"
    })
    bank.announce("tili", { amount: -500, text: "Hold", kind: "card", expectedOn: "2026-11-22" })
    await ask("/aspsps?country=FI&psu_type=personal&service=AIS")
    await ask("/application")
    await ask("/auth", { method: "POST", body: request({ psu_type: "personal", psu_id: "p1" }) })
    assert.isString(await start())
    const linked = await link()
    await ask(`/sessions/${linked.session_id}`)
    for (const { uid } of linked.accounts) {
      await ask(`/accounts/${uid}/details`, { headers: there })
      await ask(`/accounts/${uid}/balances`, { headers: there })
      const first = await ask(`/accounts/${uid}/transactions?date_from=2026-10-01&date_to=2026-11-20`)
      let key = (first.json as { readonly continuation_key?: string }).continuation_key
      while (key !== undefined) {
        const next = await ask(`/accounts/${uid}/transactions?continuation_key=${key}`)
        key = (next.json as { readonly continuation_key?: string }).continuation_key
      }
      const all = await ask(`/accounts/${uid}/transactions?strategy=longest&transaction_status=BOOK`)
      const [row] = (all.json as { readonly transactions: ReadonlyArray<{ readonly transaction_id: string }> })
        .transactions
      if (row !== undefined) await ask(`/accounts/${uid}/transactions/${row.transaction_id}`)
    }
    await ask(`/sessions/${linked.session_id}`, { method: "DELETE" })
    await ask(`/sessions/${linked.session_id}`)
    assert.deepStrictEqual(heard, [])
    assert.isAtLeast(asked(), 15)
    await close()
  })

  it("is valid in every refusal", async () => {
    const { applicationId, ask, bank, clock, close, consents, heard, link, quirks, request } = await open()
    const statuses: Array<number> = []
    const refused = async (target: string, asking: Asking = {}): Promise<void> => {
      statuses.push((await ask(target, asking)).status)
    }
    const { accounts, session_id } = await link()
    const uid = accounts[0]?.uid ?? ""
    await refused("/application", { headers: { authorization: "Bearer no" } })
    await refused("/auth", { method: "POST", body: request({ redirect_url: "https://elsewhere.example/" }) })
    await refused("/auth", { method: "POST", body: request({ aspsp: { name: "Nobody", country: "FI" } }) })
    await refused("/sessions", { method: "POST", body: { code: "no" } })
    await refused(`/sessions/${applicationId}`)
    await refused(`/accounts/${applicationId}/details`)
    await refused(`/accounts/${uid}/transactions?date_to=2026-11-20`)
    await refused(`/accounts/${uid}/balances`, { headers: { "Psu-Ip-Address": "192.0.2.7" } })
    await refused(`/accounts/${uid}/transactions?continuation_key=no`)
    quirks.historyDays = 90
    await refused(`/accounts/${uid}/transactions?date_from=2025-01-01`)
    quirks.heavyWindow = { rows: 0, status: 500 }
    bank.book("tili", { amount: 1, text: "One" })
    await refused(`/accounts/${uid}/transactions`)
    quirks.heavyWindow = undefined
    for (let index = 0; index < 4; index += 1) await ask(`/accounts/${uid}/balances`)
    await refused(`/accounts/${uid}/balances`)
    clock.moveTo(clock.now + 91 * day)
    await refused(`/accounts/${uid}/details`)
    const second = await link()
    consents.revoke(consents.all.at(-1)?.id ?? "")
    await refused(`/accounts/${second.accounts[0]?.uid ?? ""}/details`)
    await refused(`/sessions/${session_id}`, { method: "DELETE" })
    assert.deepStrictEqual(heard, [])
    assert.deepStrictEqual(statuses, [401, 422, 422, 422, 404, 404, 422, 422, 422, 422, 500, 429, 401, 401, 200])
    await close()
  })

  it("is left by a quirk, and the validator sees it", async () => {
    const { ask, bank, close, heard, link, quirks } = await open()
    bank.book("tili", { amount: -100, text: "Row" })
    const uid = (await link()).accounts[0]?.uid ?? ""
    quirks.noIndicator = true
    await ask(`/accounts/${uid}/transactions`)
    assert.match(heard.join(), /credit_debit_indicator/)
    Object.assign(quirks, { noIndicator: false, nullFields: true })
    await ask(`/accounts/${uid}/transactions`)
    assert.match(heard.join(), /merchant_category_code must be string/)
    await close()
  })
})
