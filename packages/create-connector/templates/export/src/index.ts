/** The statement a person downloads from Acme: the manifest and the layer, nothing else. Nothing leaves the machine. */
import { Connector } from "@paymirror/core"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import type * as Layer from "effect/Layer"
import { Grant, link } from "./Consent.ts"
import { manifest } from "./Manifest.ts"
import { Checkpoint, read } from "./read.ts"

export { manifest }

/** Takes no options. Ending it removes nothing: the file is the person's own. */
export const layer = (): Layer.Layer<Connector.Connector, never, FileSystem.FileSystem> =>
  Connector.layer({
    manifest,
    grant: Grant,
    checkpoint: Checkpoint,
    make: Effect.map(FileSystem.FileSystem, (fs) => ({
      link: link(fs),
      read: read(fs),
      revoke: () => Effect.void
    }))
  })
