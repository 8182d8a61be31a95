/** Afterpay, United States: the account holder's own consented session. What it can do is the manifest, how is the layer. */
import * as Session from "@paymirror/session"
import { provider } from "./read.ts"

export type { Options } from "@paymirror/session"
export { mappedAgainst } from "./Api.ts"
export { manifest } from "./Manifest.ts"

/** Throws at once for options that cannot work. The manifest it carries names the host of `baseUrl` and no other. */
export const layer = (options: Session.Options = {}): Session.ConnectorLayer => Session.layer(provider, options)
