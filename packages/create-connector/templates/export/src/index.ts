/** Acme by the statement its holder downloads: the manifest, the formats and the layer. Nothing leaves the machine. */
import * as Csv from "@paymirror/connector-csv"
import type { Connector } from "@paymirror/core"
import type * as FileSystem from "effect/FileSystem"
import type * as Layer from "effect/Layer"
import { formats } from "./formats/statement.ts"

export { formats }
export { manifest } from "./Manifest.ts"

/** Takes no options: what a file needs said is said when it is handed over. */
export const layer = (): Layer.Layer<Connector.Connector, never, FileSystem.FileSystem> => Csv.layer(formats)
