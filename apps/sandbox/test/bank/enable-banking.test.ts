/**
 * The aggregator as an application meets it, over the socket: who may ask, how a person's approval becomes a session, what
 * stays and what changes from one session to the next, and what each quirk does to a list.
 */
import { generateKeyPairSync } from "node:crypto"
import { assert, describe, it } from "@effect/vitest"
import { SignJWT } from "jose"
import { day, hour, second } from "@paymirror/connector-testing/simulator"
import { openAggregator, redirectUrl, there } from "./aggregator.ts"
import type { Rows } from "./aggregator.ts"
import { client } from "./client.ts"
import type { Heard } from "./client.ts"

type Whole = Awaited<ReturnType<typeof openAggregator>>
type Row = Readonly<Record<string, unknown>>

const errorOf = ({ json, status }: Heard): readonly [number, unknown] => [
  status,
  (json as { readonly error?: string }).error
]

const linked = async (whole: Whole, customer = "aino") => {
  const { accounts, session_id } = await whole.link({}, { customer })
  const uid = accounts[0]?.uid ?? ""
  const ask = (query = ""): Promise<Heard> => whole.read(`/accounts/${uid}/transactions${query}`)
  const rows = async (query = ""): Promise<Rows> => (await ask(query)).json as Rows
  const walk = async (query = "") => {
    const pages: Array<ReadonlyArray<Row>> = []
    let next: string | undefined = query
    while (next !== undefined && pages.length < 100) {
      const page: Rows = await rows(next)
      pages.push(page.transactions)
      const key: string | null | undefined = page.continuation_key
      next = typeof key === "string" ? `${query === "" ? "?" : `${query}&`}continuation_key=${key}` : undefined
    }
    return pages
  }
  return { accounts, ask, rows, session_id, uid, walk }
}

const spread = ({ bank }: Whole, rows: number): void => {
  for (let index = 0; index < rows; index += 1) {
    bank.book("tili", { amount: index % 3 === 0 ? 500 : -100 - index, on: "2026-11-12", text: `Row ${index}` })
  }
}

const references = (rows: ReadonlyArray<Row>): Set<unknown> => new Set(rows.map((row) => row["entry_reference"]))

describe("an application", () => {
  it("is known by the token it signs, and by nothing else", async () => {
    const whole = await openAggregator()
    const status = async (headers: Readonly<Record<string, string>>): Promise<readonly [number, unknown]> =>
      errorOf(await whole.read("/application", { headers }))
    const now = whole.clock.now / second
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 })
    const claims = { iss: "enablebanking.com", aud: "api.enablebanking.com", iat: now, exp: now + 60 }
    const header = { typ: "JWT", alg: "RS256", kid: whole.applicationId }
    const forged = {
      "of another key": await new SignJWT(claims).setProtectedHeader(header).sign(privateKey),
      "of an unknown application": await whole.jwt().then((jwt) => jwt.replace(/^[^.]+/, "e30")),
      "from elsewhere": await whole.jwt({ iss: "elsewhere.example" }),
      "for elsewhere": await whole.jwt({ aud: "api.elsewhere.example" }),
      "good for more than a day": await whole.jwt({ exp: now + 86_401 }),
      "expired": await whole.jwt({ iat: 1_000_000, exp: 1_000_060 }),
      "signed in another way": await whole.jwt({}, "PS256"),
      "no JWT": "nonsense"
    }
    for (const [what, jwt] of Object.entries(forged)) {
      assert.deepStrictEqual(await status({ authorization: `Bearer ${jwt}` }), [401, "UNAUTHORIZED_ACCESS"], what)
    }
    assert.deepStrictEqual(await status({ authorization: `Bearer ${await whole.jwt({ exp: now + 86_400 })}` }), [
      200,
      undefined
    ])
    const nameless = await whole.ask(`${whole.baseUrl}/application`)
    assert.deepStrictEqual(errorOf(nameless), [401, "AUTHORIZATION_NOT_PROVIDED"])
    const machine = Math.floor(Date.now() / second)
    const today = await whole.jwt({ iat: machine, exp: machine + 60 })
    assert.deepStrictEqual(await status({ authorization: `Bearer ${today}` }), [200, undefined])
    await whole.close()
  })

  it("asks for as long as the bank allows, at a bank there is, and for its own address", async () => {
    const whole = await openAggregator()
    const refused = async (changed: Row): Promise<unknown> =>
      errorOf(await whole.read("/auth", { method: "POST", body: whole.request(changed) }))[1]
    const until = (at: number): Row => ({ access: { valid_until: new Date(at).toISOString() } })
    assert.strictEqual(await refused(until(whole.clock.now + 181 * day)), "WRONG_REQUEST_PARAMETERS")
    assert.strictEqual(await refused({ access: { valid_until: "2026-12-01T12:00:00" } }), "WRONG_REQUEST_PARAMETERS")
    assert.strictEqual(await refused({ access: undefined }), "WRONG_REQUEST_PARAMETERS")
    assert.strictEqual(await refused({ aspsp: { name: "Suomi Pankki", country: "SE" } }), "WRONG_ASPSP_PROVIDED")
    assert.strictEqual(await refused({ redirect_url: `${redirectUrl}/other` }), "REDIRECT_URI_NOT_ALLOWED")
    assert.isUndefined(await refused(until(whole.clock.now + 180 * day)))
    await whole.close()
  })
})

