/**
 * What a person is going to be asked: over which connector, at which bank, which streams, until when, in which words. It is
 * worked out before anybody is asked anything and before the provider hears of it, and refused where this host lacks
 * something for it.
 */
import { Consent, Instant } from "@paymirror/core"
import type { Access, Connector, ConnectorError, Manifest, StreamName } from "@paymirror/core"
import type { Institution } from "@paymirror/connector-psd2/banks"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as Connectors from "../Connectors.ts"
import * as Credentials from "../Credentials.ts"
import { type Asker, notice } from "../Notice.ts"
import { Unready } from "./Unready.ts"

export interface Asking {
  readonly connector: string
  /** What is kept for the connector: `institution`, `baseUrl`, `issuer`, `redirectUrl`. */
  readonly settings: Connectors.Settings
  readonly streams: ReadonlyArray<StreamName.StreamName>
  /** How long at most; the route may allow less. */
  readonly days: number
  readonly attendedOnly: boolean
  /** Where the person sits, as they said. */
  readonly presence?: Access.Presence | undefined
  /** Who asks, where that is not the person themselves. */
  readonly asker?: Asker | undefined
}

export interface Proposal {
  readonly entry: Connectors.Entry
  readonly manifest: Manifest.Manifest
  readonly institution: Institution | undefined
  /** Those that were asked for and the connector has. */
  readonly streams: ReadonlyArray<StreamName.StreamName>
  readonly notice: Consent.Consent["notice"]
  readonly expiresAt: Instant.Instant
}

/** Where the standard has an address on each request for consent: the person's, else the host's own. */
const addressed: ReadonlySet<Institution["dialect"]> = new Set(["klarna", "berlin"])

/** The bank that is meant, if the connector speaks for several, and everything this host needs for it. */
const bankOf = (entry: Connectors.Entry, { connector, presence, settings }: Asking) =>
  Effect.gen(function* () {
    if (entry.institutions.length === 0) return undefined
    const { baseUrl, institution: named, redirectUrl } = settings
    const institution = Connectors.institutionOf(entry, settings)
    if (institution === undefined) {
      return yield* new Unready({ why: named === undefined ? { _tag: "WhichBank" } : { _tag: "NoBank", named } })
    }
    const missing = yield* Connectors.lacks(institution)
    if (missing.length > 0) return yield* new Unready({ why: { _tag: "HostLacks", institution, missing } })
    if (baseUrl === undefined && institution.baseUrl === undefined) {
      return yield* new Unready({ why: { _tag: "NoAddress", institution } })
    }
    if (institution.approval !== "decoupled" && redirectUrl === undefined) {
      return yield* new Unready({ why: { _tag: "NoReturn", institution } })
    }
    const { ownAddress } = yield* Effect.mapError(Credentials.load(institution.id, connector), broken)
    if (addressed.has(institution.dialect) && presence === undefined && ownAddress === undefined) {
      return yield* new Unready({ why: { _tag: "NoPersonAddress", institution } })
    }
    return institution
  })

const broken = ({ reason }: ConnectorError.ConnectorError) =>
  new Unready({ why: { _tag: "HostBroken", detail: "detail" in reason ? reason.detail : reason._tag } })

export const propose = (asking: Asking) =>
  Effect.gen(function* () {
    const entry = Connectors.find(asking.connector)
    if (entry === undefined || entry.manifest.route === "export") {
      return yield* new Unready({ why: { _tag: "NoConnector", connector: asking.connector } })
    }
    const institution = yield* bankOf(entry, asking)
    const manifest = Connectors.manifestOf(entry, asking.settings)
    const now = yield* Clock.currentTimeMillis
    const { expiresAt } = Consent.bounds({
      grantedAt: Instant.fromEpochMillis(now),
      agreedUntil: Instant.fromEpochMillis(now + asking.days * 86_400_000),
      terms: manifest.consent
    })
    const streams = asking.streams.filter((stream) => manifest.streams[stream] !== undefined)
    if (streams.length === 0) {
      return yield* new Unready({ why: { _tag: "NoStreams", manifest, asked: asking.streams } })
    }
    const { asker, attendedOnly } = asking
    const shown = notice({ manifest, institution, streams, until: expiresAt, attendedOnly, asker })
    const proposal: Proposal = { entry, manifest, institution, streams, notice: shown, expiresAt }
    return proposal
  })

/** The connector a proposal is about, set up. */
export const layerOf = (
  { entry }: Pick<Proposal, "entry">,
  settings: Connectors.Settings
): Effect.Effect<Layer.Layer<Connector.Connector, ConnectorError.ConnectorError, Connectors.Machine>, Unready> =>
  Effect.try({
    try: () => entry.layer(settings),
    catch: (cause) =>
      new Unready({
        why: { _tag: "BadSettings", detail: cause instanceof Error ? cause.message : "it cannot be set up" }
      })
  })
