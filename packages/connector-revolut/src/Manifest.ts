/** What is read of Revolut over account information, readable without running it; of its files, `file.ts`. */
import { manifestFor } from "@paymirror/connector-psd2/banks"
import { institutions } from "./institutions.ts"

export const manifest = manifestFor({ name: "Revolut", provider: "revolut" }, institutions)
