/**
 * What reading needs: the session's refresh token, the device it is bound to, and the access token in use, which is kept
 * here so that several processes share one. Every secret is redacted until it is put on the wire or sealed.
 */
import { Instant } from "@paymirror/core"
import * as Schema from "effect/Schema"

export const Grant = Schema.Struct({
  refreshToken: Schema.Redacted(Schema.NonEmptyString),
  deviceId: Schema.Redacted(Schema.NonEmptyString),
  accessToken: Schema.optionalKey(Schema.Redacted(Schema.NonEmptyString)),
  /** Absent where the provider did not say: then it is used until it is refused. */
  accessExpiresAt: Schema.optionalKey(Instant.Instant)
})
export type Grant = typeof Grant.Type
