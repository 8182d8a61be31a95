/** How a consent comes about at NextGenPSD2 banks, over the sandbox's TLS; and what a bank may do that ends it. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { first, open, presence, recordOf, redirectUrl } from "./berlinTown.ts"
import { type Script, type Scripted, scripted } from "./scripted.ts"

const start = { _tag: "Start" } as const
const poll = { _tag: "Poll" } as const
const ingrid = { psuId: "ingrid.eksempel@example.com" }

describe("a bank that redirects", () => {
  it.live("is linked by the person's return, with the accounts the consent opens and its end", () =>
    Effect.gen(function* () {
      const { linked, sent } = yield* open("nordbank-de")
      const { accounts, grant, validUntil } = yield* linked()
      assert.deepStrictEqual(
        accounts.map(({ currency, identification }) => [identification, currency]),
        [
          ["DE75200400600123456700", "EUR"],
          ["DE48200400600123456701", "EUR"]
        ]
      )
      assert.strictEqual(validUntil, "2026-11-28T23:59:59.000Z")
      assert.strictEqual(grant.validUntil, validUntil)
      assert.strictEqual(grant.authorisedAt.slice(0, 10), "2026-06-01")
      assert.deepStrictEqual(
        sent.map(({ method, url }) => `${method} ${url.pathname.replace(Redacted.value(grant.consentId), "{id}")}`),
        ["POST /v1/consents", "GET /v1/consents/{id}/status", "GET /v1/consents/{id}", "GET /v1/accounts"]
      )
    }).pipe(Effect.scoped)
  )

  it.live("asks for recurring access to everything, for as long and as often as its record says", () =>
    Effect.gen(function* () {
      const { link, sent } = yield* open("nordbank-de")
      yield* link(start)
      assert.deepStrictEqual(JSON.parse(sent[0]?.body ?? ""), {
        access: { allPsd2: "allAccounts" },
        recurringIndicator: true,
        validUntil: "2026-11-28",
        frequencyPerDay: 4,
        combinedServiceIndicator: false
      })
      assert.strictEqual(sent[0]?.headers["psu-ip-address"], presence.ipAddress)
      assert.strictEqual(sent[0]?.headers["tpp-redirect-preferred"], "true")
      assert.isTrue(sent[0]?.headers["tpp-redirect-uri"]?.startsWith(`${redirectUrl}?state=`))
    }).pipe(Effect.scoped)
  )

  it.live("names the account whose IBAN the person enters, where it takes no other", () =>
    Effect.gen(function* () {
      const { link, linked, sent } = yield* open("nordbank-de", { quirks: { access: "named" } })
      const asked = yield* link(start)
      assert(asked._tag === "Prompt")
      assert.deepStrictEqual(asked.fields, [{ name: "iban", label: "IBAN", secret: false }])
      const wrong = yield* link(
        { _tag: "Entered", values: { iban: Redacted.make("DE75200400600123456701") } },
        asked.state
      )
      assert.strictEqual(wrong._tag, "Prompt")
      assert.strictEqual(sent.length, 0)
      const { accounts } = yield* linked({ iban: "de75 2004 0060 0123 4567 00" })
      assert.strictEqual(accounts.length, 1)
      const iban = [{ iban: "DE75200400600123456700" }]
      assert.deepStrictEqual(JSON.parse(sent[0]?.body ?? "").access, {
        accounts: iban,
        balances: iban,
        transactions: iban
      })
    }).pipe(Effect.scoped)
  )

  it.live("believes no return but the one of this conversation", () =>
    Effect.gen(function* () {
      const { link, sent, town } = yield* open("nordbank-de")
      const step = yield* link(start)
      assert(step._tag === "Redirect")
      const returned = yield* Effect.promise(() => town.visit(step.url))
      const before = sent.length
      for (const url of [redirectUrl, `${redirectUrl}?state=of-somebody-else`, "no address"]) {
        const error = yield* Effect.flip(link({ _tag: "Redirected", url }, step.state))
        assert.strictEqual(error.reason._tag, "UnexpectedResponse")
      }
      assert.strictEqual(sent.length, before)
      assert.strictEqual((yield* link({ _tag: "Redirected", url: returned }, step.state))._tag, "Linked")
    }).pipe(Effect.scoped)
  )

  it.live("is not linked by a question, however often: an approval counts for whoever comes back with it", () =>
    Effect.gen(function* () {
      const { link, town } = yield* open("nordbank-de")
      const step = yield* link(start)
      assert(step._tag === "Redirect")
      yield* Effect.promise(() => town.visit(step.url))
      town.advance({ seconds: 2 })
      assert.strictEqual((yield* link(poll, step.state))._tag, "Redirect")
    }).pipe(Effect.scoped)
  )

  it.live("ends the conversation where the person declines, and the consent with it", () =>
    Effect.gen(function* () {
      const { link, sent, town } = yield* open("nordbank-de")
      const step = yield* link(start)
      assert(step._tag === "Redirect")
      const url = yield* Effect.promise(() => town.visit(step.url, { decision: "deny" }))
      const error = yield* Effect.flip(link({ _tag: "Redirected", url }, step.state))
      assert.strictEqual(error.reason._tag, "ConsentRequired")
      assert.strictEqual(sent.at(-1)?.method, "DELETE")
    }).pipe(Effect.scoped)
  )

  it.live("goes on after a restart, from the text of the state alone, which holds nothing of the person", () =>
    Effect.gen(function* () {
      const { link, town } = yield* open("nordbank-de")
      const step = yield* link(start)
      assert(step._tag === "Redirect")
      assert.notMatch(step.state, /192\.0\.2\.7|Browser|PSDSE|BEGIN/)
      assert.deepStrictEqual(yield* link(poll, step.state), step)
      const url = yield* Effect.promise(() => town.visit(step.url))
      assert.strictEqual((yield* link({ _tag: "Redirected", url }, step.state))._tag, "Linked")
      for (const state of ["", "{}", "prompted"]) {
        assert.strictEqual((yield* Effect.flip(link(poll, state))).reason._tag, "UnexpectedResponse")
      }
    }).pipe(Effect.scoped)
  )

  it.live("is believed where it shortens the consent", () =>
    Effect.gen(function* () {
      const { linked } = yield* open("nordbank-de", { bank: { shortenedDays: 30 } })
      const { validUntil } = yield* linked()
      assert.isTrue(validUntil?.startsWith("2026-07-0") ?? false, validUntil)
    }).pipe(Effect.scoped)
  )

  it.live("is read in upper case as in lower", () =>
    Effect.gen(function* () {
      const { linked } = yield* open("nordbank-de", { bank: { upperCaseStatuses: true } })
      assert.strictEqual((yield* linked())._tag, "Linked")
    }).pipe(Effect.scoped)
  )

  it.live("waits on a status that no standard names, until the time is over", () =>
    Effect.gen(function* () {
      const { link, town } = yield* open("nordbank-de", { bank: { unknownStatus: "underReview" } })
      const step = yield* link(start)
      assert(step._tag === "Redirect")
      const url = yield* Effect.promise(() => town.visit(step.url))
      const waiting = yield* link({ _tag: "Redirected", url }, step.state)
      assert(waiting._tag === "Approve")
      town.advance({ minutes: 61 })
      const error = yield* Effect.flip(link(poll, waiting.state))
      assert.strictEqual(error.reason._tag, "InteractionRequired")
    }).pipe(Effect.scoped)
  )

  it.live("sends nothing where the host has no address to come back to", () =>
    Effect.gen(function* () {
      const { asked, dialect } = yield* scripted(recordOf("nordbank-de"), {}, { redirectUrl: undefined })
      const error = yield* Effect.flip(dialect.link({ answer: start, state: "" }))
      assert.strictEqual(error.reason._tag, "ConfigurationRequired")
      assert.strictEqual(asked.length, 0)
    }).pipe(Effect.scoped)
  )
})

describe("a bank with an authorisation server", () => {
  it.live("is linked by a code with PKCE, state and issuer, every request sealed", () =>
    Effect.gen(function* () {
      const { link, sent, town } = yield* open("alpenbank-at")
      const step = yield* link(start)
      assert(step._tag === "Redirect")
      const asked = new URL(step.url).searchParams
      assert.strictEqual(asked.get("code_challenge_method"), "S256")
      assert.match(asked.get("scope") ?? "", /^AIS:/)
      const returned = yield* Effect.promise(() => town.visit(step.url))
      for (const [name, value] of [
        ["state", "other"],
        ["iss", "https://elsewhere.example"]
      ] as const) {
        const forged = new URL(returned)
        forged.searchParams.set(name, value)
        const error = yield* Effect.flip(link({ _tag: "Redirected", url: forged.href }, step.state))
        assert.strictEqual(error.reason._tag, "UnexpectedResponse")
      }
      const done = yield* link({ _tag: "Redirected", url: returned }, step.state)
      assert(done._tag === "Linked")
      assert.isDefined(done.grant.accessToken)
      assert.isDefined(done.grant.refreshToken)
      assert.isDefined(done.grant.accessExpiresAt)
      const atBank = sent.filter(({ url }) => url.pathname.startsWith("/v1/"))
      assert.isTrue(
        atBank.every(({ headers }) =>
          ["digest", "signature", "tpp-signature-certificate"].every((name) => headers[name] !== undefined)
        )
      )
      assert.notInclude(step.state, Redacted.value(done.grant.accessToken ?? Redacted.make("")))
    }).pipe(Effect.scoped)
  )

  it.live("says that a token ran out, and reads on with the renewed one, whose refresh token is another", () =>
    Effect.gen(function* () {
      const { dialect, linked, page, timed, town } = yield* open("alpenbank-at")
      const { grant } = yield* linked()
      town.advance({ minutes: 16 })
      const failure = yield* Effect.flip(page(grant, first(grant), { from: "2026-05-01" }))
      assert(failure._tag === "Refusal")
      assert.strictEqual(failure.meaning, "token")
      const renewed = yield* timed((dialect.renew ?? assert.fail("no renewal"))(grant))
      assert.notStrictEqual(
        Redacted.value(renewed.refreshToken ?? assert.fail("no token")),
        Redacted.value(grant.refreshToken ?? assert.fail("no token"))
      )
      assert.isAbove((yield* page(renewed, first(grant), { from: "2026-05-01" })).entries.length, 0)
      const spent = yield* Effect.flip(timed((dialect.renew ?? assert.fail("no renewal"))(grant)))
      assert.strictEqual(spent.reason._tag, "ConsentRequired")
    }).pipe(Effect.scoped)
  )

  it.live("has its consent ended also after the token ran out, and again", () =>
    Effect.gen(function* () {
      const { dialect, linked, timed, town } = yield* open("alpenbank-at")
      const { grant } = yield* linked()
      town.advance({ minutes: 16 })
      yield* timed(dialect.revoke(grant))
      yield* Effect.exit(timed(dialect.revoke(grant)))
      assert.isTrue(town.ledger.entries.some(({ method, status }) => method === "DELETE" && status === 204))
    }).pipe(Effect.scoped)
  )
})

describe("a bank that asks in its app", () => {
  it.live("is linked by waiting, no faster than is polite", () =>
    Effect.gen(function* () {
      const { link, linked, sent, town } = yield* open("fjordbank-no")
      const asked = yield* link(start)
      assert(asked._tag === "Prompt")
      assert.isTrue(asked.fields.every(({ secret }) => !secret))
      const step = yield* link({ _tag: "Entered", values: { psuId: Redacted.make(ingrid.psuId) } }, asked.state)
      assert(step._tag === "Approve")
      assert.strictEqual(step.pollAfterSeconds, 2)
      assert.isDefined(step.until)
      assert.notInclude(step.state, "ingrid")
      const once = yield* link(poll, step.state)
      assert(once._tag === "Approve")
      const before = sent.length
      assert.strictEqual((yield* link(poll, once.state))._tag, "Approve")
      assert.strictEqual(sent.length, before)
      town.advance({ seconds: 2 })
      yield* link(poll, once.state)
      assert.isAbove(sent.length, before)
      assert.strictEqual((yield* linked(ingrid))._tag, "Linked")
    }).pipe(Effect.scoped)
  )

  it.live("says so where the person declines in the app, and where they never answer", () =>
    Effect.gen(function* () {
      const { linked } = yield* open("fjordbank-no")
      const { link, town } = yield* open("fjordbank-no", { polls: 0 })
      const asked = yield* link(start)
      const step = yield* link(
        { _tag: "Entered", values: { psuId: Redacted.make(ingrid.psuId) } },
        asked._tag === "Prompt" ? asked.state : ""
      )
      assert(step._tag === "Approve")
      town.advance({ minutes: 11 })
      const late = yield* Effect.flip(link(poll, step.state))
      assert.include(["InteractionRequired", "ConsentRequired"], late.reason._tag)
      const refused = yield* Effect.flip(linked({ psuId: "ingrid.eksempel+reject@example.com" }))
      assert.include(["InteractionRequired", "ConsentRequired"], refused.reason._tag)
    }).pipe(Effect.scoped)
  )

  it.live("goes on waiting where the bank has a bad moment", () =>
    Effect.gen(function* () {
      const { host, link, town } = yield* open("fjordbank-no")
      const asked = yield* link(start)
      const step = yield* link(
        { _tag: "Entered", values: { psuId: Redacted.make(ingrid.psuId) } },
        asked._tag === "Prompt" ? asked.state : ""
      )
      assert(step._tag === "Approve")
      host.faults.failNext(1, 503)
      town.advance({ seconds: 2 })
      assert.strictEqual((yield* link(poll, step.state))._tag, "Approve")
    }).pipe(Effect.scoped)
  )
})

const created = (links: object, headers: Readonly<Record<string, string>> = {}, status = "received") => ({
  status: 201,
  headers,
  body: { consentId: "c-1", consentStatus: status, _links: links }
})
const consents = "POST /v1/consents"
const account = { resourceId: "r", iban: "DE75200400600123456700", currency: "EUR" }

describe("a consent that comes to nothing", () => {
  const deleted = "DELETE /v1/consents/c-1"
  const askedOf = (script: Script, id = "nordbank-de") =>
    Effect.gen(function* () {
      const { asked, dialect } = yield* scripted(recordOf(id), { [deleted]: { status: 204 }, ...script })
      const error = yield* Effect.flip(dialect.link({ answer: start, state: "" }))
      return { error, asked: asked.map(({ what }) => what) }
    })
  const valid = { [consents]: created({}, {}, "valid"), "GET /v1/consents/c-1": { body: { consentStatus: "valid" } } }

  it.live("is ended at the bank, and why it did stays the reason", () =>
    Effect.gen(function* () {
      const empty = yield* askedOf({ ...valid, "GET /v1/accounts": { body: { accounts: [] } } })
      assert.strictEqual(empty.error.reason._tag, "ConsentRequired")
      assert.strictEqual(empty.asked.at(-1), deleted)
      const unclear = yield* askedOf({ [consents]: created({}), [deleted]: { status: 500 } })
      assert.strictEqual(unclear.error.reason._tag, "UnexpectedResponse")
      assert.strictEqual(unclear.asked.at(-1), deleted)
    }).pipe(Effect.scoped)
  )

  it.live("is ended where the time to approve is over, or it would open the account to nobody's knowledge", () =>
    Effect.gen(function* () {
      const { host, link, town } = yield* open("nordbank-de", { bank: { unknownStatus: "underReview" } })
      const step = yield* link(start)
      assert(step._tag === "Redirect")
      const url = yield* Effect.promise(() => town.visit(step.url))
      const waiting = yield* link({ _tag: "Redirected", url }, step.state)
      assert(waiting._tag === "Approve")
      town.advance({ minutes: 61 })
      host.faults.failNext(1, 503)
      const silence = yield* Effect.flip(link(poll, waiting.state))
      assert.strictEqual(silence.reason._tag, "ProviderUnavailable")
      assert.strictEqual(host.consents.all.at(-1)?.status, "valid")
      const late = yield* Effect.flip(link(poll, waiting.state))
      assert.strictEqual(late.reason._tag, "InteractionRequired")
      assert.strictEqual(host.consents.all.at(-1)?.status, "terminated")
    }).pipe(Effect.scoped)
  )

  it.live("is not ended by an outage or by too many questions, and a later question takes it up", () =>
    Effect.gen(function* () {
      let accounts: Scripted = {}
      const { asked, dialect } = yield* scripted(recordOf("nordbank-de"), {
        ...valid,
        [consents]: created({}, { "ASPSP-SCA-Approach": "DECOUPLED" }),
        "GET /v1/consents/c-1/status": { body: { consentStatus: "valid" } },
        "GET /v1/accounts": () => accounts
      })
      const step = yield* dialect.link({ answer: start, state: "" })
      assert(step._tag === "Approve")
      const answer = { answer: poll, state: step.state }
      for (const [status, pause] of [
        [503, 2],
        [429, 30]
      ]) {
        accounts = { status: status ?? 0 }
        const still = yield* dialect.link(answer)
        assert.strictEqual(still._tag === "Approve" ? still.pollAfterSeconds : still._tag, pause)
      }
      assert.isFalse(asked.some(({ what }) => what === deleted))
      accounts = { body: { accounts: [account] } }
      assert.strictEqual((yield* dialect.link(answer))._tag, "Linked")
    }).pipe(Effect.scoped)
  )
})

describe("the approach is the bank's choice", () => {
  it.live("also where a bank known for a redirect asks in its app, or one known for its app redirects", () =>
    Effect.gen(function* () {
      const app = yield* scripted(recordOf("nordbank-de"), {
        [consents]: created(
          { scaStatus: { href: "/v1/consents/c-1/authorisations/a-7" } },
          { "ASPSP-SCA-Approach": "DECOUPLED" }
        )
      })
      const step = yield* app.dialect.link({ answer: start, state: "" })
      assert.strictEqual(step._tag, "Approve")
      assert.include(step._tag === "Approve" ? step.state : "", "a-7")
      const web = yield* scripted(
        { ...recordOf("fjordbank-no"), quirks: {} },
        {
          [consents]: created(
            { scaRedirect: { href: "https://bank.example/approve" } },
            { "ASPSP-SCA-Approach": "REDIRECT" }
          )
        }
      )
      const away = yield* web.dialect.link({ answer: start, state: "" })
      assert.strictEqual(away._tag === "Redirect" ? away.url : away._tag, "https://bank.example/approve")
    }).pipe(Effect.scoped)
  )

  it.live("an authorisation that has to be begun is begun", () =>
    Effect.gen(function* () {
      const { asked, dialect } = yield* scripted(recordOf("nordbank-de"), {
        [consents]: created({ startAuthorisation: { href: "/v1/consents/c-1/authorisations" } }),
        "POST /v1/consents/c-1/authorisations": {
          status: 201,
          body: {
            authorisationId: "a-1",
            scaStatus: "received",
            _links: { scaRedirect: { href: "https://bank.example/go" } }
          }
        }
      })
      assert.strictEqual((yield* dialect.link({ answer: start, state: "" }))._tag, "Redirect")
      assert.deepStrictEqual(
        asked.map(({ what }) => what),
        [consents, "POST /v1/consents/c-1/authorisations"]
      )
    }).pipe(Effect.scoped)
  )

  it.live("but never the person's password through us, nor an address that is not safe", () =>
    Effect.gen(function* () {
      for (const answer of [
        created({ startAuthorisationWithPsuAuthentication: { href: "/x" } }, { "ASPSP-SCA-Approach": "EMBEDDED" }),
        created({ updatePsuAuthentication: { href: "/x" } }),
        created({ scaRedirect: { href: "http://bank.example/approve" } }),
        created({ scaRedirect: { href: "javascript:alert(1)" } }),
        created({})
      ]) {
        const { dialect } = yield* scripted(recordOf("nordbank-de"), { [consents]: answer })
        const error = yield* Effect.flip(dialect.link({ answer: start, state: "" }))
        assert.strictEqual(error.reason._tag, "UnexpectedResponse")
      }
    }).pipe(Effect.scoped)
  )

  it.live("where several people approve, the first approval is waited on", () =>
    Effect.gen(function* () {
      let status = "partiallyAuthorised"
      const { dialect } = yield* scripted(recordOf("nordbank-de"), {
        [consents]: created({ scaRedirect: { href: "https://bank.example/go" } }),
        "GET /v1/consents/c-1/status": () => ({ body: { consentStatus: status } }),
        "GET /v1/consents/c-1": () => ({ body: { consentStatus: status, validUntil: "9999-12-31" } }),
        "GET /v1/accounts": { body: { accounts: [account] } }
      })
      const step = yield* dialect.link({ answer: start, state: "" })
      assert(step._tag === "Redirect")
      const { state } = JSON.parse(step.state)
      const waiting = yield* dialect.link({
        answer: { _tag: "Redirected", url: `${redirectUrl}?state=${state}` },
        state: step.state
      })
      assert(waiting._tag === "Approve")
      status = "valid"
      const done = yield* dialect.link({
        answer: { _tag: "Redirected", url: `${redirectUrl}?state=${state}` },
        state: waiting.state
      })
      assert(done._tag === "Linked")
      assert.isUndefined(done.validUntil)
    }).pipe(Effect.scoped)
  )

  it.live("an account in several currencies is one account for each, as its balances say", () =>
    Effect.gen(function* () {
      const balance = (currency: string) => ({ balanceType: "closingBooked", balanceAmount: { currency, amount: "1" } })
      const { dialect } = yield* scripted(recordOf("nordbank-de"), {
        [consents]: created({}, {}, "valid"),
        "GET /v1/consents/c-1": { body: { consentStatus: "valid", validUntil: "2026-12-31" } },
        "GET /v1/accounts": { body: { accounts: [{ ...account, currency: "XXX" }] } },
        "GET /v1/accounts/r/balances": { body: { balances: [balance("EUR"), balance("USD"), balance("EUR")] } }
      })
      const done = yield* dialect.link({ answer: start, state: "" })
      assert(done._tag === "Linked")
      assert.deepStrictEqual(
        done.accounts.map(({ currency }) => currency),
        ["EUR", "USD"]
      )
    }).pipe(Effect.scoped)
  )
})

describe("pitfall 12: the person's address", () => {
  it.live("is sent where they are there and nowhere else, and the host's own only where it is configured", () =>
    Effect.gen(function* () {
      const script = { [consents]: created({ scaRedirect: { href: "https://bank.example/go" } }) }
      const addressOf = (own?: string, who?: typeof presence) =>
        Effect.gen(function* () {
          const { asked, dialect } = yield* scripted(
            recordOf("nordbank-de"),
            script,
            own === undefined ? {} : { ownAddress: own }
          )
          yield* dialect.link({ answer: start, state: "", ...(who !== undefined && { presence: who }) })
          return asked[0]?.headers["psu-ip-address"]
        })
      assert.isUndefined(yield* addressOf())
      assert.strictEqual(yield* addressOf("198.51.100.1"), "198.51.100.1")
      assert.strictEqual(yield* addressOf("198.51.100.1", presence), presence.ipAddress)
    }).pipe(Effect.scoped)
  )

  it.live("travels with reads if and only if they asked", () =>
    Effect.gen(function* () {
      const { call, dialect, linked, sent, timed } = yield* open("nordbank-de", { ownAddress: "198.51.100.1" })
      const { grant } = yield* linked()
      const from = sent.length
      yield* timed(dialect.balances(call(grant), first(grant)))
      yield* timed(dialect.balances(call(grant, presence), first(grant)))
      assert.deepStrictEqual(
        sent.slice(from).map(({ headers }) => [headers["psu-ip-address"], headers["psu-user-agent"]]),
        [
          [undefined, undefined],
          [presence.ipAddress, presence.userAgent]
        ]
      )
    }).pipe(Effect.scoped)
  )
})

describe("pitfall 23: what one bank needs", () => {
  it.live("is in its record: nothing is asked or created ahead of a consent that does not need it", () =>
    Effect.gen(function* () {
      for (const [id, expected] of [
        ["nordbank-de", "Redirect"],
        ["alpenbank-at", "Redirect"],
        ["fjordbank-no", "Prompt"]
      ] as const) {
        const { link, sent } = yield* open(id)
        const step = yield* link(start)
        assert.strictEqual(step._tag, expected)
        assert.isAtMost(sent.filter(({ method }) => method === "POST").length, 1)
      }
    }).pipe(Effect.scoped)
  )
})

describe("pitfall 8: a consent that ends", () => {
  it.live("is said as one, whatever status the bank says it with", () =>
    Effect.gen(function* () {
      for (const expiredEarly of [400, 401] as const) {
        const { linked, page, town } = yield* open("nordbank-de")
        const { grant } = yield* linked()
        town.institution("nordbank-de").quirks.expiredEarly = expiredEarly
        town.advance({ minutes: 5 })
        const failure = yield* Effect.flip(page(grant, first(grant), { from: "2026-05-01" }))
        assert.strictEqual(failure._tag === "ConnectorError" ? failure.reason._tag : failure.meaning, "ConsentRequired")
      }
    }).pipe(Effect.scoped)
  )
})
