/** UK Open Banking over real HTTPS with mutual TLS: how an account is linked, read, kept and let go, and by whom it is not. */
import { assert, describe, it } from "@effect/vitest"
import { Consent, type ConnectorError, Instant, Session } from "@paymirror/core"
import { decodeJwt, decodeProtectedHeader } from "jose"
import { existsSync } from "node:fs"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type { Entry } from "../src/Entry.ts"
import type { Grant } from "../src/Grant.ts"
import { manifestOf } from "../src/Manifest.ts"
import { Refusal } from "../src/Refusal.ts"
import { first, open, presence, recordOf, redirectUrl, type Sent } from "./obie-town.ts"
import { OpenApi } from "./OpenApi.ts"

const specs = new URL("../../../../shared/specs/", import.meta.url)
const absent = !existsSync(specs)
if (absent) console.warn("skipped: the official descriptions are not on this machine (../shared/specs)")

const reasonOf = (error: ConnectorError.ConnectorError | Refusal): string =>
  error instanceof Refusal ? error.meaning : error.reason._tag

const tokenCalls = (sent: ReadonlyArray<Sent>, grant: string): number =>
  sent.filter(({ body, url }) => url.pathname.endsWith("/token") && body.includes(`grant_type=${grant}`)).length

const signed = (entries: ReadonlyArray<Entry>): ReadonlyArray<number> =>
  entries
    .filter(({ status }) => status === "booked")
    .map(({ amount, indicator }) => Math.round(Number(amount.amount) * 100) * (indicator === "debit" ? -1 : 1))

const banks = [
  { id: "revolut-gb", account: "ruth-gbp", file: "revolut/open-banking.yaml", before: "" },
  {
    id: "thames-gb",
    account: "grace-current",
    file: "obie/account-info-openapi.v4.0.0-master.yaml",
    before: "/open-banking/v4.0/aisp"
  }
]

