/** Chime by the statements its holder downloads, which are PDF. Nothing leaves the machine; it needs a file system and nothing else. */
import * as Csv from "@paymirror/connector-csv"
import type { Connector } from "@paymirror/core"
import type * as FileSystem from "effect/FileSystem"
import type * as Layer from "effect/Layer"
import { formats } from "./formats/statement.ts"

export { formats }

export const manifest = Csv.manifestOf(formats)

/** Takes no options: what a file needs said is said when it is handed over. */
export const layer = (): Layer.Layer<Connector.Connector, never, FileSystem.FileSystem> => Csv.layer(formats)
