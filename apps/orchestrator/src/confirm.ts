/** The person's word that reading may go on: kept with the consent, under the terms of the route. The provider is not asked. */
import { ConnectorError } from "@paymirror/core"
import { type Connection, Connections } from "@paymirror/sync"
import * as Effect from "effect/Effect"
import * as Connectors from "./Connectors.ts"

/** `undefined` where the consent is over. */
export const confirm = (connection: Connection, by?: string) =>
  Effect.gen(function* () {
    const { connectionId, connector, settings } = connection
    const entry = yield* Connectors.installed(connection)
    const reason = new ConnectorError.ConfigurationRequired({ detail: "the provider is not asked" })
    const error = new ConnectorError.ConnectorError({ connector, reason })
    return yield* (yield* Connections)
      .reconfirm(connectionId, by)
      .pipe(Effect.provide(Connectors.inName(Connectors.manifestOf(entry, settings), error)))
  })
