/** What is read of Acme's files, readable without running it: the streams its formats fill. */
import { manifestOf } from "@paymirror/connector-csv/manifest"
import { formats } from "./formats/statement.ts"

export const manifest = manifestOf(formats)
