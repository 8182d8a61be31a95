/** A folder for what one run of the tests builds. It goes with the run. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { TestProject } from "vitest/node"

declare module "vitest" {
  interface ProvidedContext {
    readonly built: string
  }
}

export default (project: TestProject) => {
  const folders: Array<string> = []
  const give = (): void => {
    const folder = mkdtempSync(join(tmpdir(), "paymirror-built-"))
    folders.push(folder)
    project.provide("built", folder)
  }
  give()
  // Where files are watched, the next run is of other sources.
  project.onTestsRerun(give)
  return () => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true }))
}
