/**
 * One request in the headers of the Berlin Group's family: an id of its own, the consent and the token it is made under,
 * what the bank demands of everybody, and the host's seal where the bank wants one. It sends nothing.
 */
import type { Access, ConnectorError } from "@paymirror/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Redacted from "effect/Redacted"
import type { Grant } from "../../Grant.ts"
import { configuration } from "../../Failure.ts"
import type { Settings } from "../../Options.ts"
import * as Seal from "../../Seal.ts"

/** Under what a request is made: nothing yet, a consent that is being approved, or a grant. */
export type Under = Partial<Pick<Grant, "consentId" | "accessToken">>

export interface Asking {
  readonly method: "GET" | "POST" | "DELETE"
  readonly url: string | URL
  readonly under?: Under
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

export interface Wire {
  readonly request: (
    asking: Asking
  ) => Effect.Effect<HttpClientRequest.HttpClientRequest, ConnectorError.ConnectorError>
}

/** Sent if and only if the person is there. */
export const presenceHeaders = ({ ipAddress, userAgent }: Access.Presence): Readonly<Record<string, string>> => ({
  "PSU-IP-Address": ipAddress,
  ...(userAgent !== undefined && { "PSU-User-Agent": userAgent })
})

const start = { GET: HttpClientRequest.get, POST: HttpClientRequest.post, DELETE: HttpClientRequest.delete } as const

export const make = ({ credentials, institution }: Settings): Wire => {
  const demanded = institution.quirks?.headers ?? {}
  const sealed = institution.quirks?.sealed === true
  const seal =
    credentials.seal === undefined
      ? Effect.fail(configuration("this bank wants sealed requests, and the host has no seal"))
      : Seal.make(credentials.seal)
  let known: Seal.Seal | undefined
  const sealOnce = Effect.suspend(() =>
    known === undefined
      ? Effect.tap(seal, (made) =>
          Effect.sync(() => {
            known = made
          })
        )
      : Effect.succeed(known)
  )
  return {
    request: Effect.fnUntraced(function* ({ body, headers, method, under, url }: Asking) {
      const text = body === undefined ? "" : JSON.stringify(body)
      const plain: Record<string, string> = {
        ...demanded,
        "Accept": "application/json",
        "X-Request-ID": crypto.randomUUID(),
        ...(under?.consentId !== undefined && { "Consent-ID": Redacted.value(under.consentId) }),
        ...(under?.accessToken !== undefined && { Authorization: `Bearer ${Redacted.value(under.accessToken)}` }),
        ...headers
      }
      const now = yield* Clock.currentTimeMillis
      const signed = sealed ? (yield* sealOnce).headers(plain, text, now) : {}
      const request = start[method](url, { headers: { ...plain, ...signed } })
      return body === undefined ? request : HttpClientRequest.bodyText(request, text, "application/json")
    })
  }
}
