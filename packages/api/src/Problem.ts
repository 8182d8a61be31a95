/**
 * What goes wrong, as RFC 9457 problems: `type` is for programs and never changes, `detail` says what to do. An id that
 * belongs to somebody else and one that nobody has are the same problem.
 */
import * as Schema from "effect/Schema"
import * as HttpApiError from "effect/http-api/HttpApiError"

/** The `type` of a problem: `urn:paymirror:problem:<name>`. */
const urn = <const Name extends string>(name: Name): `urn:paymirror:problem:${Name}` => `urn:paymirror:problem:${name}`

export class Unauthorized extends HttpApiError.Problem<Unauthorized>()("Unauthorized", {
  type: urn("unauthorized"),
  status: 401,
  title: "No valid API key"
}) {}

export class Forbidden extends HttpApiError.Problem<Forbidden>()(
  "Forbidden",
  { type: urn("scope"), status: 403, title: "The key does not have the scope for this" },
  { scope: Schema.String }
) {}

export class NotFound extends HttpApiError.Problem<NotFound>()("NotFound", {
  type: urn("not-found"),
  status: 404,
  title: "There is no such thing, or it is not yours"
}) {}

/** It cannot be done as things stand; `detail` says why. */
export class Conflict extends HttpApiError.Problem<Conflict>()("Conflict", {
  type: urn("conflict"),
  status: 409,
  title: "It cannot be done as things stand"
}) {}

/** What was sent can be read and not be done. */
export class Unprocessable extends HttpApiError.Problem<Unprocessable>()("Unprocessable", {
  type: urn("unprocessable"),
  status: 422,
  title: "What was sent cannot be done"
}) {}

/** The same `Idempotency-Key` came with another request. */
export class KeyReused extends HttpApiError.Problem<KeyReused>()("KeyReused", {
  type: urn("idempotency-key-reused"),
  status: 422,
  title: "The Idempotency-Key was used for another request"
}) {}

/** The first request with this `Idempotency-Key` has not ended. */
export class KeyInUse extends HttpApiError.Problem<KeyInUse>()("KeyInUse", {
  type: urn("idempotency-key-in-use"),
  status: 409,
  title: "A request with this Idempotency-Key is still running"
}) {}

export class TooManyRequests extends HttpApiError.Problem<TooManyRequests>()("TooManyRequests", {
  type: urn("rate-limit"),
  status: 429,
  title: "Too many requests with this key"
}) {}

/** The host lacks something (a certificate, a licence), or the provider is down; nothing was changed. */
export class Unavailable extends HttpApiError.Problem<Unavailable>()("Unavailable", {
  type: urn("unavailable"),
  status: 503,
  title: "It cannot be done now"
}) {}
