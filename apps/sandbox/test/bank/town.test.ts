/** The banks of the town over the socket: consents, approval in each way, reading, and what is refused. */
import { once } from "node:events"
import { connect, createServer } from "node:net"
import type { AddressInfo } from "node:net"
import { assert, describe, it } from "@effect/vitest"
import { BankSandbox, Refused, Sandbox } from "../../src/index.ts"
import { client } from "./client.ts"
import { at, back, everything, klarnaEverything, open, organization, person, rowsAt, walk } from "./reading.ts"

const list = "transactions?bookingStatus=both&dateFrom=2026-01-01"

describe("Klarna v2", () => {
  it("asks in the app, and lists every entry of the ledger once", async () => {
    const { pushed, town } = await open({ institutions: ["klarna-de"], quirks: { pageSize: 7 } })
    const { authorised, created, polled, read } = await pushed("john.doe+test@example.com")
    assert.strictEqual(created.status, 201)
    assert.strictEqual(at(authorised.json, "scaMethods", 0, "authenticationMethodId"), "KlarnaApp")
    assert.deepStrictEqual(polled, ["received", "valid", "valid"])
    const accounts = await read("/v2/accounts")
    const [account] = rowsAt(accounts.json, "accounts")
    assert.strictEqual(account?.["iban"], "DE23100000001234567890")
    assert.strictEqual(account?.["bic"], "KLRNDEBEXXX")
    const { pages, rows } = await walk(read, `/v2/accounts/${String(account?.["resourceId"])}/${list}`)
    const ledger = town.institution("klarna-de").bank.ledger("john-eur")
    assert.isAbove(pages, 3)
    assert.deepStrictEqual(
      new Set(rows.map((row) => row["transactionId"])),
      new Set(ledger.map(({ wireId }) => wireId))
    )
    assert.strictEqual(rows.length, ledger.length)
    assert.isAtLeast(ledger.length, 36)
    await town.close()
  })

  it("resolves by the address of the person: declined, ignored until the window closes, unknown", async () => {
    const { askOf, pushed, town } = await open({ institutions: ["klarna-se"] })
    assert.deepStrictEqual((await pushed("sven.svensson+reject@example.com")).polled, [
      "received",
      "rejected",
      "rejected"
    ])
    const ignored = await pushed("sven.svensson+ignore@example.com")
    assert.strictEqual(ignored.polled.at(-1), "received")
    const early = await ignored.call(`/v2/consents/account-access/${ignored.consent}`)
    assert.strictEqual(at(early.json, "consentStatus"), "received")
    town.advance({ minutes: 10 })
    const home = `/v2/consents/account-access/${ignored.consent}`
    assert.strictEqual(at((await ignored.call(home)).json, "consentStatus"), "rejected")
    assert.strictEqual(at((await ignored.call(`${home}/status`)).json, "consentStatus"), "rejected")
    const unknown = await askOf("klarna-se")("/v2/consents/account-access", {
      method: "POST",
      body: klarnaEverything,
      headers: { ...person, "psu-id": "nobody@example.com" }
    })
    assert.strictEqual(at(unknown.json, "apiClientMessages", 0, "code"), "PSU_CREDENTIALS_INVALID")
    await town.close()
  })

  it("takes detailed and global consents that are what they have to be, and no others", async () => {
    const { askOf, town } = await open({ institutions: ["klarna-de"] })
    const create = async (body: object) => {
      const heard = await askOf("klarna-de")("/v2/consents/account-access", {
        method: "POST",
        body: { ...klarnaEverything, ...body },
        headers: { ...person, "psu-id": "john.doe@example.com" }
      })
      return at(heard.json, "apiClientMessages", 0, "code") ?? heard.status
    }
    const own = { iban: "DE23100000001234567890", currency: "EUR" }
    assert.strictEqual(await create({ consentType: "accountList" }), "CONSENT_TYPE_NOT_SUPPORTED")
    assert.strictEqual(await create({ access: { payments: [{ account: own, rights: ["ais"] }] } }), "FORMAT_ERROR")
    const detailed = (entry: object) => create({ consentType: "detailed", access: { payments: [entry] } })
    assert.strictEqual(await detailed({ rights: ["balances"] }), "FORMAT_ERROR")
    assert.strictEqual(await detailed({ account: own, rights: ["everything"] }), "FORMAT_ERROR")
    assert.strictEqual(
      await detailed({ account: { iban: "DE02100100109307118603" }, rights: ["balances"] }),
      "RESOURCE_UNKNOWN"
    )
    assert.strictEqual(await detailed({ account: own, rights: ["balances", "transactions"] }), 201)
    await town.close()
  })

  it("ends the connection of whoever shows no certificate", async () => {
    const { town } = await open({ institutions: ["klarna-de"] })
    const bare = client(town.certificates.ca)(`${town.baseUrl("klarna-de")}/v2/accounts`)
    assert.strictEqual(
      await bare.then(
        () => "answered",
        () => "refused"
      ),
      "refused"
    )
    assert.strictEqual(town.ledger.entries.length, 0)
    await town.close()
  })
})

