/** What a connector can do, readable without running it. */
import * as Schema from "effect/Schema"
import { Market } from "./Account.ts"
import { StreamName } from "./StreamName.ts"

/**
 * `session`: the person's own signed-in session. `api`: an interface the provider publishes, under credentials its holder made
 * there. `psd2`: account information law. `export`: a file the person downloads.
 */
export const Route = Schema.Literals(["session", "api", "psd2", "export"])
export type Route = typeof Route.Type

/**
 * `verified`: held against a live consenting account. `specified`: follows a public standard or documentation.
 * `illustrative`: nobody has published the wire; the shapes are a guess to be confirmed.
 */
export const Maturity = Schema.Literals(["verified", "specified", "illustrative"])
export type Maturity = typeof Maturity.Type

/** At most `reads` unattended accesses in any rolling `hours`, to each resource of each account. */
export const Budget = Schema.Struct({ reads: Schema.Int, hours: Schema.Int })
export type Budget = typeof Budget.Type

export const StreamCapability = Schema.Struct({
  /** How it is kept current; absent where the route only fills history. */
  live: Schema.optionalKey(Schema.Literals(["cursor", "snapshot"])),
  /** Whether the route can reach back before the day it was linked; how far, it does not say. */
  backfill: Schema.Boolean,
  /** The pause between reads that this stream deserves. */
  cadenceMinutes: Schema.optionalKey(Schema.Int),
  /** Delivered by reading that stream, not by a read of its own. */
  via: Schema.optionalKey(StreamName),
  budget: Schema.optionalKey(Budget)
})
export type StreamCapability = typeof StreamCapability.Type

/** What bounds a consent over this route, in days. */
export const ConsentTerms = Schema.Struct({
  /** It ends after so many at the latest, and the person approves anew at the provider. */
  maxDays: Schema.Int,
  /** Without the person's confirmation to the host every so many, nothing is read unattended. */
  reconfirmDays: Schema.optionalKey(Schema.Int)
})
export type ConsentTerms = typeof ConsentTerms.Type

export const Manifest = Schema.Struct({
  spec: Schema.Literal("1"),
  id: Schema.String.check(Schema.isPattern(/^[a-z][a-z0-9-]*$/)),
  name: Schema.NonEmptyString,
  /** Who holds the data (`klarna`); empty where the file decides. */
  provider: Schema.String,
  markets: Schema.Array(Market),
  route: Route,
  link: Schema.Literals(["redirect", "decoupled", "prompt", "upload"]),
  maturity: Maturity,
  /** The only hosts it may contact, as they stand in a URL. */
  hosts: Schema.Array(Schema.String),
  /** How the provider spreads a partial refund over what is still to pay. */
  refundAllocation: Schema.optionalKey(Schema.Literals(["spread_evenly", "last_first"])),
  consent: Schema.optionalKey(ConsentTerms),
  streams: Schema.Record(StreamName, Schema.optionalKey(StreamCapability))
})
export type Manifest = typeof Manifest.Type

/**
 * Whether a stream is read from its first entry on, so that its entries add up to what the provider states. A route that
 * reaches back reaches all of it in a session; account information and an interface of the provider's show a window of a
 * ledger, however wide, and a file is what somebody picked.
 */
export const reachesBeginning = ({ route, streams }: Manifest, stream: StreamName): boolean => {
  const capability = streams[stream]
  return route === "session" && capability?.backfill === true && capability.live !== undefined
}
