/**
 * Which way to a stream comes first in which country, as data: the person's own session, an interface the provider
 * publishes, account information law (PSD2), or a file they download. It names routes, never connectors, and knows nothing
 * of who is linked or what this machine holds; `Routing.ts` does.
 */
import type { Manifest, StreamName } from "@paymirror/core"

export interface Preference {
  readonly route: Manifest.Route
  /** Why it stands here, for a person to read. */
  readonly why: string
}

export interface Order {
  /** What keeps the stream current, best first. */
  readonly live: ReadonlyArray<Preference>
  /** What fills in the past, best first. */
  readonly history: ReadonlyArray<Preference>
  /** Routes that cannot be taken to it here, whatever a connector says. */
  readonly never: Partial<Readonly<Record<Manifest.Route, string>>>
}

type Orders = Readonly<Record<StreamName.StreamName, Order>>

const everyStream = (order: Order): Orders => ({
  purchases: order,
  plans: order,
  card: order,
  balance: order,
  points: order,
  deliveries: order,
  profile: order
})

const session = (why: string): Preference => ({ route: "session", why })
const api = (why: string): Preference => ({ route: "api", why })
const psd2 = (why: string): Preference => ({ route: "psd2", why })
const file = (why: string): Preference => ({ route: "export", why })

const onlyPaymentAccounts = "PSD2 opens payment accounts, and nothing else of what the person sees"

const published = api("the provider publishes it and its holder made the key: documented, if some hours late")
const publishedPast = api("the provider's own interface reaches back as far as it says")

const unitedStates = everyStream({
  live: [published, session("the person's own session shows all of it, as it happens")],
  history: [
    file("a download reaches back furthest and seeds once; then what is live goes on from there"),
    publishedPast,
    session("the session reaches back to the beginning of what it shows")
  ],
  never: { psd2: "there is no such law in the United States" }
})

const withPaymentAccounts = (balance: string): Orders => ({
  ...everyStream({
    live: [published, session("no law opens it, so the person's own session is the way")],
    history: [
      file("a download reaches back furthest and seeds once"),
      publishedPast,
      session("the session reaches back to the beginning of what it shows")
    ],
    never: { psd2: onlyPaymentAccounts }
  }),
  balance: {
    live: [psd2(balance), published, session("the person's own session shows it too, without a right to it")],
    history: [
      psd2("right after the approval the bank shows all it will"),
      file("a download fills in what is older than the bank shows"),
      publishedPast,
      session("the session reaches back to the beginning of what it shows")
    ],
    never: {}
  }
})

const europeanUnion = withPaymentAccounts("the bank has to open a payment account: the most durable way there is")
const unitedKingdom = withPaymentAccounts(
  "e-money is a payment account, which Open Banking opens: the most durable way there is"
)

const elsewhere = everyStream({
  live: [published, session("the person's own session shows all of it, as it happens")],
  history: [
    file("a download reaches back furthest and seeds once"),
    publishedPast,
    session("the session reaches back to the beginning of what it shows")
  ],
  never: { psd2: "account information law holds in the EEA and the United Kingdom" }
})

/** The European Economic Area: where PSD2 is law. */
export const europeanMarkets =
  "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK".split(" ")

const byMarket: Readonly<Record<string, Orders>> = {
  US: unitedStates,
  GB: unitedKingdom,
  ...Object.fromEntries(europeanMarkets.map((market) => [market, europeanUnion]))
}

/** Every market has an order, also one nobody has thought of. */
export const orderOf = (market: string, stream: StreamName.StreamName): Order =>
  (Object.hasOwn(byMarket, market) ? byMarket[market] : undefined)?.[stream] ?? elsewhere[stream]
