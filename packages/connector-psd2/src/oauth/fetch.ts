/**
 * The `fetch` that `openid-client` calls through: one bank's `Http`, so that a token never leaves the bank's hosts, the
 * transport certificate is presented, the time limit holds and no redirect is followed. It sends once.
 */
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Result from "effect/Result"
import type { CustomFetch, FetchBody } from "openid-client"
import { unexpected } from "../Failure.ts"
import type { Http } from "../Http.ts"

const bodyOf = (body: FetchBody): string | undefined =>
  typeof body === "string" ? body : body instanceof URLSearchParams ? body.toString() : undefined

const requestOf = (
  url: string,
  method: string,
  headers: Readonly<Record<string, string>>,
  body: FetchBody
): HttpClientRequest.HttpClientRequest | undefined => {
  if (method === "GET") return HttpClientRequest.get(url, { headers })
  const text = bodyOf(body)
  if (method !== "POST" || text === undefined) return undefined
  const type = headers["content-type"] ?? "application/x-www-form-urlencoded;charset=UTF-8"
  return HttpClientRequest.post(url, { headers }).pipe(HttpClientRequest.bodyText(text, type))
}

/** Rejects with the `ConnectorError` of the call; whatever status came back is an answer. */
export const fetchOver =
  (http: Http, context: Context.Context<never>): CustomFetch =>
  async (url, { body, headers, method, signal }) => {
    const request = requestOf(url, method, headers, body)
    if (request === undefined) throw unexpected("a kind of request that is not made")
    const result = await Effect.runPromiseWith(context)(
      Effect.result(http.send(request)),
      signal === undefined ? {} : { signal }
    )
    if (Result.isFailure(result)) throw result.failure
    const { contentType, headers: answered, status, text } = result.success
    return new Response(text === "" ? null : text, {
      status,
      headers: {
        ...(contentType !== "" && { "content-type": contentType }),
        ...(answered["retry-after"] !== undefined && { "retry-after": answered["retry-after"] }),
        ...(answered["www-authenticate"] !== undefined && { "www-authenticate": answered["www-authenticate"] })
      }
    })
  }
