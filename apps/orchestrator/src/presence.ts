/** The person who waits, where they said where they are. An address is theirs as it is, or there is none. */
import type { Access } from "@paymirror/core"
import { isIP } from "node:net"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { codes, Refusal } from "./Exit.ts"

export const presenceOf = (address: Option.Option<string>): Effect.Effect<Access.Presence | undefined, Refusal> => {
  if (Option.isNone(address)) return Effect.undefined
  return isIP(address.value) === 0
    ? Effect.fail(
        new Refusal({
          message: `"${address.value}" is no IP address. Give your device's own, or none: it is never made up.`,
          code: codes.usage
        })
      )
    : Effect.succeed({ ipAddress: address.value, userAgent: "paymirror" })
}
