/**
 * The consent as a resource at the bank, under the host's own token: staged, looked at, deleted. It opens no account; what
 * opens one is the person's approval and the tokens that come of it.
 */
import { type Access, type ConnectorError, Instant } from "@paymirror/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import * as Api from "../../Api/obie.ts"
import * as ConsentStatus from "../../ConsentStatus.ts"
import { consentRequired, unexpected } from "../../Failure.ts"
import type { Answer, Http } from "../../Http.ts"
import type { Server } from "../../oauth/Server.ts"
import { ownToken } from "../../oauth/Tokens.ts"
import { ended } from "../ending.ts"
import { refusedHost } from "../refusedHost.ts"
import { carrying, presenceHeaders } from "./headers.ts"

type Failing<A> = Effect.Effect<A, ConnectorError.ConnectorError>
type Presence = Access.Presence | undefined

export interface Staged {
  /** Its id, by which the person's approval is bound to it. */
  readonly stage: (presence: Presence) => Failing<string>
  /** Succeeds with its end, where it has one, once it is approved. */
  readonly approved: (id: string, presence: Presence) => Failing<string | undefined>
  /** Succeeds where it is already gone. */
  readonly end: (id: string) => Failing<void>
}

const decode = Schema.decodeUnknownOption(Api.ConsentAnswer)

const consentIn = (answer: Answer): Failing<(typeof Api.ConsentAnswer.Type)["Data"]> => {
  if (answer.status >= 300) return refusedHost(answer)
  const read = decode(answer.json)
  return Option.isNone(read) ? Effect.fail(unexpected("the consent cannot be read")) : Effect.succeed(read.value.Data)
}

const day = 86_400_000

/** To the second, with an offset, as the standard's own examples are. */
const time = (millis: number): string => `${Instant.fromEpochMillis(millis).slice(0, 19)}+00:00`

export const make = ({ send, settings }: Http, server: Failing<Server>): Staged => {
  const asHost = (request: HttpClientRequest.HttpClientRequest, presence: Presence): Failing<Answer> =>
    Effect.gen(function* () {
      const { accessToken } = yield* ownToken(yield* server, "accounts")
      const carried = carrying(settings, accessToken)(request)
      return yield* send(
        presence === undefined ? carried : HttpClientRequest.setHeaders(carried, presenceHeaders(presence))
      )
    })
  const addressOf = (id: string): string => `${settings.base}${Api.paths.consent(id)}`
  return {
    stage: Effect.fnUntraced(function* (presence) {
      const end = (yield* Clock.currentTimeMillis) + settings.institution.consent.maxDays * day
      const request = HttpClientRequest.post(`${settings.base}${Api.paths.consents}`).pipe(
        HttpClientRequest.bodyJsonUnsafe({
          Data: { Permissions: Api.permissions, ExpirationDateTime: time(end) },
          Risk: {}
        })
      )
      return (yield* Effect.flatMap(asHost(request, presence), consentIn)).ConsentId
    }),
    // Some of a bank's machines learn of the approval later than the one that sent the person back.
    approved: (id, presence) =>
      asHost(HttpClientRequest.get(addressOf(id)), presence).pipe(
        Effect.flatMap(consentIn),
        Effect.repeat({
          while: ({ Status }) => ["awaiting", "partly", "unknown"].includes(ConsentStatus.of("obie", Status)),
          times: 2,
          schedule: Schedule.exponential(settings.backoff)
        }),
        Effect.flatMap(({ ExpirationDateTime, Status }) => {
          const state = ConsentStatus.of("obie", Status)
          if (state === "paused" || ConsentStatus.isTerminal(state)) {
            return Effect.fail(consentRequired(`the consent is ${state}`))
          }
          return state === "partly"
            ? Effect.fail(consentRequired("another person has to approve as well; link again when they have"))
            : Effect.succeed(ExpirationDateTime ?? undefined)
        })
      ),
    end: (id) => Effect.flatMap(asHost(HttpClientRequest.delete(addressOf(id)), undefined), ended)
  }
}
