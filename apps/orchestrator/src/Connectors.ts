/**
 * The only place that knows which connectors exist. A connection's settings (a base URL, a bank) are given back to the
 * connector that wrote them. What a connector can do is always at hand; how it does it is loaded when it is used.
 */
import { manifest as affirm } from "@paymirror/connector-affirm/manifest"
import { manifest as afterpay } from "@paymirror/connector-afterpay/manifest"
import { manifest as cashApp } from "@paymirror/connector-cash-app/manifest"
import { manifest as chime } from "@paymirror/connector-chime/manifest"
import type { Format } from "@paymirror/connector-csv"
import { manifest as csv, manifestOf as manifestOfFiles } from "@paymirror/connector-csv/manifest"
import { manifest as klarnaUs } from "@paymirror/connector-klarna-us/manifest"
import { manifest as payPal } from "@paymirror/connector-paypal/manifest"
import { manifest as payPalReporting } from "@paymirror/connector-paypal/reporting/manifest"
import * as Psd2 from "@paymirror/connector-psd2/banks"
import { institutions as revolut } from "@paymirror/connector-revolut/institutions"
import { manifest as sezzle } from "@paymirror/connector-sezzle/manifest"
import { manifest as zip } from "@paymirror/connector-zip/manifest"
import { Connector, ConnectorError } from "@paymirror/core"
import type { Manifest } from "@paymirror/core"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import type * as Path from "effect/Path"
import type * as UserDirectories from "effect/persistence/UserDirectories"
import * as Configured from "./Configured.ts"
import * as Credentials from "./Credentials.ts"
import { codes, Refusal } from "./Exit.ts"
import type { Around } from "./Network.ts"
import type * as Routing from "./Routing.ts"

/** What a connection remembers for its connector. */
export type Settings = Readonly<Record<string, string>>

/** What a connector may need of the machine. */
export type Machine = FileSystem.FileSystem | Path.Path | UserDirectories.UserDirectories

/** A connector of this installation. */
export interface Entry {
  readonly manifest: Manifest.Manifest
  /** The banks it speaks for; empty where it speaks for itself. */
  readonly institutions: ReadonlyArray<Psd2.Institution>
  readonly layer: (
    settings: Settings,
    around?: Around
  ) => Layer.Layer<Connector.Connector, ConnectorError.ConnectorError, Machine>
}

const configuration = (connector: string, detail: string) =>
  new ConnectorError.ConnectorError({ connector, reason: new ConnectorError.ConfigurationRequired({ detail }) })

const detailOf = (cause: unknown): string => (cause instanceof Error ? cause.message : "it cannot be set up")

/** The bank settings name: one of those that are known, or any that stands behind an aggregator. */
const bankOf = ({ bank, country, institution, provider }: Settings): Psd2.Institution | undefined => {
  if (bank === undefined || country === undefined) return institutions.find(({ id }) => id === institution)
  const named = { name: bank, country, provider: provider ?? bank.toLowerCase(), legalEntity: bank }
  return Psd2.viaEnableBanking(institution === undefined ? named : { ...named, id: institution })
}

/** Settings of a bank behind the aggregator, by the name and country it is listed under there. */
export const behindAggregator = (bank: string, country: string, provider: string | undefined): Settings => {
  const settings = { bank, country, ...(provider !== undefined && { provider }) }
  const found = bankOf(settings)
  return found === undefined ? settings : { ...settings, institution: found.id }
}

