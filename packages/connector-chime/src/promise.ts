/** The same two doors for who has never heard of Effect, over the platform's `fetch`. Tokens are the caller's to keep. */
import * as Plain from "@paymirror/session/promise"
import { layer } from "./index.ts"
import { provider } from "./read.ts"

export type * from "@paymirror/session/promise"
export { ConnectorError } from "@paymirror/session/promise"
export { manifest } from "./Manifest.ts"

/** The connector over `fetch`. */
export const connector = (options: Plain.Options = {}): Promise<Plain.PlainConnector> => Plain.connector(layer(options))

/** Rows of one account, by its kind (`savings`). */
export const client = ({ account, ...options }: Plain.ClientOptions & { readonly account: string }): Plain.Client =>
  Plain.client(provider(account), options)
