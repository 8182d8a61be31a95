/** Linking and reading banks from the terminal: real processes, real mutual TLS, a mirror on disk. */
import { once } from "node:events"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { apply, equip, freeAddress, type Host, host, licence, register } from "./Host.ts"
import type { Ran } from "./terminal.ts"

const limit = 60_000
/** Reserved for examples (RFC 5737). */
const address = "203.0.113.7"

interface Report {
  readonly stream: string
  readonly added: number
  readonly outcome: { readonly _tag: string; readonly until?: string }
}
interface Linked {
  readonly connectionId: string
  readonly consentId: string
  readonly accountIds: ReadonlyArray<string>
  readonly read: ReadonlyArray<Report>
}
interface Listed {
  readonly connectionId: string
  readonly status: string
  readonly reconfirmBy?: string
  readonly reminders: ReadonlyArray<{ readonly say: string }>
}

/** A command that sends a person to a page: where to, and how it ended. */
const waiting = (child: ReturnType<Host["start"]>) => {
  let [out, err] = ["", ""]
  child.stdout?.on("data", (chunk: Buffer) => (out += chunk.toString()))
  const ended = once(child, "close").then(([code]): Ran => ({ code: Number(code ?? 1), out, err }))
  const asked = new Promise<string>((resolve, reject) => {
    child.stderr?.on("data", (chunk: Buffer) => {
      err += chunk.toString()
      const [found] = /https:\/\/127\.0\.0\.1\S+(?=\n)/.exec(err) ?? []
      if (found !== undefined) resolve(found)
    })
    void ended.then(() => reject(new Error(`it sent nobody anywhere: ${err}`)))
  })
  return { asked, ended }
}

const parsed = (ran: Ran): unknown => {
  assert.isNotEmpty(ran.out, ran.err)
  return JSON.parse(ran.out)
}

const linkGerman = (at: Host, email: string, ...more: ReadonlyArray<string>) => [
  "link",
  "psd2",
  "--institution",
  "klarna-de",
  "--base-url",
  at.banks.baseUrl("klarna-de"),
  "--hand-over",
  at.entered({ psuId: email }),
  "--yes",
  ...more
]

describe("a host without what the law asks for", () => {
  let at: Host
  beforeAll(async () => {
    at = await host(["klarna-de"], 1)
  })
  afterAll(() => at.close())

  it(
    "is refused before anything is asked, told what it lacks and what else there is",
    async () => {
      const ran = await at.run(...linkGerman(at, "john.doe@example.com"))
      assert.strictEqual(ran.code, 6)
      assert.include(ran.err, "a licence for account information")
      assert.include(ran.err, "QWAC")
      assert.include(ran.err, "paymirror import FILE")
      assert.strictEqual(at.banks.ledger.totals.requests, 0)
      assert.deepStrictEqual(parsed(await at.run("connections", "--json")), [])
      const { routes } = parsed(await at.run("routes", "--market", "de", "--json")) as {
        routes: ReadonlyArray<{ stream: string; live?: unknown; history?: { connector: string } }>
      }
      const balance = routes.find((one) => one.stream === "balance")
      assert.isUndefined(balance?.live)
      assert.strictEqual(balance?.history?.connector, "csv")
    },
    limit
  )

  it(
    "that names no bank, or one nobody knows, is told where they are listed",
    async () => {
      const none = await at.run("link", "psd2")
      assert.strictEqual(none.code, 2)
      assert.include(none.err, "paymirror institutions")
      assert.strictEqual((await at.run("link", "psd2", "--institution", "nobody-de")).code, 2)
      const listed = parsed(await at.run("institutions", "--market", "DE", "--json")) as ReadonlyArray<{
        id: string
        maturity: string
        missing: ReadonlyArray<string>
      }>
      const german = listed.find((one) => one.id === "klarna-de")
      assert.strictEqual(german?.maturity, "specified")
      assert.lengthOf(german?.missing ?? [], 2)
    },
    limit
  )

  it(
    "whose certificate ran out, or whose key is another's, hears it from doctor, without a key in sight",
    async () => {
      const organization = { organizationId: licence }
      const old = await at.banks.certificates.expired(organization)
      const other = await at.banks.certificates.qwac(organization)
      at.lay("licence", licence)
      at.lay("transport.crt", old.cert)
      at.lay("transport.key", other.key)
      at.lay("seal.crt", "not a certificate")
      at.lay("client.alg", "HS256")
      at.lay("own.address", "here")
      const doctor = await at.run("doctor", "--json")
      assert.strictEqual(doctor.code, 1)
      const { findings } = parsed(doctor) as { findings: ReadonlyArray<{ what: string; detail: string; ok: boolean }> }
      const about = (what: string) => findings.find((one) => one.what.startsWith(what))
      assert.isTrue(about("licence")?.ok)
      assert.include(about("transport certificate")?.detail, "expired on")
      assert.include(about("transport key")?.detail, "not the key of its certificate")
      assert.include(about("seal certificate")?.detail, "not a certificate")
      assert.include(about("client key algorithm")?.detail, "is none of PS256, ES256")
      assert.include(about("this host's own IP address")?.detail, "is not an IP address")
      const secret = other.key.split("\n")[1] ?? ""
      assert.notInclude(doctor.out + doctor.err, secret)
      const ran = await at.run(...linkGerman(at, "john.doe@example.com"))
      assert.strictEqual(ran.code, 6)
      assert.include(ran.err, "expired on")
      assert.notInclude(ran.out + ran.err, secret)
    },
    limit
  )
})

