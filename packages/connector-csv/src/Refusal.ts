/** Why a file is not imported, in the words the person who chose it needs: what was seen, and what to do. */
import { ConnectorError } from "@paymirror/core"
import { manifest } from "./Manifest.ts"

export const refuse = (detail: string, hint: string, line?: number): ConnectorError.ConnectorError =>
  new ConnectorError.ConnectorError({
    connector: manifest.id,
    reason: new ConnectorError.UnsupportedFile({ detail, hint, ...(line === undefined ? {} : { line }) })
  })

const longest = 40
const most = 24

/** Header cells for a message: quoted, shortened, and not too many of them. */
export const list = (cells: ReadonlyArray<string>): string => {
  const shown = cells.slice(0, most).map((cell) => {
    const text = cell.trim()
    return `"${text.length > longest ? `${text.slice(0, longest)}…` : text}"`
  })
  return shown.join(", ") + (cells.length > most ? ` and ${cells.length - most} more` : "")
}
