/** Stream `profile`: identity fields and membership. Personal data throughout; never logged. */
import * as Schema from "effect/Schema"
import { CalendarDate } from "./CalendarDate.ts"

export const Profile = Schema.Struct({
  profileId: Schema.NonEmptyString,
  givenName: Schema.optionalKey(Schema.String),
  familyName: Schema.optionalKey(Schema.String),
  email: Schema.optionalKey(Schema.String),
  phoneNumber: Schema.optionalKey(Schema.String),
  /** FDX `memberTier`, in the provider's own word. */
  memberTier: Schema.optionalKey(Schema.String),
  memberSince: Schema.optionalKey(CalendarDate)
})
export type Profile = typeof Profile.Type
