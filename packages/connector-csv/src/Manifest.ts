/** The facts of this connector, and of one that reads a single provider's files. Nothing leaves the machine, so it has no hosts. */
import type { Manifest } from "@paymirror/core"
import type { Format } from "./Format.ts"

export const manifest: Manifest.Manifest = {
  spec: "1",
  id: "csv",
  name: "A file you download",
  provider: "",
  markets: [],
  route: "export",
  link: "upload",
  maturity: "specified",
  hosts: [],
  streams: {
    balance: { backfill: true },
    card: { backfill: true },
    purchases: { backfill: true }
  }
}

/** The manifest of a connector of these formats, narrowed where all of them are one provider's. */
export const manifestOf = (formats: ReadonlyArray<Format>): Manifest.Manifest => {
  const [first] = formats
  if (first === undefined || formats.some(({ provider }) => provider !== first.provider)) return manifest
  const filled = new Set(formats.flatMap(({ streams }) => streams))
  return {
    ...manifest,
    name: `${first.providerName}, a file you download`,
    provider: first.provider,
    maturity: formats.some(({ evidence }) => evidence === "invented") ? "illustrative" : manifest.maturity,
    streams: Object.fromEntries([...filled].map((stream) => [stream, manifest.streams[stream]]))
  }
}
