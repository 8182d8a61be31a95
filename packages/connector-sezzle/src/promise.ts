/** The same doors for who has never heard of Effect, over the platform's `fetch`: the connector, and a client of rows. */
import * as Plain from "@paymirror/session/promise"
import { layer } from "./index.ts"
import { provider } from "./read.ts"

export {
  type Client,
  type ClientOptions,
  ConnectorError,
  type FeedOptions,
  type Grant,
  type LinkAnswer,
  type LinkStep,
  type Options,
  type PlainConnector,
  type Reason
} from "@paymirror/session/promise"
export { manifest } from "./Manifest.ts"

/** The connector over `fetch`. */
export const connector = (options: Plain.Options = {}): Promise<Plain.PlainConnector> => Plain.connector(layer(options))

/** `rows("plans")`, `rows("card")`, …, over `fetch`. */
export const client = (options: Plain.ClientOptions): Plain.Client => Plain.client(provider, options)
