/**
 * What a bank's refusal means for a call under a grant: an error that ends the read, or a {@link Refusal} the reader can
 * answer. A token that ran out and a consent that did can look the same, and right after an approval so does a machine of
 * the bank that has not heard of it yet.
 */
import { Instant } from "@paymirror/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Call, Failure } from "./Dialect.ts"
import { configuration, consentRequired, rateLimited, unavailable, unexpected } from "./Failure.ts"
import type { Answer } from "./Http.ts"
import { codesOf, isKnown, meaningOf, wordIn } from "./meaning.ts"
import { Refusal } from "./Refusal.ts"

/** A bank that has just been told may need a moment before every one of its machines knows. */
const settling = 120_000

export const refused = ({ grant }: Call, { contentType, headers, json, status }: Answer): Effect.Effect<Failure> =>
  Effect.map(Clock.currentTimeMillis, (now): Failure => {
    const codes = codesOf(json)
    const meaning = meaningOf(status, codes)
    const named = wordIn(codes)
    const said = named === undefined ? `the bank answered ${status}` : `the bank answered ${status} ${named}`
    switch (meaning) {
      case "rate":
        return rateLimited(headers["retry-after"], now)
      case "later":
        return unavailable(said)
      case "configuration":
        return configuration(said)
      case "request":
        return unexpected(said)
      case "consent":
        // A web page comes from whoever stands before the bank, and says nothing of the consent.
        if (status === 403 && contentType === "text/html") return unexpected(`${said} with a web page`)
        // Neither nothing nor a word of the bank's own tells a token that ran out from a consent that did.
        if (status === 401 && !codes.some(isKnown)) {
          const isNew = Math.abs(now - Instant.toEpochMillis(grant.authorisedAt)) < settling
          const mayPass = named === undefined && isNew
          if (mayPass && grant.refreshToken === undefined) return unavailable(said)
          if (grant.accessToken !== undefined) return new Refusal("token", said, mayPass)
        }
        return consentRequired(said)
      case "token":
        return grant.accessToken === undefined ? consentRequired(said) : new Refusal("token", said)
      default:
        return new Refusal(meaning, said)
    }
  })
