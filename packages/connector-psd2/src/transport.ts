/** What a connection that came to nothing means: whether the request can have arrived, and whose certificate it is about. */
import type { ConnectorError } from "@paymirror/core"
import type * as HttpClientError from "effect/http/HttpClientError"
import { configuration, unavailable } from "./Failure.ts"

/** What Node says when nothing was sent: no name, no route, no listener, no handshake. Anything else may have arrived. */
const neverSent =
  /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|UND_ERR_CONNECT_TIMEOUT|CERT_\w+|ERR_TLS_\w+|DEPTH_ZERO_\w+|SELF_SIGNED_\w+|UNABLE_TO_\w+)$/

/** A handshake the other side ended: it does not take our certificate. */
const handshake = /^ERR_SSL_\w+$/

const codeIn = (cause: unknown, pattern: RegExp, depth = 0): boolean =>
  typeof cause === "object" &&
  cause !== null &&
  depth < 8 &&
  (("code" in cause && typeof cause.code === "string" && pattern.test(cause.code)) ||
    ("cause" in cause && codeIn(cause.cause, pattern, depth + 1)))

export const transport = (error: HttpClientError.HttpClientError): ConnectorError.ConnectorError => {
  if (codeIn(error, handshake))
    return configuration("the bank ended the TLS handshake: it does not accept the host's certificate")
  return codeIn(error, neverSent)
    ? unavailable("no connection to the bank")
    : unavailable("the connection ended before the answer was complete", true)
}
