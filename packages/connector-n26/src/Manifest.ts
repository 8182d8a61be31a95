/** What is read of N26's files, readable without running it. */
import { manifestOf } from "@paymirror/connector-csv/manifest"
import { formats } from "./formats/statement.ts"

export const manifest = manifestOf(formats)