describe("a person", () => {
  it("answers on the bank's page, and is sent back with a code or with a refusal", async () => {
    const whole = await openAggregator()
    const browser = client(whole.ca)
    const answered = async (decision: string): Promise<URL> => {
      const address = await whole.start()
      const { text } = await browser(address)
      assert.match(text, /Reader asks for access at Suomi Pankki/)
      const [, authorization_id = ""] = /name="authorization_id" value="([^"]+)"/.exec(text) ?? []
      const body = new URLSearchParams({ authorization_id, customer: "eero", decision }).toString()
      const { headers, status } = await browser(new URL("/ais/start", address).href, { method: "POST", body })
      assert.strictEqual(status, 303)
      assert.strictEqual((await browser(address)).status, 400)
      return new URL(headers["location"] ?? "")
    }
    const denied = await answered("deny")
    assert.deepStrictEqual(
      [denied.searchParams.get("error"), denied.searchParams.get("state")],
      ["access_denied", "state-1"]
    )
    const back = await answered("approve")
    assert.strictEqual(back.origin + back.pathname, redirectUrl)
    const code = { code: back.searchParams.get("code") }
    assert.strictEqual((await whole.read("/sessions", { method: "POST", body: code })).status, 200)
    assert.deepStrictEqual(errorOf(await whole.read("/sessions", { method: "POST", body: code })), [
      422,
      "ALREADY_AUTHORIZED"
    ])
    const late = new URL(whole.visit(await whole.start(), { customer: "aino" })).searchParams.get("code")
    whole.clock.moveTo(whole.clock.now + hour)
    const heard = await whole.read("/sessions", { method: "POST", body: { code: late } })
    assert.deepStrictEqual(errorOf(heard), [422, "EXPIRED_AUTHORIZATION_CODE"])
    await whole.close()
  })
})

