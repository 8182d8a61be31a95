/** What the command line says to a person: within their terminal, and to be typed as it stands. */
import { Effect, Result } from "effect"
import { assert, describe, it } from "vitest"
import { describe as describeBanks } from "../src/commands/institutions.ts"
import { describe as describeRoutes } from "../src/commands/routes.ts"
import * as Connectors from "../src/Connectors.ts"
import { countryOf } from "../src/countryOf.ts"
import { notice } from "../src/Notice.ts"
import { routes } from "../src/Routing.ts"
import { render } from "../src/Table.ts"
import { toLink } from "../src/toLink.ts"

const psd2 = Connectors.find("psd2") ?? Connectors.missing("psd2")
const licence = "a licence for account information (its number, as in the certificate)"
const certificate = "a qualified website certificate (QWAC) and its key"
const missing = [licence, certificate]

const fits = (text: string, room: number): void => {
  for (const line of text.split("\n")) {
    assert.isAtMost(line.length, room, line)
    assert.strictEqual(line, line.trimEnd())
  }
}
/** As it reads when the lines are put together again. */
const flowing = (text: string): string => text.replaceAll(/\s+/g, " ")

describe("at 80 columns", () => {
  it("the list of banks says in full what this host lacks, once for all that ask for it", () => {
    const rows = psd2.institutions.map((institution) => ({
      ...institution,
      legalEntity: Connectors.moneyHolderOf(institution),
      connector: "psd2",
      missing
    }))
    const said = describeBanks(rows, 80)
    fits(said, 80)
    const ids = psd2.institutions.map(({ id }) => id).join(", ")
    assert.include(flowing(said), `${ids}: ${licence}`)
    assert.include(flowing(said), `${ids}: ${certificate}`)
  })

  it("a table cuts what is long, never an id that has to be typed", () => {
    const id = "01a20636-e8e9-747a-8f0b-e82cdbcd4fa2"
    const [, , row = ""] = render(
      [
        { title: "over", of: () => "a bank with a long name ".repeat(3) },
        { title: "id", of: () => id, whole: true }
      ],
      [undefined],
      60
    ).split("\n")
    assert.strictEqual(row, `a bank with a long na…  ${id}`)
  })

  it("routes say every reason in full", () => {
    const candidates = psd2.institutions.map((institution) => ({
      connector: "psd2",
      institution: institution.id,
      manifest: Connectors.manifestOf(psd2, { institution: institution.id }),
      missing
    }))
    const german = describeRoutes(routes({ market: "DE", provider: "klarna", candidates }), 80)
    fits(german, 80)
    assert.include(flowing(german), `balance: psd2 (klarna-de): this host lacks ${licence}, and ${certificate}`)
    const british = describeRoutes(routes({ market: "GB", provider: "klarna", candidates }), 80)
    assert.include(british, "every stream: psd2: no bank of klarna in GB is known")
  })
})

describe("the company that holds the money", () => {
  const asked = {
    manifest: psd2.manifest,
    streams: ["balance"],
    until: "2027-01-01T00:00:00Z",
    attendedOnly: false
  } as const

  it("is not claimed where the record of a bank only repeats its name", () => {
    const institution = Connectors.institutionOf(psd2, Connectors.behindAggregator("Suomi Pankki", "FI", undefined))
    const { text } = notice({ ...asked, institution })
    assert.notInclude(text, "held by")
    assert.include(text, "Which of its companies holds the money is not verified.")
  })

  it("is named where it is known", () => {
    const institution = Connectors.institutionOf(psd2, { institution: "klarna-de" })
    assert.include(notice({ ...asked, institution }).text, "held by Klarna Bank AB (publ)")
  })
})

describe("the command that links again", () => {
  it("names a bank behind the aggregator as it was named before, for the same person and no more than they agreed to", () => {
    const settings = {
      ...Connectors.behindAggregator("Banque d'Île", "FR", "ile"),
      redirectUrl: "http://localhost:8410/back"
    }
    assert.strictEqual(
      toLink({ connector: "psd2", holderId: "alex", settings, consent: { attendedOnly: true } }),
      String.raw`paymirror link psd2 --institution enable-banking --bank 'Banque d'\''Île' --market FR --provider ile ` +
        "--redirect-url http://localhost:8410/back --holder alex --attended-only"
    )
  })

  it("is short where there is nothing to name", () => {
    assert.strictEqual(toLink({ connector: "klarna-us", holderId: "me", settings: {} }), "paymirror link klarna-us")
  })
})

describe("a country", () => {
  it("is taken in either case, and refused with how it is written", () => {
    assert.strictEqual(Effect.runSync(countryOf("de")), "DE")
    const refusal = (text: string): string =>
      Result.match(Effect.runSync(Effect.result(countryOf(text))), {
        onFailure: ({ code, message }) => `${code}: ${message}`,
        onSuccess: (country) => country
      })
    assert.strictEqual(refusal("Germany"), '2: "Germany" is no country code; write it as DE or US.')
    assert.strictEqual(refusal("uk"), "2: The United Kingdom is written GB.")
  })
})
