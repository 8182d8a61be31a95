/**
 * The file a person downloads: PayPal, Revolut, Cash App and N26 by the names of their columns, anything else by a
 * mapping of the user's own. It needs a file system and nothing else.
 */
import { Connector } from "@paymirror/core"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import type * as Layer from "effect/Layer"
import { Checkpoint, Grant } from "./Grant.ts"
import { link } from "./link.ts"
import { manifest } from "./Manifest.ts"
import { read } from "./read.ts"

export { manifest }
export { columns, formats } from "./Formats.ts"
export { optionNames } from "./said.ts"

/** Reads the file that was linked. Ending it removes nothing: the file is the person's own. */
export const layer: Layer.Layer<Connector.Connector, never, FileSystem.FileSystem> = Connector.layer({
  manifest,
  grant: Grant,
  checkpoint: Checkpoint,
  make: Effect.map(FileSystem.FileSystem, (fs) => ({
    link: link(fs),
    read: read(fs),
    revoke: () => Effect.void
  }))
})
