/** What is read of Acme over account information, readable without running it. */
import { manifestFor } from "@paymirror/connector-psd2/banks"
import { institutions } from "./institutions.ts"

export const manifest = manifestFor({ name: "Acme", provider: "acme" }, institutions)
