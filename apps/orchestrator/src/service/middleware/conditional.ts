/** An answer that a reader has already is not sent again: each bears a mark of its bytes, and `If-None-Match` names one. */
import { hash } from "node:crypto"
import * as HttpServerResponse from "effect/http/HttpServerResponse"

/** With its mark, or empty where the reader has it. */
export const conditional = (
  response: HttpServerResponse.HttpServerResponse,
  ifNoneMatch: string | undefined
): HttpServerResponse.HttpServerResponse => {
  if (response.status !== 200 || response.body._tag !== "Uint8Array") return response
  const etag = `"${hash("sha256", response.body.body, "base64url").slice(0, 22)}"`
  return ifNoneMatch !== undefined && names(ifNoneMatch, etag)
    ? HttpServerResponse.empty({ status: 304, headers: { etag } })
    : HttpServerResponse.setHeader(response, "etag", etag)
}

// Weak comparison, as RFC 9110 has it for this header.
const names = (header: string, etag: string): boolean =>
  header.split(",").some((one) => {
    const named = one.trim()
    return named === "*" || named === etag || named === `W/${etag}`
  })
