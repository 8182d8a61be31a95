/** PayPal over the reporting interface it publishes, under the credentials of an app the account holder made. */
import type { Connector } from "@paymirror/core"
import * as Session from "@paymirror/session"
import type * as Layer from "effect/Layer"
import type * as HttpClient from "effect/http/HttpClient"
import { published } from "./read.ts"

export { mappedAgainst } from "./Api.ts"
export { manifest } from "./Manifest.ts"

/** Throws at once for options that cannot work. A page holds 500 rows unless said, which is the most there is. */
export const layer = (options: Session.Options = {}): Layer.Layer<Connector.Connector, never, HttpClient.HttpClient> =>
  Session.published(published("USD"), { pageSize: 500, ...options }, ({ currency }) => published(currency))
