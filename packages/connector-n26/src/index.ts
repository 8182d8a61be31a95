/** N26 by the account statement its holder downloads. Nothing leaves the machine; it needs a file system and nothing else. */
import * as Csv from "@paymirror/connector-csv"
import { formats } from "./formats/statement.ts"

export { formats }
export { manifest } from "./Manifest.ts"

/** Takes no options: what a file needs said is said when it is handed over. */
export const { layer } = Csv.connectorOf(formats)