for (const { account, before, file, id } of banks) {
  describe(`the bank ${id}`, () => {
    it.live("is linked by the person's approval, and listed by IBAN", () =>
      Effect.gen(function* () {
        const { host, linked } = yield* open(id)
        const { accounts, grant, validUntil } = yield* linked
        assert.strictEqual(accounts[0]?.identification, host.bank.account(account).iban)
        assert.deepStrictEqual([accounts[0]?.currency, accounts[0]?.market, accounts[0]?.status], ["GBP", "GB", "OPEN"])
        assert.strictEqual(validUntil, grant.validUntil)
        assert.strictEqual(host.consents.find(Redacted.value(grant.consentId))?.status, "valid")
        assert.isDefined(grant.accessToken)
        assert.isDefined(grant.refreshToken)
        assert.notInclude(JSON.stringify(grant), Redacted.value(grant.consentId))
      }).pipe(Effect.scoped)
    )

    it.live("gives every entry of its ledger once, with its sign, over any number of pages", () =>
      Effect.gen(function* () {
        const { host, linked, pages } = yield* open(id, { bank: { pageSize: 7 } })
        const { grant } = yield* linked
        const found = yield* pages(grant)
        const ledger = host.bank.ledger(account)
        assert.isAbove(found.length, 5)
        // The standard lets a row stand on two pages; its id is the same on both.
        const rows = new Map(found.flatMap(({ entries }) => entries.map((entry) => [entry.transactionId, entry])))
        assert.deepStrictEqual(
          signed([...rows.values()]).toSorted((a, b) => a - b),
          ledger.map(({ amount }) => amount).toSorted((a, b) => a - b)
        )
        assert.isTrue(found.every(({ statesPending, unreadable }) => statesPending && unreadable.length === 0))
        assert.strictEqual([...rows.values()].filter(({ status }) => status === "pending").length, 1)
        assert.deepStrictEqual([...new Set(found.flatMap(({ unknownFields }) => [...unknownFields.keys()]))], [])
      }).pipe(Effect.scoped)
    )

    it.live("gives the days that were asked for and no others, whole", () =>
      Effect.gen(function* () {
        const { host, linked, pages } = yield* open(id)
        const { grant } = yield* linked
        const days = host.bank.ledger(account).map(({ bookedOn }) => bookedOn ?? "")
        const [from, to] = [days[10] ?? "", days[20] ?? ""]
        const found = (yield* pages(grant, { from, to })).flatMap(({ entries }) => entries)
        assert.deepStrictEqual(
          found.map(({ bookingDate }) => bookingDate ?? "").toSorted(),
          days.filter((day) => day >= from && day <= to).toSorted()
        )
      }).pipe(Effect.scoped)
    )

    it.live("is asked for nothing older than ninety days in a window that begins there", () =>
      Effect.gen(function* () {
        const { linked, page, sent } = yield* open(id)
        const { grant } = yield* linked
        for (const [from, asked] of [
          ["2026-03-03", "2026-03-03"],
          ["2026-03-04", "2026-03-03"]
        ] as const) {
          yield* page(grant, first(grant), { from })
          assert.strictEqual(sent.at(-1)?.url.searchParams.get("fromBookingDateTime")?.slice(0, 10), asked)
        }
      }).pipe(Effect.scoped)
    )

    it.live("states its balance in words everybody else uses", () =>
      Effect.gen(function* () {
        const { call, dialect, host, linked, timed } = yield* open(id)
        const { grant } = yield* linked
        const [balance] = yield* timed(dialect.balances(call(grant), first(grant)))
        const { available, booked } = host.bank.balances(account)
        const expected = balance?.type === "interimBooked" ? booked : available
        assert.include(["interimBooked", "interimAvailable"], balance?.type)
        assert.strictEqual(Math.round(Number(balance?.amount) * 100), expected)
        assert.strictEqual(balance?.indicator, "credit")
      }).pipe(Effect.scoped)
    )

    it.skipIf(absent)("sends nothing that its official description does not describe", () =>
      Effect.runPromise(
        Effect.gen(function* () {
          const { call, dialect, linked, pages, sent, timed } = yield* open(id, { bank: { pageSize: 10 } })
          const { grant } = yield* linked
          const attended = yield* pages(grant, { from: "2026-01-01", to: "2026-05-20" }, presence)
          const unattended = yield* pages(grant)
          const links = new Set([...attended, ...unattended].map(({ next }) => next))
          yield* timed(dialect.balances(call(grant, presence), first(grant)))
          yield* timed(dialect.accounts(call(grant)))
          yield* timed(dialect.revoke(grant))
          const api = new OpenApi(new URL(file, specs))
          const authorisation = new Set(["/token", "/par", "/jwks", "/.well-known/openid-configuration"])
          const requests = sent.filter(({ url }) => !authorisation.has(url.pathname))
          const problems = requests.flatMap(({ body, headers, method, url }) => {
            const path = url.pathname.slice(before.length)
            // The standard leaves to the bank what its own next links look like.
            const query = links.has(url.href) ? new URLSearchParams() : url.searchParams
            return api.problems({ method, path, headers, query, body })
          })
          assert.isAbove(requests.filter(({ url }) => links.has(url.href)).length, 4)
          assert.deepStrictEqual(problems, [])
          assert.isAbove(requests.length, 8)
        }).pipe(Effect.scoped)
      )
    )

    it.live("hears of the person only while they are there, and never of one who is not (pitfall 12)", () =>
      Effect.gen(function* () {
        const { linked, page, sent } = yield* open(id)
        const { grant } = yield* linked
        sent.length = 0
        yield* page(grant, first(grant), { from: "2026-05-01" })
        yield* page(grant, first(grant), { from: "2026-05-01" }, undefined, presence)
        assert.deepStrictEqual(
          sent.map(({ headers }) => [headers["x-fapi-customer-ip-address"], headers["x-customer-user-agent"]]),
          [
            [undefined, undefined],
            ["192.0.2.7", "Browser/1"]
          ]
        )
        const interactions = sent.map(({ headers }) => headers["x-fapi-interaction-id"])
        assert.strictEqual(new Set(interactions).size, 2)
      }).pipe(Effect.scoped)
    )

    it.live("takes a conversation up again after a restart", () =>
      Effect.gen(function* () {
        const { back, restarted, start, step, visit } = yield* open(id)
        const asked = yield* start
        const again = yield* step({ _tag: "Poll" }, asked.state, presence, restarted())
        assert.deepStrictEqual(again, asked)
        const done = yield* back(yield* visit(asked.url), asked.state, restarted())
        assert.isAbove(done.accounts.length, 0)
      }).pipe(Effect.scoped)
    )

    it.live("is not linked where the person declines", () =>
      Effect.gen(function* () {
        const { back, sent, start, visit } = yield* open(id)
        const asked = yield* start
        const error = yield* Effect.flip(back(yield* visit(asked.url, "deny"), asked.state))
        assert.strictEqual(reasonOf(error), "ConsentRequired")
        assert.strictEqual(tokenCalls(sent, "authorization_code"), 0)
      }).pipe(Effect.scoped)
    )

    it.live("is not asked for tokens where the answer names another issuer, or none (mix-up)", () =>
      Effect.gen(function* () {
        const { back, sent, start, visit } = yield* open(id)
        const asked = yield* start
        const honest = new URL(yield* visit(asked.url))
        for (const issuer of ["https://other.example", undefined]) {
          const forged = new URL(honest)
          if (issuer === undefined) forged.searchParams.delete("iss")
          else forged.searchParams.set("iss", issuer)
          assert.strictEqual(reasonOf(yield* Effect.flip(back(forged.href, asked.state))), "UnexpectedResponse")
        }
        assert.strictEqual(tokenCalls(sent, "authorization_code"), 0)
        assert.isAbove((yield* back(honest.href, asked.state)).accounts.length, 0)
      }).pipe(Effect.scoped)
    )

    it.live("is not asked for tokens where the state is not the one the person was sent with", () =>
      Effect.gen(function* () {
        const { back, sent, start, visit } = yield* open(id)
        const asked = yield* start
        const forged = new URL(yield* visit(asked.url))
        forged.searchParams.set("state", "another")
        assert.strictEqual(reasonOf(yield* Effect.flip(back(forged.href, asked.state))), "UnexpectedResponse")
        assert.strictEqual(tokenCalls(sent, "authorization_code"), 0)
      }).pipe(Effect.scoped)
    )

    it.live("keeps no consent that opens nothing: it is ended with the conversation", () =>
      Effect.gen(function* () {
        const { back, host, start, visit } = yield* open(id)
        const asked = yield* start
        const returned = yield* visit(asked.url)
        host.faults.add({ fault: { kind: "fail", status: 500 }, path: `${before}/accounts`, times: "always" })
        yield* Effect.flip(back(returned, asked.state))
        assert.strictEqual(host.consents.all.at(-1)?.status, "terminated")
      }).pipe(Effect.scoped)
    )

    it.live("begins nothing at the bank for an answer that belongs to no conversation", () =>
      Effect.gen(function* () {
        const { sent, step } = yield* open(id)
        for (const state of ["", "{}", "prompted"]) {
          const error = yield* Effect.flip(step({ _tag: "Redirected", url: `${redirectUrl}?code=1` }, state))
          assert.strictEqual(reasonOf(error), "UnexpectedResponse")
        }
        assert.strictEqual(sent.length, 0)
      }).pipe(Effect.scoped)
    )

    it.live("takes a code once", () =>
      Effect.gen(function* () {
        const { back, host, start, visit } = yield* open(id)
        const asked = yield* start
        const returned = yield* visit(asked.url)
        const { grant } = yield* back(returned, asked.state)
        assert.strictEqual(reasonOf(yield* Effect.flip(back(returned, asked.state))), "ConsentRequired")
        // Whoever repeats an address ends nobody's consent.
        assert.notStrictEqual(host.consents.find(Redacted.value(grant.consentId))?.status, "terminated")
      }).pipe(Effect.scoped)
    )

    it.live("gives nothing for a code that was taken into another conversation", () =>
      Effect.gen(function* () {
        const { back, start, visit } = yield* open(id)
        const stolen = yield* start
        const own = yield* start
        const injected = new URL(yield* visit(stolen.url))
        injected.searchParams.set("state", new URL(yield* visit(own.url)).searchParams.get("state") ?? "")
        assert.strictEqual(reasonOf(yield* Effect.flip(back(injected.href, own.state))), "ConsentRequired")
      }).pipe(Effect.scoped)
    )

    it.live("is read on with a renewed token once the first has run out", () =>
      Effect.gen(function* () {
        const { dialect, linked, page, timed, town } = yield* open(id)
        const { grant } = yield* linked
        town.advance({ hours: 2 })
        const stale = yield* Effect.flip(page(grant, first(grant), { from: "2026-05-01" }))
        assert.strictEqual(reasonOf(stale), "token")
        const { renew } = dialect
        assert(renew !== undefined)
        const renewed = yield* timed(renew(grant))
        assert.deepStrictEqual(renewed.accounts, grant.accounts)
        assert.isAbove((yield* page(renewed, first(renewed), { from: "2026-05-01" })).entries.length, 0)
      }).pipe(Effect.scoped)
    )

    it.live("is asked for a renewal once more, and no oftener, where the answer is lost", () =>
      Effect.gen(function* () {
        const { dialect, host, linked, sent, timed } = yield* open(id)
        const { grant } = yield* linked
        const { renew } = dialect
        assert(renew !== undefined)
        host.faults.add({ fault: { kind: "lost-answer" }, path: "/token", times: "always" })
        sent.length = 0
        const lost = yield* Effect.flip(timed(renew(grant)))
        assert(lost.reason._tag === "ProviderUnavailable" && lost.reason.answerLost)
        assert.strictEqual(tokenCalls(sent, "refresh_token"), 1)
        const session = Session.memory<Grant>({ connector: "psd2", grant })
        const held = yield* session.current
        const ended = yield* Effect.flip(timed(session.renew(held, renew)))
        assert.strictEqual(reasonOf(ended), "ConsentRequired")
        assert.strictEqual(tokenCalls(sent, "refresh_token"), 3)
        host.faults.heal()
        assert.strictEqual(reasonOf(yield* Effect.flip(timed(session.renew(held, renew)))), "ConsentRequired")
        assert.strictEqual(tokenCalls(sent, "refresh_token"), 3)
      }).pipe(Effect.scoped)
    )

    it.live("ends the consent, however often it is asked to, and shows nothing after", () =>
      Effect.gen(function* () {
        const { dialect, host, linked, page, timed, town } = yield* open(id)
        const { grant } = yield* linked
        yield* timed(dialect.revoke(grant))
        assert.strictEqual(host.consents.find(Redacted.value(grant.consentId))?.status, "terminated")
        yield* timed(dialect.revoke(grant))
        town.advance({ minutes: 3 })
        const error = yield* Effect.flip(page(grant, first(grant), { from: "2026-05-01" }))
        assert.include(["ConsentRequired", "token"], reasonOf(error))
      }).pipe(Effect.scoped)
    )

    it.live("says when to come back, and its next page is not followed elsewhere (pitfalls 10, 20)", () =>
      Effect.gen(function* () {
        const { host, linked, page, town } = yield* open(id, { bank: { pageSize: 5 } })
        const { grant } = yield* linked
        const asked = page(grant, first(grant), { from: "2026-01-01" })
        for (const wrong of ["foreign", "null", "wrong_path"] as const) {
          host.quirks.nextLink = wrong
          assert.strictEqual(reasonOf(yield* Effect.flip(asked)), "paging", wrong)
        }
        host.quirks.nextLink = false
        host.quirks.exceeded = "retry_after"
        const limited = yield* Effect.flip(asked)
        assert(limited._tag === "ConnectorError" && limited.reason._tag === "RateLimited")
        assert.isAbove(Instant.toEpochMillis(limited.reason.until), town.clock.now)
        host.quirks.exceeded = "absurd"
        const absurd = yield* Effect.flip(asked)
        assert(absurd._tag === "ConnectorError" && absurd.reason._tag === "RateLimited")
        const wait = Instant.toEpochMillis(absurd.reason.until) - town.clock.now
        assert.isTrue(wait > 0 && wait <= 86_400_000)
      }).pipe(Effect.scoped)
    )

    it.live("sets rows without an indicator aside, and reads the rest (pitfall 13)", () =>
      Effect.gen(function* () {
        const { host, linked, pages } = yield* open(id, { bank: { noIndicator: true } })
        const { grant } = yield* linked
        const found = yield* pages(grant)
        const rows = found.flatMap(({ entries, unreadable }) => [...entries, ...unreadable])
        assert.strictEqual(rows.length, host.bank.ledger(account).length + host.bank.pending(account).length)
        assert.isTrue(found.every(({ entries }) => entries.every(({ indicator }) => indicator !== undefined)))
        assert.isTrue(found.some(({ unreadable }) => unreadable.length > 0))
      }).pipe(Effect.scoped)
    )
  })
}

