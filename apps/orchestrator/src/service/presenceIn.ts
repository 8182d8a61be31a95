/** The person who waits, as a request names them: their own address as it is, or a refusal, never a guess. */
import { Problem } from "@paymirror/api"
import type { Access } from "@paymirror/core"
import { isIP } from "node:net"
import * as Effect from "effect/Effect"

export const presenceIn = (given: {
  readonly presence?: Access.Presence
}): Effect.Effect<Access.Presence | undefined, Problem.Unprocessable> =>
  given.presence !== undefined && isIP(given.presence.ipAddress) === 0
    ? Effect.fail(
        new Problem.Unprocessable({
          detail: "`presence.ipAddress` is no IP address. Give the person's own, or leave it out."
        })
      )
    : Effect.succeed(given.presence)
