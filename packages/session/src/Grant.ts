/**
 * What reading needs: the session's refresh token, the device it is bound to where it is bound to one, and the access
 * token in use, which is kept here so that several processes share one. Every secret is redacted until it is put on the
 * wire or sealed.
 */
import { Instant } from "@paymirror/core"
import * as Schema from "effect/Schema"

const access = {
  accessToken: Schema.optionalKey(Schema.Redacted(Schema.NonEmptyString)),
  /** Absent where the provider did not say: then it is used until it is refused. */
  accessExpiresAt: Schema.optionalKey(Instant.Instant)
}

/** What a grant has of the access token in use. */
const Access = Schema.Struct(access)
export type Access = typeof Access.Type

const tokens = { refreshToken: Schema.Redacted(Schema.NonEmptyString), ...access }

export const Grant = Schema.Struct({
  ...tokens,
  deviceId: Schema.optionalKey(Schema.Redacted(Schema.NonEmptyString))
})
export type Grant = typeof Grant.Type

/** A grant that is bound to a device. */
export const DeviceGrant = Schema.Struct({ ...tokens, deviceId: Schema.Redacted(Schema.NonEmptyString) })
export type DeviceGrant = typeof DeviceGrant.Type

/** Credentials the holder made at the provider, in the place of a session. */
export const ClientGrant = Schema.Struct({
  clientId: Schema.Redacted(Schema.NonEmptyString),
  clientSecret: Schema.Redacted(Schema.NonEmptyString),
  ...access
})
export type ClientGrant = typeof ClientGrant.Type

/** A grant without the device it should be bound to is no grant. */
export const boundGrant = Grant.check(
  Schema.makeFilter(({ deviceId }) => deviceId !== undefined, { expected: "a grant bound to a device" })
)
