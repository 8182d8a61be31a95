/** An answer without a conversation of ours before it: nothing is begun for it, and nothing asked at the bank. */
import type { ConnectorError } from "@paymirror/core"
import * as Effect from "effect/Effect"
import { unexpected } from "../Failure.ts"

export const foreign: Effect.Effect<never, ConnectorError.ConnectorError> = Effect.fail(
  unexpected("the answer belongs to no conversation that was begun here; start linking again")
)
