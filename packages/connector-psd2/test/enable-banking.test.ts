/** Enable Banking over real HTTPS: one bank behind the aggregator, linked, read, kept and let go. */
import { assert, describe, it } from "@effect/vitest"
import { Instant } from "@paymirror/core"
import { existsSync, readFileSync } from "node:fs"
import { decodeJwt, decodeProtectedHeader } from "jose"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type { Entry } from "../src/Entry.ts"
import { viaEnableBanking } from "../src/institutions/enableBanking.ts"
import { Refusal } from "../src/Refusal.ts"
import { balances, transactions } from "../src/translate/enableBanking.ts"
import { first, key, open as openTown, presence, recordOf, redirectUrl, type Setup } from "./obie-town.ts"
import { OpenApi } from "./OpenApi.ts"
import { scripted } from "./scripted.ts"

const shared = new URL("../../../../shared/", import.meta.url)
const absent = !existsSync(shared)
if (absent) console.warn("skipped: samples and official descriptions are not on this machine (../shared)")

const open = (setup?: Setup) => openTown("enable-banking", setup)
const account = "aino-tili"

const reasonOf = (error: unknown): string =>
  error instanceof Refusal
    ? error.meaning
    : typeof error === "object" && error !== null && "reason" in error
      ? (error.reason as { readonly _tag: string })._tag
      : "?"

const cents = ({ amount, indicator }: Entry): number =>
  Math.round(Number(amount.amount) * 100) * (indicator === "debit" ? -1 : 1)