const psd2 = (
  settings: Settings,
  around?: Around
): Layer.Layer<Connector.Connector, ConnectorError.ConnectorError, Machine> =>
  Layer.unwrap(
    Effect.gen(function* () {
      const { baseUrl, issuer, redirectUrl } = settings
      const institution = bankOf(settings)
      if (institution === undefined)
        return yield* configuration(Psd2.manifest.id, "the bank of this connection is not known")
      const { credentials, ownAddress } = yield* Credentials.load(institution.id, Psd2.manifest.id)
      const [{ layer }, node, { through }] = yield* Effect.promise(() =>
        Promise.all([
          import("@paymirror/connector-psd2"),
          import("@paymirror/connector-psd2/node"),
          import("./Network.ts")
        ])
      )
      return yield* Effect.try({
        try: () =>
          layer({
            institution,
            credentials,
            ...(baseUrl !== undefined && { baseUrl }),
            ...(issuer !== undefined && { issuer }),
            ...(redirectUrl !== undefined && { redirectUrl }),
            ...(ownAddress !== undefined && { ownAddress })
          }).pipe(Layer.provide(through(node.layer(credentials), around))),
        catch: (cause) => configuration(Psd2.manifest.id, detailOf(cause))
      })
    })
  )

/** A connector that speaks for one provider and takes nothing but an address. */
const plain = (manifest: Manifest.Manifest, load: () => Promise<Pick<Configured.Module, "layer">>): Entry => ({
  manifest,
  institutions: [],
  layer: ({ baseUrl }, around) =>
    Layer.unwrap(
      Effect.gen(function* () {
        const [{ layer }, network] = yield* Effect.promise(() => Promise.all([load(), import("./Network.ts")]))
        return Layer.provide(layer(baseUrl === undefined ? {} : { baseUrl }), network.plain(around))
      })
    )
})

const sessions: ReadonlyArray<Entry> = [
  plain(klarnaUs, () => import("@paymirror/connector-klarna-us")),
  plain(affirm, () => import("@paymirror/connector-affirm")),
  plain(afterpay, () => import("@paymirror/connector-afterpay")),
  plain(cashApp, () => import("@paymirror/connector-cash-app")),
  plain(chime, () => import("@paymirror/connector-chime")),
  plain(payPal, () => import("@paymirror/connector-paypal")),
  plain(payPalReporting, () => import("@paymirror/connector-paypal/reporting")),
  plain(sezzle, () => import("@paymirror/connector-sezzle")),
  plain(zip, () => import("@paymirror/connector-zip"))
]

const banks: ReadonlyArray<Psd2.Institution> = [...Psd2.institutions, ...revolut]

const added = await Configured.added(
  process.env[Configured.variable],
  {
    connectors: [...sessions.map(({ manifest }) => manifest.id), Psd2.manifest.id, csv.id],
    institutions: banks.map(({ id }) => id)
  },
  process.cwd()
).catch((cause: unknown) => {
  if (!(cause instanceof Configured.Unusable)) throw cause
  console.error(cause.message)
  return process.exit(codes.configuration)
})

/** Every bank that is known by name. */
export const institutions: ReadonlyArray<Psd2.Institution> = [...banks, ...added.institutions]

/** The files that are recognised by their columns, by provider. */
export const formats = async (): Promise<ReadonlyArray<ReadonlyArray<Format>>> => {
  const packages = await Promise.all([
    import("@paymirror/connector-paypal/file"),
    import("@paymirror/connector-cash-app/file"),
    import("@paymirror/connector-chime/file"),
    import("@paymirror/connector-revolut/file"),
    import("@paymirror/connector-n26")
  ])
  const known = [...packages.flatMap((one) => one.formats), ...added.formats]
  return [...Map.groupBy(known, ({ provider }) => provider).values()]
}

const files = (): Layer.Layer<Connector.Connector, ConnectorError.ConnectorError, Machine> =>
  Layer.unwrap(
    Effect.gen(function* () {
      const [known, { layer }] = yield* Effect.promise(() =>
        Promise.all([formats(), import("@paymirror/connector-csv")])
      )
      return yield* Effect.try({
        try: () => Layer.provide(layer(known.flat()), NodeFileSystem.layer),
        catch: (cause) => configuration(csv.id, detailOf(cause))
      })
    })
  )

