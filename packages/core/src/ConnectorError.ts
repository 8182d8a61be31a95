/**
 * The one error of a connector, with a tagged reason. A reason says what the host may do next; it never holds a token,
 * a name, an amount or a whole answer of the provider.
 */
import * as Schema from "effect/Schema"
import { Instant } from "./Instant.ts"

/** The person has to link again: the grant is gone, revoked, expired or unreadable. Never retried. */
export class ConsentRequired extends Schema.TaggedError<ConsentRequired>()("ConsentRequired", {
  detail: Schema.String
}) {}

/** The person has to do something at the provider (approve, enter a code, pass its bot check) before reading goes on. */
export class InteractionRequired extends Schema.TaggedError<InteractionRequired>()("InteractionRequired", {
  kind: Schema.Literals(["approve", "prompt", "redirect", "bot_check", "upload"]),
  detail: Schema.String
}) {}

/** Neither success nor failure: come back at `until`. */
export class RateLimited extends Schema.TaggedError<RateLimited>()("RateLimited", { until: Instant }) {}

/**
 * No usable answer for now. `answerLost` is true where the request may have been carried out (it was sent, and the
 * answer never came), which matters when it spends a one-time token.
 */
export class ProviderUnavailable extends Schema.TaggedError<ProviderUnavailable>()("ProviderUnavailable", {
  detail: Schema.String,
  answerLost: Schema.Boolean
}) {}

/** The provider answered something this connector does not know how to read. */
export class UnexpectedResponse extends Schema.TaggedError<UnexpectedResponse>()("UnexpectedResponse", {
  detail: Schema.String
}) {}

/** A file that cannot be imported as it is: what was seen, what was expected, what to do. */
export class UnsupportedFile extends Schema.TaggedError<UnsupportedFile>()("UnsupportedFile", {
  detail: Schema.String,
  hint: Schema.String,
  line: Schema.optionalKey(Schema.Int)
}) {}

/**
 * The host lacks what this route asks of it, or the provider no longer takes it: a certificate, a licence, a key. A matter
 * for whoever runs the host, never for the account holder; not retried.
 */
export class ConfigurationRequired extends Schema.TaggedError<ConfigurationRequired>()("ConfigurationRequired", {
  detail: Schema.String
}) {}

export const Reason = Schema.Union([
  ConsentRequired,
  InteractionRequired,
  RateLimited,
  ProviderUnavailable,
  UnexpectedResponse,
  UnsupportedFile,
  ConfigurationRequired
])
export type Reason = typeof Reason.Type

export class ConnectorError extends Schema.TaggedError<ConnectorError>()("ConnectorError", {
  connector: Schema.String,
  reason: Reason
}) {
  override get message(): string {
    const { reason } = this
    switch (reason._tag) {
      case "ConsentRequired":
        return `${this.connector}: consent required: ${reason.detail}`
      case "InteractionRequired":
        return `${this.connector}: interaction required (${reason.kind}): ${reason.detail}`
      case "RateLimited":
        return `${this.connector}: rate limited until ${reason.until}`
      case "ProviderUnavailable":
        return `${this.connector}: provider unavailable: ${reason.detail}`
      case "UnexpectedResponse":
        return `${this.connector}: unexpected response: ${reason.detail}`
      case "ConfigurationRequired":
        return `${this.connector}: configuration required: ${reason.detail}`
      case "UnsupportedFile":
        return `${this.connector}: ${reason.detail} ${reason.hint}`
    }
  }
}
