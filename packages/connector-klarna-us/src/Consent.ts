/**
 * The life of a consent: handed over by its holder, renewed, and ended. A renewal is sent once per call; whether it is
 * tried again after a lost answer is the session's decision, never made here. No password is asked for or accepted.
 */
import type { ConnectorError, Link, Session } from "@paymirror/core"
import { Instant, Session as Sessions } from "@paymirror/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Access from "./Access.ts"
import * as Api from "./Api.ts"
import type { Grant } from "./Grant.ts"
import * as Http from "./Http.ts"
import { manifest } from "./Manifest.ts"
import type { Settings } from "./Options.ts"

const post = (settings: Settings, path: string, grant: Grant): HttpClientRequest.HttpClientRequest =>
  HttpClientRequest.post(`${settings.base}${path}`).pipe(
    HttpClientRequest.acceptJson,
    HttpClientRequest.bodyJsonUnsafe({
      refresh_token: Redacted.value(grant.refreshToken),
      device_id: Redacted.value(grant.deviceId)
    })
  )

const decodeTokens = Schema.decodeUnknownOption(Api.Tokens)
const decodeRefusal = Schema.decodeUnknownOption(Api.Refusal)
const daySeconds = 86_400

/** Exchanges the refresh token for the next access token, and for the next refresh token where the provider rotates it. */
export const refresh =
  (send: Http.Send, settings: Settings) =>
  (grant: Grant): Effect.Effect<Grant, ConnectorError.ConnectorError> =>
    Effect.gen(function* () {
      const { body, status } = yield* send(post(settings, Api.endpoints.refresh.path, grant))
      if (status >= 400) {
        const refusal = Option.flatMap(body, decodeRefusal)
        const known = Option.isSome(refusal) && ["invalid_grant", "session_revoked"].includes(refusal.value.error)
        return yield* known || status === 401
          ? Http.consentRequired("the provider no longer accepts this session; link again")
          : Http.unexpected(`the renewal was answered ${status}`)
      }
      const tokens = Option.flatMap(body, decodeTokens)
      if (Option.isNone(tokens)) {
        return yield* Http.unavailable("the renewal was answered, but the answer cannot be read", true)
      }
      const { access_token, expires_in, refresh_token } = tokens.value
      const now = yield* Clock.currentTimeMillis
      return {
        refreshToken: refresh_token ? Redacted.make(refresh_token) : grant.refreshToken,
        deviceId: grant.deviceId,
        accessToken: Redacted.make(access_token),
        ...(typeof expires_in === "number" && {
          accessExpiresAt: Instant.fromEpochMillis(
            now + Math.floor(Math.min(Math.max(expires_in, 0), daySeconds) * 1000)
          )
        })
      }
    })

/** Ends the session at the provider. One that is already gone is what was wanted. */
export const revoke =
  (send: Http.Send, settings: Settings) =>
  (session: Session.Session<Grant>): Effect.Effect<void, ConnectorError.ConnectorError> =>
    session.current.pipe(
      Effect.flatMap(({ grant }) => Access.patiently(send, settings)(post(settings, Api.endpoints.revoke.path, grant))),
      Effect.flatMap(({ status }) =>
        status < 400 || [400, 401, 403, 404, 410].includes(status)
          ? Effect.void
          : Effect.fail(Http.unexpected(`the revocation was answered ${status}`))
      ),
      Effect.catch((error) => (error.reason._tag === "ConsentRequired" ? Effect.void : Effect.fail(error)))
    )

const handOver: Link.LinkStep<never> = {
  _tag: "Prompt",
  message:
    "Hand over your own signed-in Klarna session: its refresh token and the id of the device it is bound to. Whoever " +
    "holds the two can see everything you see in the app (purchases, plans, card, balance, points, deliveries, profile) " +
    "until you end the session. They are used for reading only and kept sealed; the token is exchanged for a new one " +
    "right away. Never enter your password or a one-time code here.",
  fields: [
    { name: "refresh_token", label: "Refresh token of your session", secret: true },
    { name: "device_id", label: "Device id the session is bound to", secret: true }
  ],
  state: "hand-over"
}

/** Asks for the hand-over, then proves it by one renewal and by reading who and what it opens onto. */
export const link =
  (send: Http.Send, settings: Settings) =>
  ({ answer }: Link.LinkInput): Effect.Effect<Link.LinkStep<Grant>, ConnectorError.ConnectorError> =>
    Effect.gen(function* () {
      const values = answer._tag === "Entered" ? answer.values : {}
      const { device_id, refresh_token } = values
      if (refresh_token === undefined || device_id === undefined) return handOver
      if (Redacted.value(refresh_token).trim() === "" || Redacted.value(device_id).trim() === "") return handOver
      const session = Sessions.memory<Grant>({
        connector: manifest.id,
        grant: { refreshToken: trimmed(refresh_token), deviceId: trimmed(device_id) }
      })
      const get = Access.make({ send, settings, session, refresh: refresh(send, settings) })
      const { profile } = yield* get(Api.endpoints.profile.path).pipe(Effect.flatMap(Access.decode(Api.Profile)))
      const { balance } = yield* get(Api.endpoints.balance.path).pipe(Effect.flatMap(Access.decode(Api.Balance)))
      const { grant } = yield* session.current
      return {
        _tag: "Linked" as const,
        grant,
        accounts: [
          {
            identification: profile.id,
            currency: balance.currency,
            market: "US",
            legalEntity: "WebBank",
            status: "OPEN" as const,
            displayName: "Klarna"
          }
        ]
      }
    })

const trimmed = (text: Redacted.Redacted<string>): Redacted.Redacted<string> =>
  Redacted.make(Redacted.value(text).trim())
