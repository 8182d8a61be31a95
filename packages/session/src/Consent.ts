/**
 * The life of a consent: handed over by its holder, renewed, and ended. A renewal is sent once per call; whether it is
 * tried again after a lost answer is the session's decision, never made here. No password is asked for or accepted.
 */
import type { ConnectorError, Link, Session } from "@paymirror/core"
import { Session as Sessions } from "@paymirror/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Access from "./Access.ts"
import type { Grant } from "./Grant.ts"
import type { Line } from "./Line.ts"
import type { HandOver, Provider } from "./Provider.ts"
import * as Tokens from "./Tokens.ts"

const post = (
  { provider, settings }: Line<Provider>,
  path: string,
  grant: Grant
): HttpClientRequest.HttpClientRequest => {
  const { body, fixed, names } = provider.auth
  const fields = {
    ...fixed,
    [names?.refreshToken ?? "refresh_token"]: Redacted.value(grant.refreshToken),
    ...(grant.deviceId !== undefined && { [names?.deviceId ?? "device_id"]: Redacted.value(grant.deviceId) })
  }
  return HttpClientRequest.post(`${settings.base}${path}`).pipe(
    HttpClientRequest.acceptJson,
    body === "form" ? HttpClientRequest.bodyUrlParams(fields) : HttpClientRequest.bodyJsonUnsafe(fields)
  )
}

/** Exchanges the refresh token for the next access token, and for the next refresh token where the provider rotates it. */
export const refresh =
  (line: Line<Provider>) =>
  (grant: Grant): Effect.Effect<Grant, ConnectorError.ConnectorError> =>
    Effect.gen(function* () {
      const answer = yield* line.send(post(line, line.provider.auth.refresh, grant))
      if (answer.status >= 400) {
        return yield* answer.status === 401 || Access.isEnded(line, answer)
          ? line.fault.consentRequired("the provider no longer accepts this session; link again")
          : line.fault.unexpected(`the renewal was answered ${answer.status}`)
      }
      const tokens = Tokens.read(answer, line.provider.auth.answer, yield* Clock.currentTimeMillis)
      if (Option.isNone(tokens)) {
        return yield* line.fault.unavailable("the renewal was answered, but the answer cannot be read", true)
      }
      const { access, refreshToken } = tokens.value
      return {
        refreshToken: refreshToken ?? grant.refreshToken,
        ...(grant.deviceId !== undefined && { deviceId: grant.deviceId }),
        ...access
      }
    })

/** Ends the session at the provider. One that is already gone is what was wanted. */
export const revoke =
  (line: Line<Provider>) =>
  (session: Session.Session<Grant>): Effect.Effect<void, ConnectorError.ConnectorError> =>
    session.current.pipe(
      Effect.flatMap(({ grant }) => Access.patiently(line)(post(line, line.provider.auth.revoke, grant))),
      Effect.flatMap(({ status }) =>
        status < 400 || [400, 401, 403, 404, 410].includes(status)
          ? Effect.void
          : Effect.fail(line.fault.unexpected(`the revocation was answered ${status}`))
      ),
      Effect.catch((error) => (error.reason._tag === "ConsentRequired" ? Effect.void : Effect.fail(error)))
    )

const needsDevice = ({ provider }: Line<Provider>): boolean => provider.auth.device !== false

const told = ({ app, shows }: HandOver, hasDevice: boolean): string =>
  `Hand over your own signed-in ${app} session: its refresh token${hasDevice ? " and the id of the device it is bound to" : ""}. ` +
  `Whoever holds ${hasDevice ? "the two" : "it"} can see everything you see in the app${shows === undefined ? "" : ` (${shows})`} ` +
  "until you end the session. It is used for reading only and kept sealed; the token is exchanged for a new one right away. " +
  "Never enter your password or a one-time code here."

const handOver = (line: Line<Provider>): Link.LinkStep<never> => {
  const { handOver: said } = line.provider
  const field = (name: string, label: string): Link.PromptField => ({ name, label, secret: true })
  return {
    _tag: "Prompt",
    message: told(said, needsDevice(line)),
    fields: [
      field("refresh_token", said.labels?.refreshToken ?? "Refresh token of your session"),
      ...(needsDevice(line) ? [field("device_id", said.labels?.deviceId ?? "Device id the session is bound to")] : [])
    ],
    state: "hand-over"
  }
}

/** Asks for the hand-over, then proves it by one renewal and by reading what it opens onto. */
export const link =
  (line: Line<Provider>) =>
  ({ answer }: Link.LinkInput): Effect.Effect<Link.LinkStep<Grant>, ConnectorError.ConnectorError> =>
    Effect.gen(function* () {
      const values = answer._tag === "Entered" ? answer.values : {}
      const refreshToken = Tokens.entered(values["refresh_token"])
      const deviceId = needsDevice(line) ? Tokens.entered(values["device_id"]) : undefined
      if (refreshToken === undefined || (deviceId === undefined && needsDevice(line))) return handOver(line)
      const session = Sessions.memory<Grant>({
        connector: line.provider.manifest.id,
        grant: { refreshToken, ...(deviceId !== undefined && { deviceId }) }
      })
      const get = Access.make(line, session, refresh(line))
      const accounts = yield* line.provider.opens.accounts(Access.asking(get, line))
      const { grant } = yield* session.current
      return { _tag: "Linked" as const, grant, accounts }
    })
