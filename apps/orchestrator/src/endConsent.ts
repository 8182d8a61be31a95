/**
 * The end of a consent, on somebody's word (`by`: the person's, unless said): at once here, then at the provider. It takes
 * effect here even where the way to the provider is blocked by this host's own trouble (a certificate that ran out).
 */
import { type Connection, Connections } from "@paymirror/sync"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Connectors from "./Connectors.ts"

export const endConsent = (connection: Connection, by?: string) =>
  Effect.gen(function* () {
    const entry = yield* Connectors.installed(connection)
    const layer = entry
      .layer(connection.settings)
      .pipe(Layer.catch((error) => Connectors.inName(entry.manifest, error)))
    return yield* (yield* Connections).withdraw(connection.connectionId, by).pipe(Effect.provide(layer))
  })