describe("a bank behind Enable Banking", () => {
  it.live("is linked by the person's approval, and its accounts are found again by their hash (pitfall 7)", () =>
    Effect.gen(function* () {
      const { linked } = yield* open()
      const before = yield* linked
      const after = yield* linked
      const named = ({ accounts }: typeof before) =>
        accounts.map(({ currency, identification }) => [identification, currency])
      assert.deepStrictEqual(named(after), named(before))
      const uids = ({ grant }: typeof before) => grant.accounts.map(({ resourceId }) => resourceId)
      assert.strictEqual(new Set([...uids(before), ...uids(after)]).size, 2 * before.accounts.length)
      assert.deepStrictEqual(
        before.grant.accounts.map(({ kind }) => kind),
        ["payment", "card"]
      )
      assert.isUndefined(before.grant.accessToken)
      assert.isDefined(before.validUntil)
    }).pipe(Effect.scoped)
  )

  it.live("gives every entry once, with its sign, past pages that are empty", () =>
    Effect.gen(function* () {
      const { host, linked, pages } = yield* open({ bank: { pageSize: 6, emptyPages: true } })
      const { grant } = yield* linked
      const found = yield* pages(grant, { from: "2025-06-01" }, presence)
      assert.isTrue(found.some(({ entries, next }) => entries.length === 0 && next !== undefined))
      const booked = found.flatMap(({ entries }) => entries.filter(({ status }) => status === "booked"))
      assert.deepStrictEqual(
        booked.map(cents).toSorted((a, b) => a - b),
        host.bank
          .ledger(account)
          .map(({ amount }) => amount)
          .toSorted((a, b) => a - b)
      )
      assert.deepStrictEqual([...new Set(found.flatMap(({ unknownFields }) => [...unknownFields.keys()]))], [])
    }).pipe(Effect.scoped)
  )

  it.live("gives the days that were asked for and no others, whole", () =>
    Effect.gen(function* () {
      const { host, linked, pages } = yield* open()
      const { grant } = yield* linked
      const days = host.bank.ledger(account).map(({ bookedOn }) => bookedOn ?? "")
      const [from, to] = [days[10] ?? "", days[20] ?? ""]
      const entries = (yield* pages(grant, { from, to }, presence)).flatMap((page) => page.entries)
      assert.deepStrictEqual(
        entries.flatMap(({ bookingDate }) => bookingDate ?? []).toSorted(),
        days.filter((day) => day >= from && day <= to).toSorted()
      )
    }).pipe(Effect.scoped)
  )

  it.skipIf(absent)("is asked nothing that the official description does not describe", () =>
    Effect.runPromise(
      Effect.gen(function* () {
        const { call, dialect, linked, pages, sent, timed } = yield* open({ bank: { pageSize: 10 } })
        const { grant } = yield* linked
        yield* pages(grant, { from: "2026-01-01", to: "2026-05-20" }, presence)
        yield* pages(grant)
        yield* timed(dialect.balances(call(grant, presence), first(grant)))
        yield* timed(dialect.accounts(call({ ...grant, accounts: [] }, presence)))
        yield* timed(dialect.revoke(grant))
        const api = new OpenApi(new URL("specs/enable-banking/enable-banking-api-openapi.yml", shared))
        const problems = sent.flatMap(({ body, headers, method, url }) =>
          api.problems({ method, path: url.pathname, headers, query: url.searchParams, body })
        )
        assert.deepStrictEqual(problems, [])
        assert.isAbove(sent.length, 10)
      }).pipe(Effect.scoped)
    )
  )

  it.live("hears who asks in a token of some minutes, and of the person only while they are there (pitfall 12)", () =>
    Effect.gen(function* () {
      const { linked, page, sent, town } = yield* open()
      const { grant } = yield* linked
      sent.length = 0
      yield* page(grant, first(grant), { from: "2026-05-01" })
      town.advance({ minutes: 30 })
      yield* page(grant, first(grant), { from: "2026-05-01" }, undefined, presence)
      assert.deepStrictEqual(
        sent.map(({ headers }) => [headers["psu-ip-address"], headers["psu-user-agent"]]),
        [
          [undefined, undefined],
          ["192.0.2.7", "Browser/1"]
        ]
      )
      const tokens = sent.map(({ headers }) => (headers["authorization"] ?? "").replace("Bearer ", ""))
      assert.notStrictEqual(tokens[0], tokens[1])
      const claims = decodeJwt(tokens[0] ?? "")
      assert.deepStrictEqual([claims.iss, claims.aud], ["enablebanking.com", "api.enablebanking.com"])
      assert.isAtMost((claims.exp ?? 0) - (claims.iat ?? 0), 86_400)
      assert.deepStrictEqual(
        [decodeProtectedHeader(tokens[0] ?? "").alg, decodeProtectedHeader(tokens[0] ?? "").typ],
        ["RS256", "JWT"]
      )
    }).pipe(Effect.scoped)
  )

  it.live("that answers only with all of the person's headers is said to be read attended", () =>
    Effect.gen(function* () {
      const { linked, page } = yield* open()
      const { grant } = yield* linked
      const half = { ipAddress: presence.ipAddress }
      const error = yield* Effect.flip(page(grant, first(grant), { from: "2026-05-01" }, undefined, half))
      assert.strictEqual(reasonOf(error), "ConfigurationRequired")
      assert.match((error as Error).message, /only while the person is there/)
    }).pipe(Effect.scoped)
  )

  it.live("is not linked where the person declines, where the state is another, or with a code a second time", () =>
    Effect.gen(function* () {
      const { back, sent, start, visit } = yield* open()
      const declined = yield* start
      const no = yield* visit(declined.url, "deny")
      assert.strictEqual(reasonOf(yield* Effect.flip(back(no, declined.state))), "ConsentRequired")
      const asked = yield* start
      const returned = yield* visit(asked.url)
      const forged = new URL(returned)
      forged.searchParams.set("state", "another")
      assert.strictEqual(reasonOf(yield* Effect.flip(back(forged.href, asked.state))), "UnexpectedResponse")
      assert.isFalse(sent.some(({ url }) => url.pathname === "/sessions"))
      yield* back(returned, asked.state)
      assert.strictEqual(reasonOf(yield* Effect.flip(back(returned, asked.state))), "ConsentRequired")
    }).pipe(Effect.scoped)
  )

  it.live("keeps no session that opens nothing, and begins none for an answer of no conversation", () =>
    Effect.gen(function* () {
      const { asked, dialect } = yield* scripted(
        recordOf("enable-banking"),
        {
          "POST /auth": { body: { url: "https://bank.example/approve" } },
          "POST /sessions": { body: { session_id: "s-1", accounts: [] } },
          "DELETE /sessions/s-1": {}
        },
        { credentials: { application: { id: "a", key } } }
      )
      const stray = { _tag: "Redirected", url: `${redirectUrl}?code=1` } as const
      assert.strictEqual(reasonOf(yield* Effect.flip(dialect.link({ answer: stray, state: "" }))), "UnexpectedResponse")
      assert.strictEqual(asked.length, 0)
      const step = yield* dialect.link({ answer: { _tag: "Start" }, state: "" })
      assert(step._tag === "Redirect")
      const { state } = JSON.parse(step.state) as { state: string }
      const back = { _tag: "Redirected", url: `${redirectUrl}?code=1&state=${state}` } as const
      assert.strictEqual(
        reasonOf(yield* Effect.flip(dialect.link({ answer: back, state: step.state }))),
        "ConsentRequired"
      )
      assert.strictEqual(asked.at(-1)?.what, "DELETE /sessions/s-1")
    }).pipe(Effect.scoped)
  )

  it.live("takes a conversation up again after a restart, and asks for a consent that ends in a zone", () =>
    Effect.gen(function* () {
      const { back, restarted, sent, start, step, town, visit } = yield* open()
      const asked = yield* start
      assert.deepStrictEqual(yield* step({ _tag: "Poll" }, asked.state, presence, restarted()), asked)
      assert.isAbove((yield* back(yield* visit(asked.url), asked.state, restarted())).accounts.length, 0)
      const body = JSON.parse(sent.find(({ url }) => url.pathname === "/auth")?.body ?? "") as {
        access: { valid_until: string }
        redirect_url: string
      }
      assert.match(body.access.valid_until, /Z$/)
      assert.strictEqual(Date.parse(body.access.valid_until), town.clock.now + 180 * 86_400_000)
      assert.strictEqual(body.redirect_url, redirectUrl)
    }).pipe(Effect.scoped)
  )

  it.live("refuses a page it gave out in no session, and says when to come back (pitfall 10)", () =>
    Effect.gen(function* () {
      const { host, linked, page, town } = yield* open()
      const { grant } = yield* linked
      const asked = (next?: string) => page(grant, first(grant), { from: "2026-01-01" }, next, presence)
      assert.strictEqual(reasonOf(yield* Effect.flip(asked("of-no-session"))), "paging")
      host.quirks.exceeded = "retry_after"
      const limited = yield* Effect.flip(asked())
      assert(limited._tag === "ConnectorError" && limited.reason._tag === "RateLimited")
      assert.isAbove(Instant.toEpochMillis(limited.reason.until), town.clock.now)
    }).pipe(Effect.scoped)
  )

  it.live("sets aside what has no status or no indicator, keeps what has no date, and goes on (pitfalls 13, 15)", () =>
    Effect.gen(function* () {
      const { host, linked, pages } = yield* open({
        bank: { otherStatus: true, nullFields: true, noBookingDate: "some" }
      })
      const { grant } = yield* linked
      const read = Effect.map(pages(grant, { from: "2025-06-01" }, presence), (found) => ({
        entries: found.flatMap(({ entries }) => entries),
        unreadable: found.flatMap(({ unreadable }) => unreadable)
      }))
      const all = host.bank.ledger(account).length + host.bank.pending(account).length
      const odd = yield* read
      assert.deepStrictEqual([odd.entries.length, odd.unreadable.length], [0, all])
      host.quirks.otherStatus = false
      const undated = yield* read
      assert.strictEqual(undated.entries.length, all)
      assert.isTrue(undated.entries.some((one) => one.status === "booked" && one.bookingDate === undefined))
      host.quirks.noIndicator = true
      const signless = yield* read
      assert.isAbove(signless.unreadable.length, 0)
      assert.strictEqual(signless.entries.length + signless.unreadable.length, all)
    }).pipe(Effect.scoped)
  )

  it.live("closes the session, however often it is asked to, and shows nothing after", () =>
    Effect.gen(function* () {
      const { call, dialect, linked, page, timed } = yield* open()
      const { grant } = yield* linked
      yield* timed(dialect.revoke(grant))
      yield* timed(dialect.revoke(grant))
      const error = yield* Effect.flip(page(grant, first(grant), { from: "2026-05-01" }, undefined, presence))
      assert.strictEqual(reasonOf(error), "ConsentRequired")
      assert.strictEqual(reasonOf(yield* Effect.flip(timed(dialect.accounts(call(grant))))), "ConsentRequired")
      assert.notInclude(JSON.stringify(grant), Redacted.value(grant.consentId))
    }).pipe(Effect.scoped)
  )
})

