/**
 * The token by which an application of the aggregator names itself: signed with its own key, good for some minutes, made
 * again when it runs out. It opens nobody's account without a session the person approved.
 */
import type { ConnectorError } from "@paymirror/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { SignJWT } from "jose"
import * as Api from "../../Api/enableBanking.ts"
import type { Credentials } from "../../Credentials.ts"
import { configuration } from "../../Failure.ts"
import { keyOnce } from "../../oauth/keys.ts"

const lifetime = 600
/** How long before its end it is made anew. */
const margin = 60

export const applicationToken = (
  application: NonNullable<Credentials["application"]>
): Effect.Effect<Redacted.Redacted<string>, ConnectorError.ConnectorError> => {
  const key = keyOnce(application.key, "RS256")
  let made: { readonly token: Redacted.Redacted<string>; readonly at: number } | undefined
  return Effect.gen(function* () {
    const now = Math.floor((yield* Clock.currentTimeMillis) / 1000)
    if (made !== undefined && now >= made.at && now < made.at + lifetime - margin) return made.token
    const signing = yield* key
    const token = yield* Effect.tryPromise({
      try: () =>
        new SignJWT()
          .setProtectedHeader({ typ: "JWT", alg: "RS256", kid: application.id })
          .setIssuer(Api.token.issuer)
          .setAudience(Api.token.audience)
          .setIssuedAt(now)
          .setExpirationTime(now + lifetime)
          .sign(signing),
      catch: () => configuration("the application's key does not sign")
    })
    made = { token: Redacted.make(token), at: now }
    return made.token
  })
}
