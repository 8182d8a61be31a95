/** Published packages as the registry would get them: built anew and packed by pnpm, which rewrites what points into the workspace. */
import { execFile } from "node:child_process"
import { rmSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { Package } from "@paymirror/structure"

export interface Tarball {
  readonly self: Package.Package
  readonly file: string
  readonly size: number
  readonly paths: ReadonlyArray<string>
}

export const run = promisify(execFile)

/** What a command that failed had to say. */
export const output = (cause: unknown): string => {
  const { stdout, stderr } = Object(cause)
  return (
    [stdout, stderr]
      .filter((text) => typeof text === "string" && text.trim() !== "")
      .join("\n")
      .trim() || String(cause)
  )
}

export const tsc = fileURLToPath(new URL("bin/tsc", import.meta.resolve("typescript/package.json")))

/** The published packages of a workspace, after a build that holds nothing of an earlier one. */
export const built = async (root: string): Promise<ReadonlyArray<Package.Package>> => {
  const published = Package.find(root).filter((self) => self.manifest.private !== true)
  for (const self of published) rmSync(join(self.dir, "dist"), { recursive: true, force: true })
  await run(process.execPath, [tsc, "-b", ...published.map((self) => self.dir)], { cwd: root })
  return published
}

export const pack = async (self: Package.Package, folder: string): Promise<Tarball> => {
  const { stdout } = await run("pnpm", ["pack", "--json", "--pack-destination", folder], { cwd: self.dir })
  const packed = JSON.parse(stdout.slice(stdout.indexOf("{")))
  return {
    self,
    file: packed.filename,
    size: packed.size,
    paths: packed.files.map((entry: { readonly path: string }) => entry.path)
  }
}