describe("the wire of Enable Banking", () => {
  const row = (fields: object): object => ({
    entry_reference: "r-1",
    transaction_amount: { currency: "EUR", amount: "12.50" },
    credit_debit_indicator: "DBIT",
    status: "BOOK",
    booking_date: "2026-03-29",
    value_date: null,
    transaction_date: null,
    remittance_information: ["Coffee"],
    ...fields
  })
  const page = (...rows: ReadonlyArray<unknown>) => {
    const read = transactions({ transactions: rows, continuation_key: null })
    assert(read !== undefined)
    return read
  }

  it.skipIf(absent)("as it was recorded becomes entries, every one with its sign", () => {
    const file = new URL("samples/psd2/enable-banking/transactions.json", shared)
    const read = transactions(JSON.parse(readFileSync(file, "utf8")))
    assert.deepStrictEqual(read?.entries.map(cents), [125_050, -2_745])
    assert.deepStrictEqual([read?.unreadable.length, read?.unknownFields.size, read?.skipped.size], [0, 0, 0])
    assert.strictEqual(read?.next, "fixture-next-page-key")
    assert.deepStrictEqual(
      read?.entries.map(({ creditor, debtor }) => [creditor?.name, debtor?.name]),
      [
        [undefined, "Example Employer"],
        ["Example Grocer", undefined]
      ]
    )
    assert.deepStrictEqual(
      read?.entries.map(({ code }) => code),
      ["PMNT-RCDT", "PMNT-DCRD"]
    )
  })

  it("knows what is booked, what is not yet, what never counts, and what it cannot tell", () => {
    const read = page(
      ...["BOOK", "PDNG", "HOLD", "SCHD", "CNCL", "RJCT", "OTHR", null].map((status) => row({ status }))
    )
    assert.deepStrictEqual(
      read.entries.map(({ status }) => status),
      ["booked", "pending", "pending"]
    )
    assert.deepStrictEqual([...read.skipped.keys()], ["SCHD", "CNCL", "RJCT"])
    assert.deepStrictEqual(
      read.unreadable.map(({ reason }) => reason),
      ["cannot be read at status", "cannot be read at status"]
    )
    assert.isUndefined(read.next)
  })

  it("leaves a date that is not there out, and keeps one as it is written (pitfalls 15, 16)", () => {
    const [none, dated] = page(
      row({ booking_date: null }),
      row({ value_date: "2026-03-30", transaction_date: "2026-03-28" })
    ).entries
    assert.deepStrictEqual([none?.bookingDate, none?.valueDate, none?.entryDate], [undefined, undefined, undefined])
    assert.deepStrictEqual(
      [dated?.bookingDate, dated?.valueDate, dated?.entryDate],
      ["2026-03-29", "2026-03-30", "2026-03-28"]
    )
  })

  it("names balances as the Berlin Group does", () => {
    const of = (balance_type: string) => ({
      name: "",
      balance_amount: { currency: "EUR", amount: "1.00" },
      balance_type
    })
    assert.deepStrictEqual(
      balances({ balances: ["CLBD", "ITBD", "ITAV", "XPCD", "OTHR"].map(of) })?.map(({ type }) => type),
      ["closingBooked", "interimBooked", "interimAvailable", "expected", "other"]
    )
  })
})

it("a host names any bank behind the aggregator, and its terms follow the market", () => {
  const norwegian = viaEnableBanking({
    name: "Ærlig Bank",
    country: "NO",
    provider: "aerlig",
    legalEntity: "Ærlig Bank ASA"
  })
  assert.strictEqual(norwegian.id, "enable-banking-rlig-bank-no")
  assert.deepStrictEqual(norwegian.consent, { maxDays: 180 })
  assert.deepStrictEqual(norwegian.quirks?.aspsp, { name: "Ærlig Bank", country: "NO" })
  const british = viaEnableBanking({ name: "Any", country: "GB", provider: "any", legalEntity: "Any Ltd", maxDays: 90 })
  assert.deepStrictEqual(british.consent, { maxDays: 90, reconfirmDays: 90 })
})
