/**
 * Connectors this program is not built with: packages that whoever runs it names in `PAYMIRROR_CONNECTORS`, installed
 * beside it or in the folder it is started in. Each exports what those in this repository do: `manifest` and `layer`, or,
 * where the provider is data to a whole route, `formats` for the connector of files and `institutions` for that of banks.
 * What is named and cannot be used stops the program: a stream that silently is not read would be worse. Only a package
 * that is trusted belongs there: it runs in this process.
 */
import type { Format } from "@paymirror/connector-csv"
import type { Institution } from "@paymirror/connector-psd2/banks"
import { type Connector, Manifest } from "@paymirror/core"
import { createRequire } from "node:module"
import { isAbsolute, join, resolve } from "node:path"
import { pathToFileURL } from "node:url"
import type * as FileSystem from "effect/FileSystem"
import type * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type * as HttpClient from "effect/http/HttpClient"

export const variable = "PAYMIRROR_CONNECTORS"

/** A connector of its own. */
export interface Module {
  readonly manifest: Manifest.Manifest
  readonly layer: (options: {
    readonly baseUrl?: string
  }) => Layer.Layer<Connector.Connector, never, HttpClient.HttpClient | FileSystem.FileSystem>
}

export class Unusable extends Error {
  constructor(name: string, why: string) {
    super(`${variable} names ${name}, and ${why}`)
  }
}

const decode = Schema.decodeUnknownResult(Manifest.Manifest)

/** A package by its name, from the folder the program is started in; a path as a path. */
const find = (name: string, folder: string): string => {
  const isPath = name.startsWith(".") || isAbsolute(name)
  const from = createRequire(join(folder, "connectors.js"))
  return pathToFileURL(from.resolve(isPath ? resolve(folder, name) : name)).href
}

/** What the packages that are named add to this program. */
export interface Added {
  readonly connectors: ReadonlyArray<Module>
  readonly formats: ReadonlyArray<Format>
  readonly institutions: ReadonlyArray<Institution>
}

type Exported = Readonly<Partial<Record<"manifest" | "layer" | "formats" | "institutions", unknown>>>

const load = async (name: string, folder: string): Promise<Exported> => {
  try {
    return await import(find(name, folder))
  } catch (cause) {
    const why = cause instanceof Error ? (cause.message.split("\n")[0] ?? "") : String(cause)
    throw new Unusable(name, `it cannot be loaded: ${why}. Install it beside paymirror, or take it off the list.`)
  }
}

/** Records of a route, each with an id; nothing where the package exports none. */
const records = (name: string, what: keyof Exported, exported: Exported): ReadonlyArray<{ readonly id: string }> => {
  const listed = exported[what]
  if (listed === undefined) return []
  const isRecord = (one: unknown): boolean =>
    typeof one === "object" && one !== null && "id" in one && typeof one.id === "string"
  if (!Array.isArray(listed) || !listed.every(isRecord))
    throw new Unusable(name, `what it exports as \`${what}\` is no list of records with ids.`)
  return listed
}

const connectorOf = (name: string, { layer, manifest }: Exported): Module => {
  const read = decode(manifest)
  if (Result.isFailure(read))
    throw new Unusable(name, `what it exports as \`manifest\` is none: ${read.failure.message.split("\n")[0]}.`)
  if (typeof layer !== "function") throw new Unusable(name, "it exports no function `layer`.")
  return { manifest: read.success, layer: layer as Module["layer"] }
}

/** All that is named, in its order. `taken`: ids that are built in. */
export const added = async (
  named: string | undefined,
  taken: { readonly connectors: ReadonlyArray<string>; readonly institutions: ReadonlyArray<string> },
  folder: string
): Promise<Added> => {
  const connectors: Array<Module> = []
  const formats: Array<Format> = []
  const institutions: Array<Institution> = []
  const ids = {
    connector: new Set(taken.connectors),
    institution: new Set(taken.institutions),
    format: new Set<string>()
  }
  const take = (name: string, kind: keyof typeof ids, id: string): void => {
    if (ids[kind].has(id))
      throw new Unusable(
        name,
        `there is ${kind === "institution" ? "an" : "a"} ${kind} ${id} already: it needs an id of its own.`
      )
    ids[kind].add(id)
  }
  for (const name of (named ?? "").split(",").map((one) => one.trim())) {
    if (name === "") continue
    const exported = await load(name, folder)
    const ofFiles = records(name, "formats", exported)
    const ofBanks = records(name, "institutions", exported)
    for (const { id } of ofFiles) take(name, "format", id)
    for (const { id } of ofBanks) take(name, "institution", id)
    formats.push(...(ofFiles as ReadonlyArray<Format>))
    institutions.push(...(ofBanks as ReadonlyArray<Institution>))
    if (ofFiles.length + ofBanks.length > 0) continue
    const module = connectorOf(name, exported)
    take(name, "connector", module.manifest.id)
    connectors.push(module)
  }
  return { connectors, formats, institutions }
}
