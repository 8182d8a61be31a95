/**
 * Connectors this program is not built with: packages that whoever runs it names in `PAYMIRROR_CONNECTORS`, installed
 * beside it or in the folder it is started in. Each exports `manifest` and `layer`, as those in this repository do. What
 * is named and cannot be used stops the program: a stream that silently is not read would be worse. Only a package that
 * is trusted belongs there: it runs in this process.
 */
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

/** What a connector package exports, as far as it is used here. */
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

const load = async (name: string, folder: string): Promise<Module> => {
  let exported: Partial<Record<keyof Module, unknown>>
  try {
    exported = await import(find(name, folder))
  } catch (cause) {
    const why = cause instanceof Error ? (cause.message.split("\n")[0] ?? "") : String(cause)
    throw new Unusable(name, `it cannot be loaded: ${why}. Install it beside paymirror, or take it off the list.`)
  }
  const { layer, manifest } = exported
  const read = decode(manifest)
  if (Result.isFailure(read))
    throw new Unusable(name, `what it exports as \`manifest\` is none: ${read.failure.message.split("\n")[0]}.`)
  if (typeof layer !== "function") throw new Unusable(name, "it exports no function `layer`.")
  return { manifest: read.success, layer: layer as Module["layer"] }
}

/** Those that are named, in their order. `taken`: ids of the connectors that are built in. */
export const connectors = async (
  named: string | undefined,
  taken: ReadonlyArray<string>,
  folder: string
): Promise<ReadonlyArray<Module>> => {
  const found: Array<Module> = []
  const ids = new Set(taken)
  for (const name of (named ?? "").split(",").map((one) => one.trim())) {
    if (name === "") continue
    const module = await load(name, folder)
    if (ids.has(module.manifest.id))
      throw new Unusable(
        name,
        `there is a connector ${module.manifest.id} already: its manifest needs an id of its own.`
      )
    ids.add(module.manifest.id)
    found.push(module)
  }
  return found
}