describe("a bank whose approval is in its app", () => {
  let at: Host
  let linked: Linked
  beforeAll(async () => {
    at = await host(["klarna-de"], 1)
    await equip(at)
  })
  afterAll(() => at.close())

  it(
    "is linked, and its past read at once",
    async () => {
      const { bank } = at.banks.institution("klarna-de")
      const ran = await at.run(
        ...linkGerman(at, "john.doe@example.com", "--address", address, "--holder", "alex", "--json")
      )
      assert.strictEqual(ran.code, 0, ran.err)
      linked = parsed(ran) as Linked
      assert.lengthOf(linked.accountIds, 1)
      assert.deepStrictEqual(
        linked.read.map(({ outcome }) => outcome._tag),
        ["CaughtUp"]
      )
      const truth = bank.ledger("john-eur").length + bank.pending("john-eur").length
      // The stated balance is a row of its own.
      assert.strictEqual(linked.read[0]?.added, truth + 1)
      assert.include(ran.err, "account information only")
      assert.include(ran.err, "180 days")
      assert.include(ran.err, "comes to its end")
      assert.include(ran.err, "Klarna app")
    },
    limit
  )

  it(
    "is read four times a day with nobody there, the fifth waits and says until when",
    async () => {
      const codes: Array<number> = []
      let last: Report | undefined
      for (let read = 1; read <= 5; read += 1) {
        const ran = await at.run("sync", "--json")
        codes.push(ran.code)
        last = (parsed(ran) as ReadonlyArray<Report>)[0]
      }
      assert.deepStrictEqual(codes, [0, 0, 0, 0, 4])
      assert.strictEqual(last?.outcome._tag, "Throttled")
      assert.isAbove(Date.parse(last?.outcome.until ?? ""), Date.now())
      assert.strictEqual(at.banks.institution("klarna-de").accesses.worst()?.count, 4)
      const doctor = await at.run("doctor")
      assert.strictEqual(doctor.code, 0, doctor.out)
      assert.include(doctor.out, "waits until")
    },
    limit
  )

  it(
    "is read without counting while the person is there, and never under an address that is none",
    async () => {
      const ran = await at.run("sync", "--address", address, "--json")
      assert.strictEqual(ran.code, 0, ran.err)
      assert.strictEqual(at.banks.institution("klarna-de").accesses.worst()?.count, 4)
      const refused = await Promise.all([
        at.run("sync", "--address", "here"),
        at.run("sync", "--address", address, "--watch")
      ])
      assert.deepStrictEqual(
        refused.map(({ code }) => code),
        [2, 2]
      )
    },
    limit
  )

  it(
    "is not asked again by a watcher that starts while it has to wait",
    async () => {
      at.banks.ledger.clear()
      const child = at.start("sync", "--watch")
      await new Promise((resolve) => setTimeout(resolve, 2500))
      child.kill("SIGINT")
      await once(child, "close")
      assert.strictEqual(at.banks.ledger.totals.requests, 0)
    },
    limit
  )

  it(
    "is explained: who reads the balance in Germany, and what was passed over",
    async () => {
      const ran = await at.run("explain", "balance")
      assert.strictEqual(ran.code, 0, ran.err)
      assert.include(ran.out, "psd2 (klarna-de)")
      assert.include(ran.out, "Passed over")
      const account = await at.run("explain", linked.accountIds[0] ?? "", "--json")
      const { accounts } = parsed(account) as {
        accounts: ReadonlyArray<{
          currency: string
          routes: ReadonlyArray<{ stream: string; live?: { connectionId?: string } }>
        }>
      }
      assert.strictEqual(accounts[0]?.currency, "EUR")
      const balance = accounts[0]?.routes.find((one) => one.stream === "balance")
      assert.strictEqual(balance?.live?.connectionId, linked.connectionId)
    },
    limit
  )

  it(
    "is renewed over the same connection; the consent before goes on until then",
    async () => {
      const ran = await at.run(...linkGerman(at, "john.doe+reject@example.com", "--holder", "alex"))
      assert.strictEqual(ran.code, 3, ran.err)
      assert.include(ran.err, "goes on until you have approved anew")
      const kept = parsed(await at.run("connections", "--json")) as ReadonlyArray<Listed>
      assert.deepStrictEqual(
        kept.map(({ status }) => status),
        ["active"]
      )
      const renewed = await at.run(
        ...linkGerman(at, "john.doe@example.com", "--holder", "alex", "--address", address, "--attended-only", "--json")
      )
      assert.strictEqual(renewed.code, 0, renewed.err)
      const again = parsed(renewed) as Linked
      assert.strictEqual(again.connectionId, linked.connectionId)
      assert.deepStrictEqual(again.accountIds, linked.accountIds)
      assert.notStrictEqual(again.consentId, linked.consentId)
    },
    limit
  )

  it(
    "that the person from then on only wants read while they are there is not read without them",
    async () => {
      at.banks.ledger.clear()
      const alone = await at.run("sync")
      assert.strictEqual(alone.code, 3)
      assert.include(alone.out, "--address")
      assert.strictEqual(at.banks.ledger.totals.requests, 0)
      assert.strictEqual((await at.run("sync", "--address", address)).code, 0)
    },
    limit
  )

  it(
    "is withdrawn in one call, at the bank too",
    async () => {
      const withdrawn = await at.run("withdraw", linked.connectionId, "--json")
      assert.isTrue((parsed(withdrawn) as { revokedUpstream: boolean }).revokedUpstream)
      const valid = at.banks.institution("klarna-de").consents.all.filter(({ status }) => status === "valid")
      assert.lengthOf(valid, 0)
      assert.strictEqual((await at.run("sync")).code, 3)
    },
    limit
  )
})

