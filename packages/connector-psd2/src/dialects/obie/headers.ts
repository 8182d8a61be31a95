/** The headers of UK Open Banking: who asks, and that the person is there. An address is never made up. */
import type { Access } from "@paymirror/core"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import type * as Redacted from "effect/Redacted"
import type { Settings } from "../../Options.ts"

export const presenceHeaders = ({ ipAddress, userAgent }: Access.Presence): Readonly<Record<string, string>> => ({
  "x-fapi-customer-ip-address": ipAddress,
  ...(userAgent !== undefined && { "x-customer-user-agent": userAgent })
})

/** A request with the token, an interaction id of its own and what this bank demands besides. */
export const carrying =
  ({ institution }: Settings, token: Redacted.Redacted<string>) =>
  (request: HttpClientRequest.HttpClientRequest): HttpClientRequest.HttpClientRequest =>
    request.pipe(
      HttpClientRequest.acceptJson,
      HttpClientRequest.setHeaders({
        ...institution.quirks?.headers,
        "x-fapi-interaction-id": crypto.randomUUID()
      }),
      HttpClientRequest.bearerToken(token)
    )
