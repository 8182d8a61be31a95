/** Affirm, United States: the account holder's own consented session. What it can do is the manifest, how is the layer. */
import type { Connector } from "@paymirror/core"
import * as Session from "@paymirror/session"
import type * as Layer from "effect/Layer"
import type * as HttpClient from "effect/http/HttpClient"
import { provider } from "./read.ts"

export type { Options } from "@paymirror/session"
export { mappedAgainst } from "./Api.ts"
export { manifest } from "./Manifest.ts"

/** Throws at once for options that cannot work. The manifest it carries names the host of `baseUrl` and no other. */
export const layer = (options: Session.Options = {}): Layer.Layer<Connector.Connector, never, HttpClient.HttpClient> =>
  Session.layer(provider, options)
