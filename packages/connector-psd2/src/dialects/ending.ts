/**
 * How a consent ends at the bank: when it is no longer wanted, and when it was asked for and comes to nothing. A consent
 * that nobody here knows of would stay open to the host's certificate for months, so one that is given up is ended; the
 * reason it was given up for stays the reason, and where the bank cannot be reached it lapses by itself.
 */
import type { ConnectorError } from "@paymirror/core"
import * as Effect from "effect/Effect"
import type { Answer } from "../Http.ts"
import { codesOf, isKnown, meaningOf } from "../meaning.ts"
import { refusedHost } from "./refusedHost.ts"

type Failing<A> = Effect.Effect<A, ConnectorError.ConnectorError>

/** The bank has ended it before, or never heard of it. A closed door alone does not say so. */
export const isOver = ({ json, status }: Answer): boolean => {
  const codes = codesOf(json)
  return (
    status === 404 ||
    status === 410 ||
    (codes.some(isKnown) && ["consent", "unknown_account"].includes(meaningOf(status, codes)))
  )
}

/** What a bank answers to the end of a consent; to be told twice is no failure. */
export const ended = (answer: Answer): Failing<void> =>
  answer.status < 300 || isOver(answer) ? Effect.void : refusedHost(answer)

/** Nothing is decided by it: asked again later, the bank may answer. */
export const mayPass = ({ reason }: ConnectorError.ConnectorError): boolean =>
  reason._tag === "ProviderUnavailable" || reason._tag === "RateLimited"

/**
 * Ends the consent where the conversation about it fails. `resumable`: the person's next answer can take it up again, so
 * that a failure that passes leaves it.
 */
export const orEnded =
  (end: Failing<unknown>, { resumable }: { readonly resumable: boolean }) =>
  <A>(conversation: Failing<A>): Failing<A> =>
    Effect.tapError(conversation, (error) => (resumable && mayPass(error) ? Effect.void : Effect.ignore(end)))
