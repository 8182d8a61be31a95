/**
 * The shape of a connector, the same in every package, so that who has read one has read them all. What the files say
 * is the conformance suite's business; here only that they stand where a reader looks for them.
 */
import { join } from "node:path"
import * as Package from "../Package.ts"
import type { Problem } from "../Problem.ts"

interface Part {
  readonly path: string
  readonly holds: string
  /** A folder with at least one TypeScript file that may stand in its place; `ifExport`: only in a connector of files. */
  readonly or?: ReadonlyArray<{ readonly folder: string; readonly ifExport?: boolean }>
  /** May be absent where the manifest's route is `export`: a file needs no consent conversation of its own. */
  readonly notForExport?: boolean
  /** `never`: absent where the provider is data to a whole route (`connector-csv`), which has it. `only`: wanted there alone. */
  readonly asData?: "never" | "only"
}

const parts: ReadonlyArray<Part> = [
  { path: "src/index.ts", holds: "the manifest and the layer, nothing else" },
  { path: "src/Manifest.ts", holds: "the facts, no code" },
  {
    path: "src/Api.ts",
    holds: "the wire, in the provider's spelling",
    or: [{ folder: "src/Api" }, { folder: "src/formats", ifExport: true }],
    asData: "never"
  },
  {
    path: "src/Consent.ts",
    holds: "link, refresh, revoke",
    or: [{ folder: "src/dialects" }],
    notForExport: true,
    asData: "never"
  },
  { path: "src/read.ts", holds: "one stream, from a checkpoint on", or: [{ folder: "src/read" }], asData: "never" },
  {
    path: "src/translate.ts",
    holds: "wire to model, pure; the only file that knows both spellings",
    or: [{ folder: "src/translate" }],
    asData: "never"
  },
  {
    path: "src/institutions.ts",
    holds: "the banks, as records for connector-psd2",
    or: [{ folder: "src/institutions" }, { folder: "src/formats" }],
    asData: "only"
  },
  { path: "test/conformance.test.ts", holds: "the conformance suite, called with this connector" }
]

const conformanceLines = 20

export const check = (self: Package.Package): ReadonlyArray<Problem> => {
  if (self.role !== "connector") return []
  const has = (path: string): boolean =>
    self.files.some((file) => file.path === path || file.path.startsWith(`${path}/`))
  const manifest = self.files.find((file) => file.path === "src/Manifest.ts")
  const isExport = manifest !== undefined && /\broute:\s*(["'])export\1/.test(manifest.source.code)
  const stands = Object.keys(self.manifest.dependencies ?? {}).some(Package.isRoute)
  const isData = stands && !has("src/read.ts") && !has("src/read")
  const missing = parts
    .filter((part) => part.asData !== (isData ? "never" : "only"))
    // A whole route speaks no provider's wire.
    .filter((part) => part.path !== "src/Api.ts" || !Package.isRoute(self.name))
    .filter((part) => !has(part.path))
    .filter((part) => !(part.notForExport === true && isExport))
    .filter((part) => !(part.or ?? []).some(({ folder, ifExport }) => (ifExport !== true || isExport) && has(folder)))
    .map((part) => ({
      file: join(self.shown, part.path),
      line: 1,
      what: `${part.path} is missing`,
      why: "every connector has the same files, so that a reader of one can find the way in all",
      todo: [
        `create it; it holds ${part.holds}.`,
        ...(part.or ?? []).map(
          ({ folder, ifExport }) =>
            `${ifExport === true ? 'With route "export" a' : "A"} folder ${folder}/ may stand in its place.`
        ),
        ...(part.notForExport === true ? ['With route "export" it may be absent.'] : [])
      ].join(" "),
      severity: "error" as const
    }))
  const long = self.files
    .filter((file) => file.path === "test/conformance.test.ts")
    .map((file) => ({ file, lines: file.source.text.trimEnd().split("\n").length }))
    .filter(({ lines }) => lines > conformanceLines)
    .map(({ file, lines }) => ({
      file: file.shown,
      line: conformanceLines + 1,
      what: `the conformance file has ${lines} lines, more than ${conformanceLines}`,
      why: "the suite is the contract's; a long call means that it is being steered around",
      todo: "move the simulator to test/simulator.ts and this provider's own promises to another test",
      severity: "error" as const
    }))
  return [...missing, ...long]
}
