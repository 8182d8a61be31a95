/**
 * The README's table of who can be read, over which route, in which streams and how surely, out of the manifests. Run, it
 * writes the table (`pnpm readme`); a test says when that was forgotten.
 */
import { readFileSync, writeFileSync } from "node:fs"
import { type Manifest, StreamName } from "@paymirror/core"
import { manifestOf } from "@paymirror/connector-csv/manifest"
import * as Psd2 from "@paymirror/connector-psd2/banks"
import * as Connectors from "./src/Connectors.ts"

export const path = new URL("../../README.md", import.meta.url)

const routes: Readonly<Record<Manifest.Route, string>> = {
  session: "the person's session",
  api: "the provider's interface",
  psd2: "account information",
  export: "a downloaded file"
}

const streamOf = (capability: Manifest.StreamCapability | undefined): string => {
  if (capability === undefined) return ""
  return capability.live === undefined && capability.via === undefined ? "history" : "live"
}

const row = ({ id, markets, maturity, provider, route, streams }: Manifest.Manifest): ReadonlyArray<string> => [
  provider === "" ? "any" : provider,
  markets.length === 0 ? "any" : markets.join(", "),
  routes[route],
  `\`${id}\``,
  ...StreamName.streamNames.map((stream) => streamOf(streams[stream])),
  `**${maturity}**`
]

const line = (cells: ReadonlyArray<string>): string =>
  `|${cells.map((cell) => (cell === "" ? " " : ` ${cell} `)).join("|")}|`

const head = ["provider", "market", "route", "connector", ...StreamName.streamNames, "maturity"]

/** A connector of a whole route speaks for several providers: one manifest for each of them, and its own for any other. */
const narrowed = async (): Promise<ReadonlyArray<Manifest.Manifest>> => {
  const banks = Map.groupBy(Connectors.institutions, ({ provider }) => provider)
  return [
    ...Connectors.manifests.filter(({ id }) => id !== Psd2.manifest.id),
    ...Array.from(banks, ([provider, own]) => Psd2.manifestFor({ name: provider, provider }, own)),
    ...(await Connectors.formats()).map(manifestOf)
  ]
}

/** Klarna first, then by name; what reads any provider's last. */
const place = ({ provider }: Manifest.Manifest): string => (provider === "klarna" ? "" : provider || "~")

const inOrder = (one: Manifest.Manifest, two: Manifest.Manifest): number =>
  Number(place(one) > place(two)) - Number(place(one) < place(two))

const rows = (await narrowed()).toSorted(inOrder).map(row)

export const table = [head, head.map(() => "---"), ...rows].map(line).join("\n")

const marked = /(?<=<!-- connectors -->\n\n)[^]*?(?=\n\n<!-- \/connectors -->)/

/** The table as it stands in the README. */
export const written = (readme: string): string | undefined => marked.exec(readme)?.[0]

if (import.meta.main) {
  const readme = readFileSync(path, "utf8")
  if (written(readme) === undefined) throw new Error("README.md has no place for the table of connectors")
  writeFileSync(
    path,
    readme.replace(marked, () => table)
  )
}
