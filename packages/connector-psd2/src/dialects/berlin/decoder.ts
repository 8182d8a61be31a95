/** Reads an answer by a schema, or says what a bank's refusal means for a call the host makes on its own account. */
import type { ConnectorError } from "@paymirror/core"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { unexpected } from "../../Failure.ts"
import type { Answer } from "../../Http.ts"
import { refusedHost } from "../refusedHost.ts"

export const decoder = <S extends Schema.ConstraintDecoder<unknown>>(schema: S, what: string) => {
  const decode = Schema.decodeUnknownOption(schema)
  return (answer: Answer): Effect.Effect<S["Type"], ConnectorError.ConnectorError> =>
    answer.status >= 300
      ? refusedHost(answer)
      : Option.match(decode(answer.json), {
          onNone: () => Effect.fail(unexpected(`${what} cannot be read`)),
          onSome: (value) => Effect.succeed(value)
        })
}
