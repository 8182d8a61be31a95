/** `paymirror reconfirm`: the person says that reading may go on. An act of theirs towards this host, not the bank. */
import * as Effect from "effect/Effect"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import { confirm } from "../confirm.ts"
import { connectionOf } from "../connectionOf.ts"
import { codes, Refusal } from "../Exit.ts"
import { answer, withMirror } from "../root.ts"
import { toLink } from "../toLink.ts"

export const reconfirm = Command.make(
  "reconfirm",
  {
    connection: Argument.String("connection").pipe(
      Argument.withDescription("The connection's id, as `paymirror connections` lists it")
    )
  },
  Effect.fn(function* ({ connection }) {
    const confirmed = yield* withMirror(
      Effect.gen(function* () {
        const found = yield* connectionOf(connection)
        const consent = yield* confirm(found)
        return (
          consent ??
          (yield* new Refusal({
            message: `That consent is over. Link again: ${toLink(found)}`,
            code: codes.personNeeded
          }))
        )
      })
    )
    yield* answer(confirmed, () =>
      confirmed.reconfirmBy === undefined
        ? `Noted. This consent asks for no confirmation; it goes on until ${confirmed.expiresAt.slice(0, 10)}.`
        : `Confirmed. Reading goes on; confirm again by ${confirmed.reconfirmBy.slice(0, 10)}. The consent itself ends on ${confirmed.expiresAt.slice(0, 10)}.`
    )
  })
).pipe(Command.withDescription("Confirm that a connection may go on being read"))
