/**
 * The ways a call can fail, as the connector's error. No request, header or body is ever part of one, and when to come
 * back is a moment within reason.
 */
import { ConnectorError, Instant } from "@paymirror/core"
import { id } from "./Manifest.ts"

export const fail = (reason: ConnectorError.Reason): ConnectorError.ConnectorError =>
  new ConnectorError.ConnectorError({ connector: id, reason })
export const consentRequired = (detail: string) => fail(new ConnectorError.ConsentRequired({ detail }))
export const unexpected = (detail: string) => fail(new ConnectorError.UnexpectedResponse({ detail }))
export const configuration = (detail: string) => fail(new ConnectorError.ConfigurationRequired({ detail }))
export const unavailable = (detail: string, answerLost = false) =>
  fail(new ConnectorError.ProviderUnavailable({ detail, answerLost }))

const hour = 3_600_000
const day = 24 * hour

/**
 * When to come back: seconds or an HTTP date; an hour where the bank says nothing that can be read. Never later than a
 * day from now, whatever a header claims.
 */
const until = (retryAfter: string | undefined, now: number): Instant.Instant => {
  const text = retryAfter?.trim() ?? ""
  const at = /^\d+$/.test(text) ? now + Number(text) * 1000 : Date.parse(text)
  return Instant.fromEpochMillis(Number.isNaN(at) || at <= now ? now + hour : Math.min(at, now + day))
}

export const rateLimited = (retryAfter: string | undefined, now: number) =>
  fail(new ConnectorError.RateLimited({ until: until(retryAfter, now) }))
