/** Cash App by the files its holder downloads. Nothing leaves the machine; it needs a file system and nothing else. */
import * as Csv from "@paymirror/connector-csv"
import { formats } from "./formats/report.ts"

export { formats }

/** The layer takes no options: what a file needs said is said when it is handed over. */
export const { layer, manifest } = Csv.connectorOf(formats)
