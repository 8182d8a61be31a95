/** Acme over its holder's own session: the manifest and the layer, nothing else. */
import * as Session from "@paymirror/session"
import { provider } from "./read.ts"

export { mappedAgainst } from "./Api.ts"
export { manifest } from "./Manifest.ts"

/** Throws at once for options that cannot work. Nothing is sent until somebody links or reads. */
export const layer = (options: Session.Options = {}): Session.ConnectorLayer => Session.layer(provider, options)
