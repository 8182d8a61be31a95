/** What an exchange of tokens answers, whichever way they are exchanged, and what a person entered to begin with. */
import { Instant } from "@paymirror/core"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Field from "./Field.ts"
import type { Access } from "./Grant.ts"
import type { Answer } from "./Http.ts"
import { answerOf, type Auth } from "./Provider.ts"
import { has } from "./Translation.ts"

export interface Tokens {
  readonly access: Access
  /** Where the provider gives a new one. */
  readonly refreshToken: Redacted.Redacted<string> | undefined
}

const nullish = <S extends Schema.Constraint>(schema: S) => Schema.optional(Schema.NullOr(schema))

const decode = Schema.decodeUnknownOption(
  Schema.Struct({
    accessToken: Schema.NonEmptyString,
    expiresIn: nullish(Schema.Finite),
    refreshToken: nullish(Schema.NonEmptyString)
  })
)

const daySeconds = 86_400

/** An access token counts as expired after a day at the latest, whatever the answer says. */
export const read = ({ body }: Answer, names: Auth["answer"], now: number): Option.Option<Tokens> => {
  const said = Option.getOrUndefined(body)
  const at = answerOf(names)
  return Option.map(
    decode({
      accessToken: Field.at(said, at.accessToken),
      expiresIn: Field.at(said, at.expiresIn),
      refreshToken: Field.at(said, at.refreshToken)
    }),
    ({ accessToken, expiresIn, refreshToken }) => ({
      refreshToken: has(refreshToken) ? Redacted.make(refreshToken) : undefined,
      access: {
        accessToken: Redacted.make(accessToken),
        ...(has(expiresIn) && {
          accessExpiresAt: Instant.fromEpochMillis(
            now + Math.floor(Math.min(Math.max(expiresIn, 0), daySeconds) * 1000)
          )
        })
      }
    })
  )
}

/** What was entered, without the blanks a copy brings along; nothing where it is nothing else. */
export const entered = (value: Redacted.Redacted<string> | undefined): Redacted.Redacted<string> | undefined => {
  const text = value === undefined ? "" : Redacted.value(value).trim()
  return text === "" ? undefined : Redacted.make(text)
}
