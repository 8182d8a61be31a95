/** PayPal over its holder's own session: what it can do is the manifest, how is the layer; {@link client} is rows and no engine. */
import type { Connector } from "@paymirror/core"
import * as Session from "@paymirror/session"
import type * as Layer from "effect/Layer"
import type * as HttpClient from "effect/http/HttpClient"
import { provider } from "./read.ts"

export { mappedAgainst } from "./Api.ts"
export { manifest } from "./Manifest.ts"

/** Throws at once for options that cannot work. */
export const layer = (options: Session.Options = {}): Layer.Layer<Connector.Connector, never, HttpClient.HttpClient> =>
  Session.layer(provider("USD"), options, ({ currency }) => provider(currency))

/** Of the account of one currency. */
export const client = ({
  currency,
  ...options
}: Session.ClientOptions & { readonly currency: string }): Session.Client => Session.client(provider(currency), options)
