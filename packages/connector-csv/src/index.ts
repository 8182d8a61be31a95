/**
 * The file a person downloads, by the names of its columns. Which formats there are is data that comes with a provider's
 * package; anything else is read by a mapping of the user's own. It needs a file system and nothing else.
 */
import { Connector, type Manifest } from "@paymirror/core"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import type * as Layer from "effect/Layer"
import * as Files from "./Files.ts"
import type { Format } from "./Format.ts"
import { Checkpoint, Grant } from "./Grant.ts"
import { link } from "./link.ts"
import { manifest, manifestOf } from "./Manifest.ts"
import { read } from "./read.ts"

export type { Format } from "./Format.ts"
export { columns } from "./columns.ts"
export { optionNames } from "./said.ts"
export { manifest, manifestOf }

const twice = (formats: ReadonlyArray<Format>): string | undefined =>
  formats.map(({ id }) => id).find((id, index, ids) => ids.indexOf(id) !== index)

/** A connector that still wants a file system. */
export type ConnectorLayer = Layer.Layer<Connector.Connector, never, FileSystem.FileSystem>

/** What the package of a provider exports whose files are data to this route. The layer takes no options. */
export const connectorOf = (
  formats: ReadonlyArray<Format>
): { readonly manifest: Manifest.Manifest; readonly layer: () => ConnectorLayer } => ({
  manifest: manifestOf(formats),
  layer: () => layer(formats)
})

/**
 * Reads files of these formats; those of one provider alone, or of any and by mappings too. Ending it removes nothing: the
 * file is the person's own. Throws `RangeError` at once where two formats have one id.
 */
export const layer = (formats: ReadonlyArray<Format> = []): ConnectorLayer => {
  const repeated = twice(formats)
  if (repeated !== undefined) throw new RangeError(`two formats are called ${repeated}`)
  const narrowed = manifestOf(formats)
  return Connector.layer({
    manifest: narrowed,
    grant: Grant,
    checkpoint: Checkpoint,
    make: Effect.map(FileSystem.FileSystem, (fs) => {
      const files = Files.make(fs, formats)
      return {
        link: link(files, { formats, takesMappings: narrowed.provider === "" }),
        read: read(files, formats),
        revoke: () => Effect.void
      }
    })
  })
}
