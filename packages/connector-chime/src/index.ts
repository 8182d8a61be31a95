/** Chime over its holder's own session: what it can do is the manifest, how is the layer; {@link client} is rows and no engine. */
import * as Session from "@paymirror/session"
import { provider } from "./read.ts"

export { layer } from "./Accounts.ts"
export { mappedAgainst } from "./Api.ts"
export { manifest } from "./Manifest.ts"

/** Of one account, by its kind (`savings`). */
export const client = ({ account, ...options }: Session.ClientOptions & { readonly account: string }): Session.Client =>
  Session.client(provider(account), options)
