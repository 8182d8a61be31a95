/**
 * One package as the rules see it: its manifest, its role by its name, and its files. Reads the disk once and changes
 * nothing. A root is either a workspace (`packages`, `apps`, `tooling`) or a single package, which is how an author of
 * a connector outside this repository uses the same rules.
 */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs"
import { basename, join, relative, sep } from "node:path"
import * as Source from "./Source.ts"

export type Role = "core" | "session" | "sync" | "connector" | "testing" | "sandbox" | "other"

export interface Manifest {
  readonly name?: string
  readonly private?: boolean
  readonly description?: string
  readonly license?: string
  readonly repository?: unknown
  readonly engines?: unknown
  readonly sideEffects?: unknown
  readonly files?: ReadonlyArray<string>
  readonly bin?: Readonly<Record<string, string>>
  readonly exports?: Readonly<Record<string, unknown>>
  readonly publishConfig?: {
    readonly exports?: Readonly<Record<string, unknown>>
    readonly bin?: Readonly<Record<string, string>>
  }
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

export interface File {
  /** As printed: relative to the root of the check. */
  readonly shown: string
  /** Inside its package, with `/`: `src/rules/walls.ts`. */
  readonly path: string
  readonly source: Source.Source
}

export interface Package {
  readonly name: string
  readonly role: Role
  readonly dir: string
  /** As printed; `.` for a package that is itself the root. */
  readonly shown: string
  readonly manifest: Manifest
  readonly manifestText: string
  /** The TypeScript in `src` and `test`, and the package's other TypeScript. */
  readonly files: ReadonlyArray<File>
}

const passedOver = new Set(["node_modules", "dist", ".git", ".turbo", "coverage", "fixtures"])

/** Every file and folder under a directory, without what is installed, built or recorded. */
export const walk = (dir: string): ReadonlyArray<{ readonly path: string; readonly folder: boolean }> =>
  readdirSync(dir, { withFileTypes: true })
    .filter((entry) => !passedOver.has(entry.name) && !entry.isSymbolicLink())
    .flatMap((entry) => {
      const path = join(dir, entry.name)
      return entry.isDirectory() ? [{ path, folder: true }, ...walk(path)] : [{ path, folder: false }]
    })

/** A package is known by its name; a connector's ends in `connector-<provider>`, whoever publishes it. */
const roleOf = (name: string): Role => {
  if (name === "@paymirror/core") return "core"
  if (name === "@paymirror/session") return "session"
  if (name === "@paymirror/sync") return "sync"
  if (name === "@paymirror/sandbox") return "sandbox"
  if (name === "@paymirror/connector-testing") return "testing"
  return isConnector(name) ? "connector" : "other"
}

/** `@paymirror/connector-csv`, `paymirror-connector-affirm`, `@someone/connector-zip/promise`: yes. */
export const isConnector = (specifier: string): boolean =>
  /^(?:@[^/]+\/)?(?:[a-z0-9]+-)*connector-[a-z0-9-]+(?:\/|$)/.test(specifier) &&
  !/^@paymirror\/connector-testing(?:\/|$)/.test(specifier)

/** Connectors of a whole route, to which a provider is data: a connector of that provider may stand on them. */
export const routes = ["@paymirror/connector-csv", "@paymirror/connector-psd2"] as const

export const isRoute = (specifier: string): boolean =>
  routes.some((name) => specifier === name || specifier.startsWith(`${name}/`))

const isDirectory = (path: string): boolean => existsSync(path) && statSync(path).isDirectory()

const load = (root: string, dir: string): Package => {
  const manifestText = readFileSync(join(dir, "package.json"), "utf8")
  const manifest: Manifest = JSON.parse(manifestText)
  const name = manifest.name ?? basename(dir)
  return {
    name,
    role: roleOf(name),
    dir,
    shown: relative(root, dir) || ".",
    manifest,
    manifestText,
    files: walk(dir)
      .filter((entry) => !entry.folder && /\.m?tsx?$/.test(entry.path) && !entry.path.endsWith(".d.ts"))
      .map((entry) => ({
        shown: relative(root, entry.path),
        path: relative(dir, entry.path).split(sep).join("/"),
        source: Source.read(readFileSync(entry.path, "utf8"))
      }))
  }
}

/** The packages under a root, in the order of their folders. */
export const find = (root: string): ReadonlyArray<Package> => {
  const groups = ["packages", "apps", "tooling"].map((group) => join(root, group)).filter(isDirectory)
  const dirs = groups.flatMap((group) => readdirSync(group).map((name) => join(group, name)))
  return (groups.length > 0 ? dirs : [root])
    .filter((dir) => existsSync(join(dir, "package.json")))
    .map((dir) => load(root, dir))
}

export const sources = (self: Package): ReadonlyArray<File> => self.files.filter((file) => file.path.startsWith("src/"))

export const tests = (self: Package): ReadonlyArray<File> => self.files.filter((file) => file.path.startsWith("test/"))