const entries: ReadonlyArray<Entry> = [
  ...sessions,
  {
    manifest: Psd2.manifestFor({ name: Psd2.manifest.name, provider: "" }, institutions),
    institutions,
    layer: psd2
  },
  { manifest: csv, institutions: [], layer: files },
  ...added.connectors.map((module) => plain(module.manifest, () => Promise.resolve(module)))
]

export const manifests: ReadonlyArray<Manifest.Manifest> = entries.map((entry) => entry.manifest)

export const find = (id: string): Entry | undefined => entries.find((entry) => entry.manifest.id === id)

/** The bank a connection is of. */
export const institutionOf = (entry: Entry, settings: Settings): Psd2.Institution | undefined =>
  entry.institutions.length === 0 ? undefined : bankOf(settings)

/** The company that holds the money; `undefined` where the record of a bank only repeats its name, for want of a source. */
export const moneyHolderOf = ({ legalEntity, name }: Psd2.Institution): string | undefined =>
  legalEntity === name ? undefined : legalEntity

/** What a connection's connector can do, narrowed to its bank. */
export const manifestOf = (entry: Entry, settings: Settings): Manifest.Manifest => {
  const institution = institutionOf(entry, settings)
  return institution === undefined ? entry.manifest : Psd2.manifestOf(institution)
}

/** What a connection's connector knows of its provider's wire; nothing where it states no map, or cannot be set up here. */
export const wireOf = (entry: Entry, settings: Settings) =>
  Effect.map(Connector.Connector, ({ wire }) => wire?.()).pipe(
    Effect.provide(entry.layer(settings)),
    Effect.catchTag("ConnectorError", () => Effect.undefined)
  )

/** Whether a connection is of a file somebody imported, which is not read again by itself. */
export const isExport = (id: string): boolean => find(id)?.manifest.route === "export"

/** Those a person can link; files are imported instead. */
export const linkable: ReadonlyArray<string> = manifests.filter((one) => one.route !== "export").map((one) => one.id)

export const ofFiles: ReadonlyArray<string> = manifests.filter((one) => one.route === "export").map((one) => one.id)

/** A connector this program is built with is not in it: a broken build. */
export const missing = (id: string): never => {
  throw new Error(`the connector ${id} is missing from this build`)
}

/** The connector of a connection, or that it is not here. */
export const installed = (connection: { readonly connector: string }) => {
  const entry = find(connection.connector)
  return entry === undefined
    ? Effect.fail(
        new Refusal({
          message: `The connector ${connection.connector} is not part of this installation.`,
          code: codes.failed
        })
      )
    : Effect.succeed(entry)
}

/** What a bank asks of this host and the host does not have. */
export const lacks = (institution: Psd2.Institution) =>
  Effect.map(Credentials.held(institution.id), (credentials) => Psd2.missing(institution, credentials))

/** Every way there is, with what this host lacks for it. */
export const candidates = Effect.gen(function* () {
  const known = yield* Effect.promise(formats)
  const found: Array<Routing.Candidate> = known.map((ofProvider) => ({
    connector: csv.id,
    manifest: manifestOfFiles(ofProvider),
    missing: []
  }))
  for (const { institutions, manifest } of entries) {
    if (institutions.length === 0) found.push({ connector: manifest.id, manifest, missing: [] })
    for (const institution of institutions) {
      found.push({
        connector: manifest.id,
        institution: institution.id,
        manifest: Psd2.manifestOf(institution),
        missing: yield* lacks(institution),
        aggregator: institution.dialect === "enable-banking"
      })
    }
  }
  return found
})

/** A connector in name only, for what has to work when the real one cannot be built: nothing is read or revoked. */
export const inName = (
  manifest: Manifest.Manifest,
  error: ConnectorError.ConnectorError
): Layer.Layer<Connector.Connector> =>
  Layer.succeed(Connector.Connector, {
    manifest,
    link: () => Effect.fail(error),
    read: () => Stream.fail(error),
    revoke: () => Effect.fail(error)
  })