describe("a Berlin Group bank with a redirect", () => {
  it("sends the person back to where the client said, and lists what it holds", async () => {
    const { redirected, town } = await open({ institutions: ["nordbank-de"] })
    const { read, returned } = await redirected("nordbank-de")
    assert.strictEqual(returned, back)
    const accounts = rowsAt((await read("/v1/accounts?withBalance=true")).json, "accounts")
    assert.strictEqual(accounts.length, 2)
    const giro = String(accounts[0]?.["resourceId"])
    const { rows } = await walk(read, `/v1/accounts/${giro}/${list}`)
    const { bank } = town.institution("nordbank-de")
    assert.strictEqual(rows.length, bank.ledger("lena-giro").length)
    assert.isTrue(rows.some((row) => String(at(row, "transactionAmount", "amount")).startsWith("-")))
    const cards = rowsAt((await read("/v1/card-accounts")).json, "cardAccounts")
    const card = await read(`/v1/card-accounts/${String(cards[0]?.["resourceId"])}/${list}`)
    const [payment] = rowsAt(card.json, "cardTransactions", "booked")
    assert.strictEqual(at(card.json, "debitAccounting"), true)
    assert.isAbove(Number(at(payment, "transactionAmount", "amount")), 0)
    await town.close()
  })

  it("ends the consent before when a new one is approved, and says who may not read", async () => {
    const { redirected, town } = await open({ institutions: ["nordbank-de"] })
    const first = await redirected("nordbank-de")
    const second = await redirected("nordbank-de")
    const code = async (read: typeof first.read) => at((await read("/v1/accounts")).json, "tppMessages", 0, "code")
    assert.strictEqual(await code(first.read), "CONSENT_EXPIRED")
    await second.call(`/v1/consents/${second.consent}`, { method: "DELETE" })
    assert.strictEqual(await code(second.read), "CONSENT_INVALID")
    const denied = await second.call("/v1/accounts", { headers: { "consent-id": "unknown" } })
    assert.strictEqual(at(denied.json, "tppMessages", 0, "code"), "CONSENT_UNKNOWN")
    await town.close()
  })

  it("counts unattended reads by account and resource, and lets the person read", async () => {
    const { redirected, town } = await open({ institutions: ["nordbank-de"] })
    const { read } = await redirected("nordbank-de")
    const giro = String(rowsAt((await read("/v1/accounts", person)).json, "accounts")[0]?.["resourceId"])
    const statuses: Array<number> = []
    for (let index = 0; index < 5; index += 1) statuses.push((await read(`/v1/accounts/${giro}/balances`)).status)
    assert.deepStrictEqual(statuses, [200, 200, 200, 200, 429])
    assert.strictEqual((await read(`/v1/accounts/${giro}/balances`, person)).status, 200)
    assert.strictEqual((await read(`/v1/accounts/${giro}/${list}`)).status, 200)
    const { accesses } = town.institution("nordbank-de")
    assert.deepStrictEqual(accesses.worst(), { count: 5, account: "lena-giro", resource: "balances" })
    assert.isTrue(town.ledger.entries.some(({ attended, path }) => attended === true && path === "/v1/accounts"))
    town.advance({ days: 1 })
    assert.strictEqual((await read(`/v1/accounts/${giro}/balances`)).status, 200)
    await town.close()
  })

  it("sends a person who declines to the other address, and the consent is rejected", async () => {
    const { askOf, town } = await open({ institutions: ["nordbank-de"] })
    const call = askOf("nordbank-de")
    const created = await call("/v1/consents", {
      method: "POST",
      body: everything,
      headers: { ...person, "tpp-redirect-uri": back, "tpp-nok-redirect-uri": "https://reader.example/no" }
    })
    const page = String(at(created.json, "_links", "scaRedirect", "href"))
    assert.strictEqual(await town.visit(page, { decision: "deny" }), "https://reader.example/no")
    const status = await call(String(at(created.json, "_links", "status", "href")))
    assert.strictEqual(at(status.json, "consentStatus"), "rejected")
    assert.throws(() => town.approve("nordbank-de"), Refused)
    await town.close()
  })

  it("says which role or certificate is missing where it says so at all", async () => {
    const { town } = await open({ institutions: ["nordbank-de"], quirks: { certificateByStatus: true } })
    const { ca } = town.certificates
    const code = async (ask: ReturnType<typeof client>) =>
      at((await ask(`${town.baseUrl("nordbank-de")}/v1/accounts`)).json, "tppMessages", 0, "code")
    assert.strictEqual(await code(client(ca)), "CERTIFICATE_MISSING")
    assert.strictEqual(await code(client(ca, await town.certificates.expired(organization))), "CERTIFICATE_EXPIRED")
    const payer = await town.certificates.qwac({ ...organization, roles: ["PSP_PI"] })
    assert.strictEqual(await code(client(ca, payer)), "ROLE_INVALID")
    await town.close()
  })
})

