/**
 * Connecting an account: what this host lacks is said before anything is asked, the person is shown what they agree to,
 * and only a conversation that came to its end is stored. Where a consent stood before, it goes on until this one takes
 * its place. Over PSD2 the past is read at once, because a bank shows all of it only right after an approval.
 */
import { Consent, Instant } from "@paymirror/core"
import type { Access, StreamName } from "@paymirror/core"
import type { Institution } from "@paymirror/connector-psd2/banks"
import { Connections, type Report } from "@paymirror/sync"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Connectors from "./Connectors.ts"
import * as Credentials from "./Credentials.ts"
import { converse } from "./converse.ts"
import { codes, fromConnector, Refusal } from "./Exit.ts"
import { notice } from "./Notice.ts"
import type { Person } from "./Person.ts"
import * as Poll from "./Poll.ts"

export interface LinkOptions {
  readonly connector: string
  readonly holder: string
  /** What is kept for the connector: `institution`, `baseUrl`, `issuer`, `redirectUrl`. */
  readonly settings: Connectors.Settings
  readonly streams: ReadonlyArray<StreamName.StreamName>
  /** How long at most; the route may allow less. */
  readonly days: number
  readonly attendedOnly: boolean
  /** Where the person sits, as they said. */
  readonly presence: Access.Presence | undefined
  readonly onRows?: Poll.Options["onRows"]
}

const used = (options: LinkOptions) =>
  Effect.gen(function* () {
    const entry = Connectors.find(options.connector)
    if (entry === undefined || entry.manifest.route === "export") {
      return yield* new Refusal({
        message: `There is no connector "${options.connector}" to link. Known: ${Connectors.linkable.join(", ")}. A file is imported: paymirror import FILE.`,
        code: codes.usage
      })
    }
    return entry
  })

/** The bank that is meant, if the connector speaks for several, and everything this host needs for it. */
const bankOf = (entry: Connectors.Entry, options: LinkOptions) =>
  Effect.gen(function* () {
    if (entry.institutions.length === 0) return undefined
    const { baseUrl, institution: named, redirectUrl } = options.settings
    const institution = Connectors.institutionOf(entry, options.settings)
    if (institution === undefined) {
      return yield* new Refusal({
        message:
          named === undefined
            ? "Which bank? Name it with --institution. They are listed by: paymirror institutions"
            : `There is no institution "${named}". They are listed by: paymirror institutions`,
        code: codes.usage
      })
    }
    const missing = yield* Connectors.lacks(institution)
    if (missing.length > 0) {
      const message = without(institution, missing, yield* Credentials.folder)
      return yield* new Refusal({ message, code: codes.configuration })
    }
    if (baseUrl === undefined && institution.baseUrl === undefined) {
      return yield* new Refusal({
        message: `${institution.name} has not published where it answers. Name the address with --base-url.`,
        code: codes.configuration
      })
    }
    if (institution.approval !== "decoupled" && redirectUrl === undefined) {
      return yield* new Refusal({
        message:
          `${institution.name} sends you back to an address that is registered there. Name it with --redirect-url; ` +
          "one like http://localhost:8410/back is answered by this program.",
        code: codes.configuration
      })
    }
    if (addressed.has(institution.dialect) && options.presence === undefined) {
      const { ownAddress } = yield* Credentials.load(institution.id, options.connector).pipe(
        Effect.catchTag("ConnectorError", (error) => Effect.fail(fromConnector(error)))
      )
      if (ownAddress === undefined) {
        return yield* new Refusal({
          message:
            `${institution.name} wants an IP address beside the request for consent. Give your own device's with --address, ` +
            "or this host's own with PAYMIRROR_PSD2_OWN_ADDRESS.",
          code: codes.configuration
        })
      }
    }
    return institution
  })

/** Where the standard has an address on each request for consent: the person's, else the host's own. */
const addressed: ReadonlySet<Institution["dialect"]> = new Set(["klarna", "berlin"])

const without = (institution: Institution, missing: ReadonlyArray<string>, folder: string): string => {
  const { market, name } = institution
  const aggregator =
    institution.dialect === "enable-banking"
      ? ""
      : `, or go through an aggregator that has a licence, if it reaches this bank:\n  paymirror link psd2 --institution enable-banking --bank NAME --market ${market}`
  return [
    `${name} lets in only those who hold what is asked for. This host lacks:`,
    ...missing.map((one) => `  - ${one}`),
    `It is named by environment variables (PAYMIRROR_PSD2_…, see the README) or lies in ${folder}.`,
    `Without it, import a file you download there (paymirror import FILE)${aggregator}`
  ].join("\n")
}

/** The consent that stands now at the same place, if any. */
const standing = (options: LinkOptions, at: string) =>
  Effect.gen(function* () {
    const { connector, holder, settings } = options
    return (yield* (yield* Connections).list).find(
      (one) =>
        one.connector === connector &&
        one.holderId === holder &&
        settings["institution"] !== undefined &&
        one.settings["institution"] === settings["institution"] &&
        one.consent !== undefined &&
        Consent.status(one.consent, at) === "ACTIVE"
    )
  })

/** Links an account into the mirror in context. */
export const linkAccount = (options: LinkOptions, person: Person) =>
  Effect.gen(function* () {
    const entry = yield* used(options)
    const institution = yield* bankOf(entry, options)
    const manifest = Connectors.manifestOf(entry, options.settings)
    const now = yield* Clock.currentTimeMillis
    const grantedAt = Instant.fromEpochMillis(now)
    const { expiresAt } = Consent.bounds({
      grantedAt,
      agreedUntil: Instant.fromEpochMillis(now + options.days * 86_400_000),
      terms: manifest.consent
    })
    const streams = options.streams.filter((stream) => manifest.streams[stream] !== undefined)
    if (streams.length === 0) {
      return yield* new Refusal({
        message: `${manifest.name} has none of ${options.streams.join(", ")}. See: paymirror routes --market CC`,
        code: codes.usage
      })
    }
    const { attendedOnly, presence } = options
    const shown = notice({ manifest, institution, streams, until: expiresAt, attendedOnly })
    const before = yield* standing(options, grantedAt)
    if (before?.consent !== undefined) {
      yield* person.say(
        `You agreed before, until ${before.consent.expiresAt.slice(0, 10)}. That goes on until you have approved anew.`
      )
    }
    if (!(yield* person.agrees(shown.text))) {
      return yield* new Refusal({ message: "Nothing was linked.", code: codes.personNeeded })
    }
    const layer = yield* Effect.try({
      try: () => entry.layer(options.settings),
      catch: (cause) =>
        new Refusal({ message: String(cause instanceof Error ? cause.message : cause), code: codes.usage })
    })
    const connections = yield* Connections
    const linked = yield* Effect.flatMap(converse(person, presence), (step) =>
      connections.store(step, {
        holderId: options.holder,
        streams,
        purpose: "a copy for the account holder",
        notice: shown,
        expiresAt,
        attendedOnly,
        settings: options.settings
      })
    ).pipe(
      Effect.provide(layer),
      Effect.catchTag("ConnectorError", (error) => Effect.fail(fromConnector(error)))
    )
    const connection = yield* connections.get(linked.connectionId)
    // What was read at once; nothing where that is left to `sync`.
    const none: ReadonlyArray<Report> = []
    if (manifest.route !== "psd2" || connection === undefined) return { ...linked, read: none }
    yield* person.say("Approved. The past is read now, while the bank shows all of it.")
    const read = yield* Poll.once(connection, { presence, onRows: options.onRows })
    return { ...linked, read }
  })
