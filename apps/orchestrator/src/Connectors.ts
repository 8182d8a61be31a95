/**
 * The only place that knows which connectors exist. A connection's settings (a base URL) are given back to the connector
 * that wrote them.
 */
import * as Csv from "@paymirror/connector-csv"
import * as KlarnaUs from "@paymirror/connector-klarna-us"
import type { Connector, Manifest } from "@paymirror/core"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as Layer from "effect/Layer"
import * as FetchHttpClient from "effect/http/FetchHttpClient"

/** What a connection remembers for its connector. */
export type Settings = Readonly<Record<string, string>>

/** A connector of this installation. */
export interface Entry {
  readonly manifest: Manifest.Manifest
  readonly layer: (settings: Settings) => Layer.Layer<Connector.Connector>
}

const entries: ReadonlyArray<Entry> = [
  {
    manifest: KlarnaUs.manifest,
    layer: ({ baseUrl }) =>
      KlarnaUs.layer(baseUrl === undefined ? {} : { baseUrl }).pipe(Layer.provide(FetchHttpClient.layer))
  },
  { manifest: Csv.manifest, layer: () => Csv.layer.pipe(Layer.provide(NodeFileSystem.layer)) }
]

export const manifests: ReadonlyArray<Manifest.Manifest> = entries.map((entry) => entry.manifest)

export const find = (id: string): Entry | undefined => entries.find((entry) => entry.manifest.id === id)

/** Whether a connection is of a file somebody imported, which is not read again by itself. */
export const isExport = (id: string): boolean => find(id)?.manifest.route === "export"

/** Those a person can link; files are imported instead. */
export const linkable: ReadonlyArray<string> = manifests.filter((one) => one.route !== "export").map((one) => one.id)

/** A connector this program is built with is not in it: a broken build. */
export const missing = (id: string): never => {
  throw new Error(`the connector ${id} is missing from this build`)
}
