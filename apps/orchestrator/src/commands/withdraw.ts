/** `paymirror withdraw`: the end of a consent. One call, at once: no read begins after it, and the session is ended. */
import * as Effect from "effect/Effect"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import { connectionOf } from "../connectionOf.ts"
import { endConsent } from "../endConsent.ts"
import { answer, withMirror } from "../root.ts"

export const withdraw = Command.make(
  "withdraw",
  {
    connection: Argument.String("connection").pipe(
      Argument.withDescription("The connection's id, as `link` printed it")
    )
  },
  Effect.fn(function* ({ connection }) {
    const result = yield* withMirror(Effect.flatMap(connectionOf(connection), endConsent))
    yield* answer(result, () =>
      result.revokedUpstream
        ? "Consent is withdrawn, the session has ended at the provider, and its tokens are destroyed. The rows read so far are kept."
        : "Consent is withdrawn and the tokens are destroyed. The provider did not confirm the end of the session; end it in its app too."
    )
  })
).pipe(Command.withDescription("Withdraw consent: nothing is read after it"))
