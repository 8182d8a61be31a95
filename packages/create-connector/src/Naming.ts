/**
 * What a provider is called: in code, in prose and in the registry; and what may be such a name. It refuses rather than
 * mends: a name that was changed on the way would be somebody else's.
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { Refusal } from "./Refusal.ts"

export interface Naming {
  /** `cash-app`: the connector's id, and the provider's. */
  readonly id: string
  /** `Cash App`. */
  readonly title: string
  readonly packageName: string
  readonly market: string
  readonly currency: string
}

const euro = ["AT", "BE", "DE", "ES", "FI", "FR", "GR", "IE", "IT", "NL", "PT"]

const currencies: ReadonlyMap<string, string> = new Map([
  ...euro.map((market) => [market, "EUR"] as const),
  ["AU", "AUD"],
  ["CA", "CAD"],
  ["CH", "CHF"],
  ["CZ", "CZK"],
  ["DK", "DKK"],
  ["GB", "GBP"],
  ["MX", "MXN"],
  ["NO", "NOK"],
  ["NZ", "NZD"],
  ["PL", "PLN"],
  ["SE", "SEK"],
  ["US", "USD"]
])

/** Where account information is a right by law: the European Economic Area and the United Kingdom. */
const open = new Set(
  "AT BE BG CY CZ DE DK EE ES FI FR GB GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK".split(" ")
)

const refuse = (message: string) => Effect.fail(new Refusal({ message }))

export const make = Effect.fnUntraced(function* (given: {
  readonly name: string
  readonly market: string
  readonly currency: Option.Option<string>
  readonly route: string
}): Effect.fn.Return<Naming, Refusal> {
  const { market, name, route } = given
  if (!/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(name) || name.length > 40 || name.startsWith("connector")) {
    return yield* refuse(
      `"${name}" cannot be a connector's name: up to 40 lower-case letters and digits, words with a dash between them, ` +
        'a letter first, and without "connector" before it. For example: acme, cash-app.'
    )
  }
  if (!/^[A-Z]{2}$/.test(market)) {
    return yield* refuse(`--market is a country as two capital letters (ISO 3166): US, DE, GB. "${market}" is none.`)
  }
  if (route === "psd2" && !open.has(market)) {
    return yield* refuse(
      `Banks in ${market} owe nobody account information: --route psd2 is for the European Economic Area and the United ` +
        "Kingdom. Elsewhere a person hands over their session (--route session) or a file (--route export)."
    )
  }
  const currency = Option.getOrElse(given.currency, () => currencies.get(market) ?? "")
  if (!/^[A-Z]{3}$/.test(currency)) {
    return yield* refuse(
      `Say what money is used there, as three capital letters (ISO 4217): --market ${market} --currency EUR.`
    )
  }
  const title = name
    .split("-")
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(" ")
  return { id: name, title, packageName: `paymirror-connector-${name}`, market, currency }
})
