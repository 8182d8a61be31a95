/** UK Open Banking 3.1 and 4.0, Revolut's among them: FAPI to get in, one resource each for accounts, balances, transactions. */
import { make as makeHttp } from "../../Http.ts"
import { own, reader } from "../../oauth/Server.ts"
import type { Make } from "../index.ts"
import { consent } from "./Consent.ts"
import { presenceHeaders } from "./headers.ts"
import { reading } from "./read.ts"

export const make: Make = (client, settings) => {
  const http = makeHttp(client, settings, presenceHeaders)
  const server = own(http, reader(http, "oidc"))
  const reads = reading(http)
  return { ...consent(http, server, reads.accounts), ...reads }
}
