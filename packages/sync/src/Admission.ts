/**
 * Whether a stream may be read now: the connection is there and live, consent stands and covers it, its clocks have not
 * run out for a read nobody waits for, and no limit the provider stated is still running. Asked before any call.
 */
import { type Access, Consent } from "@paymirror/core"
import type { StreamName } from "@paymirror/core"
import * as Effect from "effect/Effect"
import { now } from "./clock.ts"
import { type AccountOf, Connections } from "./Connections.ts"
import * as Limit from "./Limit.ts"

export interface Request {
  readonly connectionId: string
  readonly accountId: string
  readonly stream: StreamName.StreamName
  /** The person, where they are there and asked: no budget of unattended reads is spent, and the provider is told. */
  readonly presence?: Access.Presence
}

export interface Admitted {
  readonly _tag: "Admitted"
  readonly account: AccountOf
  readonly consent: Consent.Consent
}

export const admit = (request: Request) =>
  Effect.gen(function* () {
    const connections = yield* Connections
    const connection = yield* connections.get(request.connectionId)
    const consent = connection?.consent
    if (connection === undefined || consent === undefined) return refused("there is no such connection")
    const at = yield* now
    const standing = Consent.status(consent, at)
    if (standing !== "ACTIVE") return refused(`consent is ${standing}`)
    if (!consent.streams.includes(request.stream)) return refused(`consent does not cover ${request.stream}`)
    if (connection.status !== "active") return refused(connection.detail ?? `the connection is ${connection.status}`)
    if (request.presence === undefined) {
      if (consent.attendedOnly === true)
        return refused("the person wants it read only while they are there", "presence")
      if (Consent.lapsed(consent, at))
        return refused("the person has not confirmed that they still agree", "confirmation")
    }
    const account = (yield* connections.accounts(request.connectionId)).find(
      (one) => one.accountId === request.accountId
    )
    if (account === undefined) return refused("the account is not behind this connection")
    const until = yield* Limit.standing(placeOf(request, account))
    if (until !== undefined) return { _tag: "Throttled", until, by: "provider" } as const
    const admitted: Admitted = { _tag: "Admitted", account, consent }
    return admitted
  })

const refused = (why: string, needs?: "presence" | "confirmation") =>
  ({ _tag: "NotPermitted", why, ...(needs !== undefined && { needs }) }) as const

/** Where a limit of the provider holds. */
export const placeOf = ({ connectionId, presence, stream }: Request, { n }: AccountOf): Limit.Place => ({
  connectionId,
  account: n,
  stream,
  attended: presence !== undefined
})
