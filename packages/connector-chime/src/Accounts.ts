/**
 * One session, several accounts: linking and revoking are the session's, and each account is read by a connector of its
 * own, which differs in its paths alone. A provider of the session route states the feeds of one account; this is where the
 * others come in.
 */
import { Connector } from "@paymirror/core"
import * as Session from "@paymirror/session"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import * as HttpClient from "effect/http/HttpClient"
import { kindOf } from "./Consent.ts"
import { provider } from "./read.ts"

/** Throws at once for options that cannot work. */
export const layer = (
  options: Session.Options = {}
): Layer.Layer<Connector.Connector, never, HttpClient.HttpClient> => {
  const linking = Session.layer(provider("spending"), options)
  return Layer.effect(
    Connector.Connector,
    Effect.gen(function* () {
      const http = yield* HttpClient.HttpClient
      const over = (one: typeof linking) =>
        Effect.provide(Connector.Connector, one).pipe(Effect.provideService(HttpClient.HttpClient, http))
      const connector = yield* over(linking)
      return {
        ...connector,
        read: (stream, input) =>
          Stream.unwrap(
            Effect.map(over(Session.layer(provider(kindOf(input.account.identification)), options)), ({ read }) =>
              read(stream, input)
            )
          )
      }
    })
  )
}