describe("a person who breaks off while they are asked to approve", () => {
  let at: Host
  beforeAll(async () => {
    at = await host(["klarna-de"], 0)
    await equip(at)
  })
  afterAll(() => at.close())

  it(
    "leaves nothing half-done, and is told what to do about the question in their app",
    async () => {
      const child = at.start(...linkGerman(at, "john.doe@example.com"))
      let said = ""
      child.stderr?.on("data", (chunk: Buffer) => {
        said += chunk.toString()
        if (said.includes("Klarna app")) setTimeout(() => child.kill("SIGINT"), 500)
      })
      await once(child, "close")
      assert.include(said, "Nothing was linked")
      assert.include(said, "decline it")
      assert.deepStrictEqual(parsed(await at.run("connections", "--json")), [])
    },
    limit
  )
})

describe("a bank whose approval is on its page", () => {
  let at: Host
  let redirectUrl: string
  beforeAll(async () => {
    at = await host(["revolut-gb"], 1)
    await equip(at)
    redirectUrl = await freeAddress()
    register(at, "revolut-gb", redirectUrl)
  })
  afterAll(() => at.close())

  const linkBritish = (...more: ReadonlyArray<string>) => [
    "link",
    "psd2",
    "--institution",
    "revolut-gb",
    "--base-url",
    at.banks.baseUrl("revolut-gb"),
    "--issuer",
    at.banks.baseUrl("revolut-gb"),
    "--yes",
    "--json",
    ...more
  ]

  it(
    "has to know where to send people back to",
    async () => {
      const ran = await at.run(...linkBritish())
      assert.strictEqual(ran.code, 6)
      assert.include(ran.err, "--redirect-url")
    },
    limit
  )

  it(
    "is linked when the person comes back to the address this terminal listens at, with their two currencies apart",
    async () => {
      const { asked, ended } = waiting(at.start(...linkBritish("--redirect-url", redirectUrl, "--address", address)))
      const back = new URL(await at.banks.visit(await asked, { customer: "ruth" }))
      assert.strictEqual(back.origin + back.pathname, redirectUrl)
      // Somebody else's page that points here is not the bank.
      const elsewhere = await fetch(`http://127.0.0.1:${back.port}/back?code=x&state=y`)
      assert.strictEqual(elsewhere.status, 404)
      const page = await fetch(back)
      assert.include(await page.text(), "close this page")
      const ran = await ended
      assert.strictEqual(ran.code, 0, ran.err)
      const linked = parsed(ran) as Linked
      assert.lengthOf(linked.accountIds, 2)
      assert.include(ran.err, "reconfirm")

      const shown = parsed(await at.run("show", "--json")) as ReadonlyArray<{
        currency: string
        rows: Record<string, number>
      }>
      assert.deepStrictEqual(shown.map(({ currency }) => currency).toSorted(), ["EUR", "GBP"])
      const balance = await at.run("show", "balance")
      assert.include(balance.out, "GBP")
      assert.include(balance.out, "EUR")

      const [listed] = parsed(await at.run("connections", "--json")) as ReadonlyArray<Listed>
      const days = (Date.parse(listed?.reconfirmBy ?? "") - Date.now()) / 86_400_000
      assert.isTrue(days > 89 && days < 91)
      const confirmed = await at.run("reconfirm", linked.connectionId, "--json")
      assert.strictEqual(confirmed.code, 0, confirmed.err)
    },
    limit
  )

  it(
    "does not take an answer to a question nobody asked",
    async () => {
      const { asked, ended } = waiting(at.start(...linkBritish("--redirect-url", redirectUrl, "--holder", "other")))
      await asked
      await fetch(`${redirectUrl}?code=stolen&state=forged`)
      assert.notStrictEqual((await ended).code, 0)
      const listed = parsed(await at.run("connections", "--json")) as ReadonlyArray<Listed>
      assert.lengthOf(listed, 1)
    },
    limit
  )
})