describe("a window older than what is served", () => {
  it.live("is served short, and the first day that was served is said", () =>
    Effect.gen(function* () {
      const { dialect, linked, pages, timed, town } = yield* open("thames-gb", {
        bank: { historyDays: 30, silentlyShort: true }
      })
      const { renew } = dialect
      assert(renew !== undefined)
      const approved = yield* linked
      town.advance({ minutes: 10 })
      const grant = yield* timed(renew(approved.grant))
      const [page] = yield* pages(grant, { from: "2026-01-01" })
      assert.isDefined(page?.servedFrom)
      assert.isTrue((page?.servedFrom ?? "") > "2026-01-01")
      assert.isTrue(page?.entries.every(({ bookingDate }) => (bookingDate ?? "") >= (page.servedFrom ?? "")))
      const [within] = yield* pages(grant, { from: "2026-05-25" })
      assert.isUndefined(within?.servedFrom)
    }).pipe(Effect.scoped)
  )
})

describe("a bank that answers with a code and an identity token", () => {
  const published = (metadata: Readonly<Record<string, unknown>>) => ({
    ...metadata,
    response_types_supported: ["code id_token"],
    authorization_response_iss_parameter_supported: false
  })

  it.live("is linked where the token vouches for code, state and issuer, and not where it vouches for others", () =>
    Effect.gen(function* () {
      const { back, sent, start, visit } = yield* open("revolut-gb", { published })
      const asked = yield* start
      const returned = new URL(yield* visit(asked.url))
      const answer = new URLSearchParams(returned.hash.slice(1))
      assert.isTrue(answer.has("id_token"))
      const other = new URLSearchParams(answer)
      other.set("code", `${answer.get("code") ?? ""}0`)
      returned.hash = other.toString()
      assert.strictEqual(reasonOf(yield* Effect.flip(back(returned.href, asked.state))), "UnexpectedResponse")
      assert.strictEqual(tokenCalls(sent, "authorization_code"), 0)
      returned.hash = answer.toString()
      assert.isAbove((yield* back(returned.href, asked.state)).accounts.length, 0)
    }).pipe(Effect.scoped)
  )
})

