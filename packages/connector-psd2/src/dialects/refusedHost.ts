/**
 * What it means when a bank refuses a call the host makes on its own account (asking for a consent, ending one): there is
 * no grant yet that could be at fault, so a closed door is the host's own credentials.
 */
import type { ConnectorError } from "@paymirror/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { configuration, unavailable, unexpected, rateLimited } from "../Failure.ts"
import type { Answer } from "../Http.ts"
import { codesOf, meaningOf, wordIn } from "../meaning.ts"

export const refusedHost = ({ headers, json, status }: Answer): Effect.Effect<never, ConnectorError.ConnectorError> =>
  Effect.flatMap(Clock.currentTimeMillis, (now) => {
    const codes = codesOf(json)
    const named = wordIn(codes)
    const said = named === undefined ? `the bank answered ${status}` : `the bank answered ${status} ${named}`
    if (status === 429) return rateLimited(headers["retry-after"], now)
    if (status >= 500) return unavailable(said)
    const meaning = meaningOf(status, codes)
    return meaning === "configuration" || status === 401 || status === 403 ? configuration(said) : unexpected(said)
  })
