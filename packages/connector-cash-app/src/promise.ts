/** The same doors for who has never heard of Effect, over the platform's `fetch`: the connector, and a client of rows. */
import { doors } from "@paymirror/session/promise"
import { layer } from "./index.ts"
import { provider } from "./read.ts"

export type * from "@paymirror/session/promise"
export { ConnectorError } from "@paymirror/session/promise"
export { manifest } from "./Manifest.ts"

/** Tokens are plain text here, and the caller's to keep. The client has `rows("balance")`, `rows("card")`, …. */
export const { client, connector } = doors(layer, provider)
