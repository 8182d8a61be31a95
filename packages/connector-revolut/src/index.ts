/**
 * Revolut over account information, in the UK and the EEA: an account for each currency, its balance and its entries.
 * The route's rules are connector-psd2's; what is Revolut's own is a record for each company. Its files are `file.ts`.
 */
import * as Psd2 from "@paymirror/connector-psd2"
import type { Connector } from "@paymirror/core"
import type * as Layer from "effect/Layer"
import type * as HttpClient from "effect/http/HttpClient"
import { institutions } from "./institutions.ts"

export { institutions }
export { manifest } from "./Manifest.ts"

/** `GB`: the company for the United Kingdom. `LT`: the one for the European Economic Area. */
export type Market = "GB" | "LT"

export interface Options extends Omit<Psd2.Options, "institution"> {
  readonly market: Market
}

/** The record of one market. Throws `RangeError` for another. */
export const institutionOf = (market: Market): Psd2.Institution => {
  const found = institutions.find((one) => one.market === market)
  if (found === undefined) throw new RangeError(`Revolut has no record for ${market}`)
  return found
}

/**
 * The connector of one market. Throws `RangeError` at once for options that cannot work. What the host lacks (a licence,
 * its certificates) is said when a person wants to link.
 */
export const layer = ({
  market,
  ...options
}: Options): Layer.Layer<Connector.Connector, never, HttpClient.HttpClient> =>
  Psd2.layer({ ...options, institution: institutionOf(market) })
