/** Real files in folders of their own, all of which go when the process does. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

export interface Folder {
  /** Writes a file and says where it is; no name is used twice. */
  readonly write: (content: string | Uint8Array, name?: string) => string
  /** Removes it before the process ends. */
  readonly remove: () => void
}

export const lines = (...text: ReadonlyArray<string>): string => `${text.join("\n")}\n`

const standing = new Set<string>()

const removeAll = (): void => standing.forEach((path) => rmSync(path, { recursive: true, force: true }))

export const folder = (): Folder => {
  const path = mkdtempSync(join(tmpdir(), "paymirror-files-"))
  if (standing.size === 0) process.once("exit", removeAll)
  standing.add(path)
  let files = 0
  return {
    write: (content, name = "export.csv") => {
      files += 1
      const at = join(path, `${files}-${name}`)
      writeFileSync(at, content)
      return at
    },
    remove: () => rmSync(path, { recursive: true, force: true })
  }
}
