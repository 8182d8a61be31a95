/** PayPal over the reporting interface it publishes, under the credentials of an app the account holder made. */
import * as Session from "@paymirror/session"
import { published } from "./read.ts"

export { mappedAgainst } from "./Api.ts"
export { manifest } from "./Manifest.ts"

/** Throws at once for options that cannot work. A page holds 500 rows unless said, which is the most there is. */
export const layer = (options: Session.Options = {}): Session.ConnectorLayer =>
  Session.published(published("USD"), { pageSize: 500, ...options }, ({ currency }) => published(currency))