describe("a host that is registered at an aggregator", () => {
  let at: Host
  let redirectUrl: string
  beforeAll(async () => {
    at = await host(["enable-banking"], 1)
    redirectUrl = await freeAddress()
    apply(at, redirectUrl)
    // What the simulated aggregator shows is known to nobody else, so its authority comes with a certificate.
    await equip(at)
  })
  afterAll(() => at.close())

  it(
    "links a bank through the aggregator, and routing knows that bank from then on",
    async () => {
      const half = await at.run("link", "psd2", "--institution", "enable-banking")
      assert.strictEqual(half.code, 2)
      const { asked, ended } = waiting(
        at.start(
          "link",
          "psd2",
          "--institution",
          "enable-banking",
          "--bank",
          "Suomi Pankki",
          "--market",
          "fi",
          "--provider",
          "suomi",
          "--base-url",
          at.banks.baseUrl("enable-banking"),
          "--redirect-url",
          redirectUrl,
          "--address",
          address,
          "--yes",
          "--json"
        )
      )
      await fetch(await at.banks.visit(await asked, { customer: "aino" }))
      const ran = await ended
      assert.strictEqual(ran.code, 0, ran.err)
      assert.include(ran.err, "Enable Banking stands in between")
      const linked = parsed(ran) as Linked
      const routed = await at.run("routes", "--market", "FI", "--provider", "suomi", "--holder", "me", "--json")
      const { routes } = parsed(routed) as {
        routes: ReadonlyArray<{ stream: string; live?: { connectionId?: string } }>
      }
      assert.strictEqual(routes.find((one) => one.stream === "balance")?.live?.connectionId, linked.connectionId)
    },
    limit
  )
})