describe("the town's commands", () => {
  it("book, announce and settle over HTTP, on the clock of the world beside it", async () => {
    const sandbox = await Sandbox.start({ banks: { institutions: ["nordbank-de"] } })
    const post = async (path: string, body: unknown) => {
      const heard = await fetch(`${sandbox.baseUrl}/_sandbox/${path}`, { method: "POST", body: JSON.stringify(body) })
      return { status: heard.status, json: (await heard.json()) as unknown }
    }
    const own = "banks/nordbank-de"
    const movement = { account: "lena-giro", amount: -1234, text: "Bäckerei Specht", kind: "card" }
    await post("advance", { days: 3 })
    const booked = await post(`${own}/book`, movement)
    assert.deepStrictEqual([at(booked.json, "bookedOn"), at(booked.json, "status")], ["2026-06-04", "booked"])
    const held = await post(`${own}/announce`, movement)
    const settled = await post(`${own}/settle`, { key: at(held.json, "key"), amount: -1300 })
    assert.strictEqual(at(settled.json, "settles"), at(held.json, "key"))
    assert.strictEqual((await post(`${own}/quirks`, { nextLink: "self", historyDays: 90 })).status, 200)
    assert.strictEqual(sandbox.banks?.institution("nordbank-de").quirks.nextLink, "self")
    assert.strictEqual((await post(`${own}/quirks`, { nextLink: "sideways" })).status, 400)
    assert.strictEqual((await post(`${own}/quirks`, { unheardOf: true })).status, 400)
    assert.strictEqual((await post(`${own}/approve`, {})).status, 409)
    assert.strictEqual((await post(`${own}/dance`, {})).status, 404)
    assert.strictEqual((await post("banks/elsewhere/book", movement)).status, 409)
    const identity = await post("banks/certificates", organization)
    assert.include(String(at(identity.json, "qwac", "cert")), "BEGIN CERTIFICATE")
    const shown = (await (await fetch(`${sandbox.baseUrl}/_sandbox/${own}`)).json()) as unknown
    assert.strictEqual(rowsAt(shown, "accounts").length, 4)
    await sandbox.close()
  })
})

describe("a bank whose port is taken", () => {
  it("keeps all the others shut too", async () => {
    const other = createServer().listen(0, "127.0.0.1")
    await once(other, "listening")
    const { port } = other.address() as AddressInfo
    // Each bank has two doors, and Klarna's stand before Nordbank's.
    const firstPort = port - 2
    const failure = await BankSandbox.start({ institutions: ["klarna-de", "nordbank-de"], firstPort }).then(
      () => "opened",
      (error: unknown) => String(error)
    )
    assert.include(failure, `address already in use 127.0.0.1:${port}`)
    const [refusal] = (await once(connect(firstPort, "127.0.0.1"), "error")) as [Error]
    assert.include(refusal.message, "ECONNREFUSED")
    other.close()
  })
})