describe("a session", () => {
  it("names its accounts anew, and they are known again by their hash", async () => {
    const whole = await openAggregator()
    spread(whole, 8)
    const first = await linked(whole)
    const before = await first.rows()
    const second_ = await linked(whole)
    const after = await second_.rows()
    assert.deepStrictEqual(
      second_.accounts.map(({ identification_hash }) => identification_hash),
      first.accounts.map(({ identification_hash }) => identification_hash)
    )
    assert.notStrictEqual(second_.uid, first.uid)
    assert.deepStrictEqual(references(after.transactions), references(before.transactions))
    const ids = new Set([...before.transactions, ...after.transactions].map((row) => row["transaction_id"]))
    assert.strictEqual(ids.size, 10)
    assert.deepStrictEqual(errorOf(await first.ask()), [401, "EXPIRED_SESSION"])
    const key = `?continuation_key=${before.continuation_key ?? ""}`
    assert.deepStrictEqual(errorOf(await second_.ask(key)), [422, "WRONG_CONTINUATION_KEY"])
    await whole.close()
  })

  it("ends with its time, with the person's word and with the application's, and says which", async () => {
    const whole = await openAggregator()
    const status = async (id: string): Promise<unknown> =>
      ((await whole.read(`/sessions/${id}`)).json as { readonly status: string }).status
    const closed = await linked(whole)
    assert.strictEqual(await status(closed.session_id), "AUTHORIZED")
    assert.strictEqual((await whole.read(`/sessions/${closed.session_id}`, { method: "DELETE" })).status, 200)
    assert.deepStrictEqual(
      [await status(closed.session_id), errorOf(await closed.ask())[1]],
      ["CLOSED", "CLOSED_SESSION"]
    )
    const revoked = await linked(whole)
    whole.consents.revoke(whole.consents.all.at(-1)?.id ?? "")
    assert.deepStrictEqual(
      [await status(revoked.session_id), errorOf(await revoked.ask())[1]],
      ["REVOKED", "REVOKED_SESSION"]
    )
    const expired = await linked(whole)
    whole.clock.moveTo(whole.clock.now + 90 * day)
    assert.deepStrictEqual(
      [await status(expired.session_id), errorOf(await expired.ask())],
      ["EXPIRED", [401, "EXPIRED_SESSION"]]
    )
    await whole.close()
  })

  it("has a person there with all the headers the bank asks for, and counts the reads where nobody is", async () => {
    const whole = await openAggregator()
    const { uid } = await linked(whole)
    const balances = (headers: Readonly<Record<string, string>> = {}): Promise<Heard> =>
      whole.read(`/accounts/${uid}/balances`, { headers })
    assert.deepStrictEqual(errorOf(await balances({ "Psu-User-Agent": "Browser/1" })), [422, "PSU_HEADER_NOT_PROVIDED"])
    for (let index = 0; index < 4; index += 1) assert.strictEqual((await balances()).status, 200)
    assert.deepStrictEqual(errorOf(await balances()), [429, "ASPSP_RATE_LIMIT_EXCEEDED"])
    assert.strictEqual((await balances(there)).status, 200)
    assert.strictEqual(whole.accesses.worst()?.count, 5)
    const attended = whole.ledger.entries.filter((entry) => entry.path.endsWith("/balances") && entry.attended === true)
    assert.strictEqual(attended.length, 1)
    await whole.close()
  })
})

describe("a list", () => {
  it("has every row once, unsigned beside its indicator, and what is pending without a reference", async () => {
    const whole = await openAggregator()
    spread(whole, 13)
    whole.bank.announce("tili", { amount: -750, text: "Hold", kind: "card" })
    const { rows, walk } = await linked(whole)
    const pages = await walk("?date_from=2026-11-01")
    assert.deepStrictEqual(
      pages.map((page) => page.length),
      [5, 5, 4]
    )
    const booked = pages.flat().filter((row) => row["status"] === "BOOK")
    const ledger = whole.bank.ledger("tili")
    assert.deepStrictEqual(references(booked), new Set(ledger.map(({ entryReference }) => entryReference)))
    const sum = booked.reduce((total, row) => {
      const { amount } = row["transaction_amount"] as { readonly amount: string }
      assert.notMatch(amount, /^-/)
      return total + Number(amount.replace(".", "")) * (row["credit_debit_indicator"] === "DBIT" ? -1 : 1)
    }, 0)
    assert.strictEqual(sum, whole.bank.balances("tili").booked - 100_000)
    const [pending] = (await rows("?transaction_status=PDNG")).transactions
    assert.deepStrictEqual(
      [pending?.["status"], pending?.["booking_date"], pending?.["entry_reference"]],
      ["PDNG", undefined, undefined]
    )
    await whole.close()
  })

  it("is of the days asked for, of ninety unless said, or of as many as the bank has", async () => {
    const whole = await openAggregator()
    whole.bank.book("tili", { amount: 100, on: "2024-01-01", text: "Long ago" })
    whole.bank.book("tili", { amount: 200, on: "2026-11-01", text: "Lately" })
    whole.quirks.enforceFrequency = false
    const { ask, rows } = await linked(whole)
    const count = async (query: string): Promise<number> => (await rows(query)).transactions.length
    assert.strictEqual(await count(""), 1)
    assert.strictEqual(await count("?strategy=longest"), 2)
    assert.strictEqual(await count("?date_from=2024-01-01&date_to=2024-01-01"), 1)
    assert.deepStrictEqual(errorOf(await ask("?date_to=2026-01-01")), [422, "DATE_TO_WITHOUT_DATE_FROM"])
    assert.deepStrictEqual(errorOf(await ask("?date_from=2026-11-21")), [422, "DATE_FROM_IN_FUTURE"])
    assert.deepStrictEqual(errorOf(await ask("?date_from=2026-02-01&date_to=2026-01-01")), [422, "WRONG_DATE_INTERVAL"])
    assert.deepStrictEqual(errorOf(await ask("?date_from=yesterday")), [422, "WRONG_REQUEST_PARAMETERS"])
    Object.assign(whole.quirks, { historyDays: 90, deepMinutes: 15 })
    assert.strictEqual((await ask("?date_from=2024-01-01")).status, 200)
    whole.clock.moveTo(whole.clock.now + hour)
    assert.deepStrictEqual(errorOf(await ask("?date_from=2024-01-01")), [422, "WRONG_TRANSACTIONS_PERIOD"])
    assert.strictEqual(await count("?strategy=longest"), 1)
    await whole.close()
  })
})

