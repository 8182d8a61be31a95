/** Acme over its holder's own session: the manifest and the layer, nothing else. */
import type { Connector } from "@paymirror/core"
import * as Session from "@paymirror/session"
import type * as Layer from "effect/Layer"
import type * as HttpClient from "effect/http/HttpClient"
import { provider } from "./read.ts"

export { mappedAgainst } from "./Api.ts"
export { manifest } from "./Manifest.ts"

/** Throws at once for options that cannot work. Nothing is sent until somebody links or reads. */
export const layer = (options: Session.Options = {}): Layer.Layer<Connector.Connector, never, HttpClient.HttpClient> =>
  Session.layer(provider, options)
