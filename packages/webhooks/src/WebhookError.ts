/**
 * Why a delivery was not taken, and the status that answers it. It names headers and fields and never what they hold, so
 * that it may be logged and sent back. A refusal is the sender's to put right; a 503 asks it to come again.
 */

const statuses = {
  /** Not a POST. */
  MethodNotAllowed: 405,
  /** Not `application/json`. */
  UnsupportedMediaType: 415,
  /** More than 20 KiB. */
  BodyTooLarge: 413,
  /** The connection broke while the body came. */
  BodyIncomplete: 400,
  /** One of the three headers is absent, or is not written as the standard has it. */
  InvalidHeaders: 400,
  /** Sent more than five minutes ago, or more than five minutes from now: one of the two clocks is wrong, or it is a replay. */
  TimestampOutOfTolerance: 401,
  /** Signed with none of the secrets, or changed on the way. */
  NoMatchingSignature: 401,
  /** Signed, but not the body of an event. */
  MalformedBody: 400,
  /** The same message is being taken by another request. */
  InProgress: 503,
  /** The queue, or the record of what was seen, failed or did not answer in time. */
  NotEnqueued: 503,
  /** The body was read, and with it lost, before the handler got the request. */
  BodyAlreadyRead: 500
} as const

export type Reason = keyof typeof statuses

export class WebhookError extends Error {
  readonly _tag = "WebhookError"
  override readonly name = "WebhookError"
  readonly reason: Reason
  /** The HTTP status that answers it. */
  readonly status: number
  /** The `webhook-id`, once the signature has vouched for it. */
  readonly id: string | undefined
  constructor(reason: Reason, message: string, options: { readonly id?: string; readonly cause?: unknown } = {}) {
    super(message, "cause" in options ? { cause: options.cause } : undefined)
    this.reason = reason
    this.status = statuses[reason]
    this.id = options.id
  }
}