describe("the quirks", () => {
  it("of rows: no indicator, a contradicting sign, OTHR without a date, references that are none or that move", async () => {
    const whole = await openAggregator()
    whole.bank.book("tili", { amount: -1_234, on: "2026-11-12", text: "One" })
    whole.quirks.enforceFrequency = false
    const { rows } = await linked(whole)
    const first = async (quirks: Partial<typeof whole.quirks>): Promise<Row> => {
      const before = { ...whole.quirks }
      Object.assign(whole.quirks, quirks)
      const { transactions } = await rows()
      Object.assign(whole.quirks, before)
      return transactions.at(-1) ?? {}
    }
    assert.notProperty(await first({ noIndicator: true }), "credit_debit_indicator")
    const signed = await first({ signedAmounts: true })
    assert.deepStrictEqual(
      [signed["transaction_amount"], signed["credit_debit_indicator"]],
      [{ currency: "EUR", amount: "-12.34" }, "CRDT"]
    )
    const other = await first({ otherStatus: true, nullFields: true })
    assert.deepStrictEqual([other["status"], other["booking_date"], other["value_date"]], ["OTHR", null, null])
    assert.notProperty(await first({ absentIds: "entryReference" }), "entry_reference")
    assert.strictEqual((await first({ placeholderId: "0" }))["entry_reference"], "0")
    assert.strictEqual((await first({ positionalReferences: true }))["entry_reference"], "2026-11-12-1")
    whole.bank.book("tili", { amount: -100, on: "2026-11-12", text: "Late" })
    assert.strictEqual((await first({ positionalReferences: true }))["entry_reference"], "2026-11-12-2")
    whole.quirks.declinedRows = true
    assert.strictEqual((await rows()).transactions[0]?.["status"], "RJCT")
    await whole.close()
  })

  it("of walks: empty pages with a key, overlaps, shifts, keys that lead nowhere, windows too heavy", async () => {
    const whole = await openAggregator()
    spread(whole, 12)
    whole.quirks.enforceFrequency = false
    const { ask, walk } = await linked(whole)
    whole.quirks.emptyPages = true
    const pages = await walk()
    assert.deepStrictEqual(
      pages.map((page) => page.length),
      [5, 0, 5, 0, 2]
    )
    assert.strictEqual(references(pages.flat()).size, 12)
    Object.assign(whole.quirks, { emptyPages: false, pageOverlap: 2 })
    const overlapping = (await walk()).flat()
    assert.isAtLeast(overlapping.length, 15)
    assert.strictEqual(references(overlapping).size, 12)
    Object.assign(whole.quirks, { pageOverlap: 0, shiftingPages: true })
    await walk()
    assert.strictEqual(whole.bank.ledger("tili").length, 13)
    Object.assign(whole.quirks, { shiftingPages: false, nextLink: "self" })
    assert.strictEqual((await walk()).length, 100)
    Object.assign(whole.quirks, { nextLink: false, heavyWindow: { rows: 10, status: 500 } })
    assert.deepStrictEqual(errorOf(await ask()), [500, "ASPSP_ERROR"])
    assert.strictEqual((await ask("?date_from=2026-11-13")).status, 200)
    await whole.close()
  })

  it("of sessions: over early, unauthorised at first, throttled in absurd ways", async () => {
    const whole = await openAggregator()
    whole.quirks.enforceFrequency = false
    const { ask } = await linked(whole)
    whole.quirks.unauthorisedSeconds = 30
    assert.deepStrictEqual(errorOf(await ask()), [401, "UNAUTHORIZED_ACCESS"])
    whole.clock.moveTo(whole.clock.now + 30 * second)
    assert.strictEqual((await ask()).status, 200)
    whole.quirks.expiredEarly = 400
    assert.deepStrictEqual(errorOf(await ask()), [400, "EXPIRED_SESSION"])
    Object.assign(whole.quirks, { expiredEarly: false, exceeded: "absurd" })
    assert.strictEqual((await ask()).headers["retry-after"], "-1875538")
    await whole.close()
  })
})
