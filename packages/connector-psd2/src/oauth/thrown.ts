/**
 * What `openid-client` throws, as the connector's error. The library puts what it was given into its errors; none of that
 * goes on, nor a word of the bank's that could name a person.
 */
import { ConnectorError } from "@paymirror/core"
import * as Oidc from "openid-client"
import { configuration, consentRequired, rateLimited, unavailable, unexpected } from "../Failure.ts"
import { wordIn } from "../meaning.ts"

const connectorErrorIn = (error: unknown, depth = 0): ConnectorError.ConnectorError | undefined =>
  error instanceof ConnectorError.ConnectorError
    ? error
    : error instanceof Error && depth < 8
      ? connectorErrorIn(error.cause, depth + 1)
      : undefined

const word = (text: string): string => wordIn([text]) ?? "an error"

const refusedByServer = (error: Oidc.ResponseBodyError, now: number): ConnectorError.ConnectorError => {
  const said = `the authorisation server answered ${error.status} ${word(error.error)}`
  if (error.status === 429) {
    return rateLimited(error.response.headers.get("retry-after") ?? undefined, now)
  }
  if (error.status >= 500 || ["temporarily_unavailable", "server_error"].includes(error.error)) return unavailable(said)
  if (["invalid_grant", "consent_invalid", "interaction_required"].includes(error.error)) return consentRequired(said)
  return ["invalid_client", "unauthorized_client"].includes(error.error) ? configuration(said) : unexpected(said)
}

const statusOf = (error: Error): number | undefined =>
  error.cause instanceof Response ? error.cause.status : undefined

export const sorted = (error: unknown, now: number): ConnectorError.ConnectorError => {
  const own = connectorErrorIn(error)
  if (own !== undefined) return own
  if (error instanceof Oidc.ResponseBodyError) return refusedByServer(error, now)
  if (error instanceof Oidc.AuthorizationResponseError) {
    const said = `the authorisation came back with ${word(error.error)}`
    return ["temporarily_unavailable", "server_error"].includes(error.error) ? unavailable(said) : consentRequired(said)
  }
  if (error instanceof Oidc.WWWAuthenticateChallengeError) {
    return configuration(`the authorisation server answered ${error.status} to the host's own credentials`)
  }
  if (!(error instanceof Error)) return unexpected("the authorisation failed")
  const status = statusOf(error)
  if (status === 429) return rateLimited(undefined, now)
  if (status !== undefined && status >= 500) return unavailable(`the authorisation server answered ${status}`)
  const code = "code" in error && typeof error.code === "string" ? error.code : error.name
  // It was answered with a success that cannot be read: whatever it granted is lost.
  return code === "OAUTH_PARSE_ERROR" || (status !== undefined && status < 300)
    ? unavailable("the authorisation server answered, but the answer cannot be read", true)
    : unexpected(`the authorisation was not accepted (${word(code)})`)
}
