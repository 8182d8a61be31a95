/** The connection a person names by its id, or where the ids are listed. */
import { Connections } from "@paymirror/sync"
import * as Effect from "effect/Effect"
import { codes, Refusal } from "./Exit.ts"

export const connectionOf = (id: string) =>
  Effect.gen(function* () {
    const found = yield* (yield* Connections).get(id)
    return (
      found ??
      (yield* new Refusal({
        message: `There is no connection ${id}. See: paymirror connections`,
        code: codes.inputRefused
      }))
    )
  })
