/**
 * Tokens of an authorisation server: what an answer grants, the next of a person's, and the host's own, which opens no
 * account. Each exchange is sent once; whether to try again is the session's decision.
 */
import { type ConnectorError, Instant } from "@paymirror/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Oidc from "openid-client"
import { consentRequired } from "../Failure.ts"
import type { Grant } from "../Grant.ts"
import type { Server } from "./Server.ts"

type Failing<A> = Effect.Effect<A, ConnectorError.ConnectorError>

export interface Tokens {
  readonly accessToken: Redacted.Redacted<string>
  /** Absent where the server does not say: then it is used until it is refused. */
  readonly accessExpiresAt?: Instant.Instant
  readonly refreshToken?: Redacted.Redacted<string>
}

/** No token is believed to last longer than a year, whatever a server claims. */
const longest = 366 * 86_400

export const taken = (answer: Oidc.TokenEndpointResponse): Effect.Effect<Tokens> =>
  Effect.map(Clock.currentTimeMillis, (now) => ({
    accessToken: Redacted.make(answer.access_token),
    ...(answer.expires_in !== undefined && {
      accessExpiresAt: Instant.fromEpochMillis(now + Math.floor(Math.min(answer.expires_in, longest)) * 1000)
    }),
    ...(answer.refresh_token !== undefined && { refreshToken: Redacted.make(answer.refresh_token) })
  }))

/** The grant with the tokens that come next. */
export const renewed = (server: Failing<Server>) =>
  Effect.fnUntraced(function* (grant: Grant): Effect.fn.Return<Grant, ConnectorError.ConnectorError> {
    const { accessExpiresAt: _, refreshToken, ...kept } = grant
    if (refreshToken === undefined) {
      return yield* consentRequired("the access ran out, and the bank gave nothing to renew it with")
    }
    const { call } = yield* server
    const answer = yield* call((configuration) => Oidc.refreshTokenGrant(configuration, Redacted.value(refreshToken)))
    return { ...kept, refreshToken, ...(yield* taken(answer)) }
  })

export const ownToken = ({ call }: Server, scope: string): Failing<Tokens> =>
  call((configuration) => Oidc.clientCredentialsGrant(configuration, { scope })).pipe(Effect.flatMap(taken))
