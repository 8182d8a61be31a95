/** Transaction Search as PayPal documents it, asked the way its guide asks. */
import { hour } from "@paymirror/connector-testing/simulator"
import { assert, it } from "vitest"
import { paypalReporting, type ReportingOptions } from "../../src/index.ts"

const open = async (options: ReportingOptions = {}) => {
  const side = paypalReporting({ story: false, start: "2026-06-01T09:00:00Z", ...options })
  const { clock, fetch } = side.simulator
  const { deviceId, refreshToken } = side.handOver("alex")
  const exchange = (secret: string) =>
    fetch("https://api-m.paypal.com/v1/oauth2/token", {
      method: "POST",
      headers: { authorization: `Basic ${Buffer.from(`${deviceId}:${secret}`).toString("base64")}` },
      body: new URLSearchParams({ grant_type: "client_credentials" })
    })
  const granted = (await (await exchange(refreshToken)).json()) as { access_token: string; expires_in: number }
  const list = async (query: Record<string, string> = {}, token = granted.access_token) => {
    const usual = { start_date: "2026-05-20T00:00:00Z", end_date: "2026-06-20T00:00:00Z" }
    const search = new URLSearchParams({ ...usual, balance_affecting_records_only: "N", ...query })
    const answer = await fetch(`https://api-m.paypal.com/v1/reporting/transactions?${search}`, {
      headers: { authorization: `Bearer ${token}` }
    })
    const body = (await answer.json()) as {
      readonly name?: string
      readonly total_pages?: number
      readonly total_items?: number
      readonly maximum_items?: number
      readonly last_refreshed_datetime?: string
      readonly transaction_details?: ReadonlyArray<{ readonly transaction_info: Record<string, string> }>
    }
    return { status: answer.status, ...body }
  }
  const pass = (hours: number): void => clock.moveTo(clock.now + hours * hour)
  return { ...side, exchange, granted, list, pass }
}

it("gives a token for nine hours, and none for a wrong secret", async () => {
  const { exchange, granted, list, pass } = await open()
  assert.strictEqual(granted.expires_in, 32_400)
  assert.strictEqual((await exchange("wrong")).status, 401)
  assert.strictEqual((await list()).status, 200)
  assert.deepInclude(await list({}, "unknown"), { status: 401, name: "AUTHENTICATION_FAILURE" })
  pass(9)
  assert.strictEqual((await list()).status, 401)
})

it("shows a row within three hours, and every row of an hour at once", async () => {
  const { acts, list, pass } = await open()
  for (let each = 0; each < 9; each += 1) acts.receive("alex", { from: "Robin Oakhurst", amount: 100 + each })
  const seen: Array<number> = []
  for (let hours = 0; hours < 3; hours += 1) {
    seen.push((await list()).transaction_details?.length ?? 0)
    pass(1)
  }
  assert.strictEqual((await list()).transaction_details?.length, 9)
  assert.isBelow(seen[0] ?? 9, 9)
  assert.strictEqual((await list()).last_refreshed_datetime, "2026-06-01T12:00:00Z")
})

it("takes 31 days, 500 rows and three years, and a currency", async () => {
  const { acts, list, pass } = await open()
  acts.deposit("alex", 50_000)
  acts.convert("alex", { usd: 1_100, eur: 1_000 })
  pass(4)
  for (const query of [
    { end_date: "2026-06-20T00:00:01Z" },
    { page_size: "501" },
    { page: "0" },
    { start_date: "2026-06-01" },
    { start_date: "2023-05-01T00:00:00Z", end_date: "2023-05-02T00:00:00Z" },
    { start_date: "2026-06-02T00:00:00Z" }
  ] satisfies ReadonlyArray<Record<string, string>>) {
    assert.deepInclude(await list(query), { status: 400, name: "INVALID_REQUEST" }, JSON.stringify(query))
  }
  assert.strictEqual((await list({ page_size: "2" })).total_pages, 2)
  assert.strictEqual((await list({ transaction_currency: "EUR" })).transaction_details?.length, 1)
})

it("refuses a window with too many rows, and an app without the permission", async () => {
  const { acts, list, pass } = await open({ most: 2 })
  for (let each = 0; each < 3; each += 1) acts.deposit("alex", 1_000)
  pass(4)
  assert.deepInclude(await list(), { status: 400, name: "RESULTSET_TOO_LARGE", total_items: 3, maximum_items: 2 })
  acts.permit("alex", false)
  assert.deepInclude(await list(), { status: 403, name: "NOT_AUTHORIZED" })
})

it("has an authorization and its payment under one id, the one only where all records are asked for", async () => {
  const { acts, list, pass } = await open()
  acts.deposit("alex", 9_000)
  acts.capture("alex", acts.authorize("alex", { to: "Tallow Street", amount: 2_000 }))
  pass(4)
  const codes = async (records: string) =>
    (await list({ balance_affecting_records_only: records })).transaction_details
      ?.map(({ transaction_info }) => transaction_info["transaction_event_code"])
      .toSorted()
  assert.deepStrictEqual(await codes("N"), ["T0006", "T0300", "T1300"])
  assert.deepStrictEqual(await codes("Y"), ["T0006", "T0300"])
})
