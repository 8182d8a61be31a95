/**
 * Credentials its holder made at the provider, in the place of a session: entered, and exchanged for an access token. An
 * exchange spends nothing, so a lost answer is an outage like any other. They end where they were made, and only there.
 */
import { type ConnectorError, type Link, Session } from "@paymirror/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Option from "effect/Option"
import * as Access from "./Access.ts"
import type { ClientGrant } from "./Grant.ts"
import type { Line } from "./Line.ts"
import type { Published } from "./Provider.ts"
import * as Tokens from "./Tokens.ts"

/** Exchanges the credentials for the next access token. */
export const refresh =
  (line: Line<Published>) =>
  ({ clientId, clientSecret }: ClientGrant): Effect.Effect<ClientGrant, ConnectorError.ConnectorError> => {
    const { fault, provider, settings } = line
    const { answer: names, token } = provider.credentials
    const request = HttpClientRequest.post(`${settings.base}${token}`).pipe(
      HttpClientRequest.acceptJson,
      HttpClientRequest.basicAuth(clientId, clientSecret),
      HttpClientRequest.bodyUrlParams({ grant_type: "client_credentials" })
    )
    return Effect.gen(function* () {
      const answer = yield* line.send(request)
      if (answer.status === 400 || answer.status === 401) {
        return yield* fault.consentRequired("the provider does not accept these credentials; link again")
      }
      if (answer.status >= 400) return yield* fault.unexpected(`the exchange was answered ${answer.status}`)
      const tokens = Tokens.read(answer, names, yield* Clock.currentTimeMillis)
      if (Option.isNone(tokens)) return yield* fault.unexpected("the answer of the exchange cannot be read")
      return { clientId, clientSecret, ...tokens.value.access }
    }).pipe(
      Effect.catch((error) =>
        Effect.fail(error.reason._tag === "ProviderUnavailable" ? fault.unavailable(error.reason.detail, false) : error)
      )
    )
  }

/** Asks for the credentials, then proves them by one exchange and by reading what they open onto. */
export const link =
  (line: Line<Published>) =>
  ({ answer }: Link.LinkInput): Effect.Effect<Link.LinkStep<ClientGrant>, ConnectorError.ConnectorError> =>
    Effect.gen(function* () {
      const { entering, manifest, opens } = line.provider
      const values = answer._tag === "Entered" ? answer.values : {}
      const clientId = Tokens.entered(values["client_id"])
      const clientSecret = Tokens.entered(values["client_secret"])
      if (clientId === undefined || clientSecret === undefined) {
        return {
          _tag: "Prompt" as const,
          message: entering.message,
          fields: [
            { name: "client_id", label: entering.labels.clientId, secret: true },
            { name: "client_secret", label: entering.labels.clientSecret, secret: true }
          ],
          state: "credentials"
        }
      }
      const session = Session.memory<ClientGrant>({ connector: manifest.id, grant: { clientId, clientSecret } })
      const accounts = yield* opens.accounts(Access.asking(Access.make(line, session, refresh(line)), line))
      const { grant } = yield* session.current
      return { _tag: "Linked" as const, grant, accounts }
    })

/** Nothing at the provider ends them but their holder; what the host holds is the host's to forget. */
export const revoke = () => (): Effect.Effect<void, ConnectorError.ConnectorError> => Effect.void
