/** The near side of the socket: the real connector over the client that was found fastest. */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as Klarna from "@paymirror/connector-klarna-us"
import type { Connector, Link } from "@paymirror/core"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"

export const answer: Link.LinkAnswer = {
  _tag: "Entered",
  values: { refresh_token: Redacted.make("refresh"), device_id: Redacted.make("device") }
}

export const connectorAt = (port: string, pageSize: string): Layer.Layer<Connector.Connector> =>
  Klarna.layer({ baseUrl: `http://127.0.0.1:${port}`, pageSize: Number(pageSize) }).pipe(
    Layer.provide(NodeHttpClient.layerUndici)
  )
