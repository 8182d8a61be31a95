/**
 * The README's table of what every connector of this program can read and how sure that is, out of the manifests. Run, it
 * writes the table (`pnpm readme`); a test says when that was forgotten.
 */
import { readFileSync, writeFileSync } from "node:fs"
import { type Manifest, StreamName } from "@paymirror/core"
import { manifests } from "./src/Connectors.ts"

export const path = new URL("../../README.md", import.meta.url)

const routes: Readonly<Record<Manifest.Route, string>> = {
  session: "the person's session",
  psd2: "account information",
  export: "a downloaded file"
}

const streamOf = (capability: Manifest.StreamCapability | undefined): string => {
  if (capability === undefined) return ""
  return capability.live === undefined && capability.via === undefined ? "history" : "live"
}

const row = ({ id, markets, maturity, route, streams }: Manifest.Manifest): ReadonlyArray<string> => [
  `\`${id}\``,
  markets.length === 0 ? "any" : markets.join(", "),
  routes[route],
  ...StreamName.streamNames.map((stream) => streamOf(streams[stream])),
  `**${maturity}**`
]

const line = (cells: ReadonlyArray<string>): string =>
  `|${cells.map((cell) => (cell === "" ? " " : ` ${cell} `)).join("|")}|`

const head = ["connector", "market", "route", ...StreamName.streamNames, "maturity"]

export const table = [head, head.map(() => "---"), ...manifests.map(row)].map(line).join("\n")

const place = /(?<=<!-- connectors -->\n\n)[^]*?(?=\n\n<!-- \/connectors -->)/

/** The table as it stands in the README. */
export const written = (readme: string): string | undefined => place.exec(readme)?.[0]

if (import.meta.main) {
  const readme = readFileSync(path, "utf8")
  if (written(readme) === undefined) throw new Error("README.md has no place for the table of connectors")
  writeFileSync(
    path,
    readme.replace(place, () => table)
  )
}
