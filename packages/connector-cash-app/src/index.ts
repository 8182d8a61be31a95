/** Cash App over its holder's own session: what it can do is the manifest, how is the layer; {@link client} is rows and no engine. */
import * as Session from "@paymirror/session"
import { provider } from "./read.ts"

export { mappedAgainst } from "./Api.ts"
export { manifest } from "./Manifest.ts"

/** Throws at once for options that cannot work. */
export const layer = (options: Session.Options = {}): Session.ConnectorLayer => Session.layer(provider, options)

export const client = (options: Session.ClientOptions): Session.Client => Session.client(provider, options)