it.live("a signature of a kind nobody trusts is not believed, whoever offers it", () =>
  Effect.gen(function* () {
    const { back, start, visit } = yield* open("revolut-gb", {
      published: (metadata) => ({ ...metadata, id_token_signing_alg_values_supported: ["RS256", "none"] })
    })
    const asked = yield* start
    const error = yield* Effect.flip(back(yield* visit(asked.url), asked.state))
    assert.include(["UnexpectedResponse", "ProviderUnavailable"], reasonOf(error))
  }).pipe(Effect.scoped)
)

describe("what is asked of the person", () => {
  it.live("is signed, short-lived, and bound to one consent, one client and one server", () =>
    Effect.gen(function* () {
      const { host, settings, start, town } = yield* open("revolut-gb")
      const asked = yield* start
      const address = new URL(asked.url)
      const request = address.searchParams.get("request") ?? ""
      const claims = decodeJwt(request)
      assert.strictEqual(decodeProtectedHeader(request).alg, "PS256")
      assert.deepStrictEqual([claims.iss, claims.aud], ["reader", settings.institution.issuer])
      assert.strictEqual(claims["redirect_uri"], redirectUrl)
      assert.strictEqual(claims["code_challenge_method"], "S256")
      const now = Math.floor(town.clock.now / 1000)
      assert.closeTo(claims.nbf ?? 0, now, 5)
      assert.isAtMost((claims.exp ?? 0) - (claims.nbf ?? 0), 3600)
      const [consent] = host.consents.all
      const { openbanking_intent_id } = (claims["claims"] as { id_token: Record<string, unknown> }).id_token
      assert.deepStrictEqual(openbanking_intent_id, { value: consent?.id, essential: true })
      const { conversation } = JSON.parse(asked.state) as { conversation: { verifier: string } }
      assert.notInclude(asked.url, conversation.verifier)
      assert.notInclude(JSON.stringify(claims), conversation.verifier)
    }).pipe(Effect.scoped)
  )

  it.live("is the least that shows a balance and its entries, until a stated end", () =>
    Effect.gen(function* () {
      const { sent, start, town } = yield* open("thames-gb")
      yield* start
      const staged = sent.find(({ method, url }) => method === "POST" && url.pathname.endsWith("-consents"))
      const { Data } = JSON.parse(staged?.body ?? "") as {
        Data: { Permissions: ReadonlyArray<string>; ExpirationDateTime: string }
      }
      assert.deepStrictEqual(Data.Permissions.toSorted(), [
        "ReadAccountsDetail",
        "ReadBalances",
        "ReadTransactionsCredits",
        "ReadTransactionsDebits",
        "ReadTransactionsDetail"
      ])
      assert.strictEqual(Date.parse(Data.ExpirationDateTime), town.clock.now + 365 * 86_400_000)
    }).pipe(Effect.scoped)
  )
})

it("a UK consent has two clocks: the bank's, and the person's own every 90 days (pitfall 9)", () => {
  const grantedAt = "2026-06-01T09:00:00.000Z"
  for (const id of ["revolut-gb", "thames-gb"]) {
    const bounds = Consent.bounds({
      grantedAt,
      agreedUntil: "2028-01-01T00:00:00.000Z",
      validUntil: "2027-06-01T09:00:00.000Z",
      terms: manifestOf(recordOf(id)).consent
    })
    assert.deepStrictEqual(bounds, { expiresAt: "2027-06-01T09:00:00.000Z", reconfirmBy: "2026-08-30T09:00:00.000Z" })
  }
})
