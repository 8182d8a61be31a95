/** UK Open Banking 3.1 and 4.0, Revolut's among them: FAPI to get in, one resource each for accounts, balances, transactions. */
import * as Effect from "effect/Effect"
import { configuration } from "../../Failure.ts"
import { make as makeHttp } from "../../Http.ts"
import { discover, remembered } from "../../oauth/Server.ts"
import type { Make } from "../index.ts"
import { consent } from "./Consent.ts"
import { presenceHeaders } from "./headers.ts"
import { reading } from "./read.ts"

export const make: Make = (client, settings) => {
  const http = makeHttp(client, settings, presenceHeaders)
  const { credentials, institution } = settings
  const server = remembered(
    Effect.suspend(() => {
      if (credentials.client === undefined) {
        return Effect.fail(configuration("a client registered at the bank's authorisation server, and its key"))
      }
      return institution.issuer === undefined
        ? Effect.fail(configuration(`${institution.name} has not published its issuer: name it with issuer`))
        : discover(http, credentials.client, new URL(institution.issuer), "oidc")
    })
  )
  const reads = reading(http)
  return { ...consent(http, server, reads.accounts), ...reads }
}
