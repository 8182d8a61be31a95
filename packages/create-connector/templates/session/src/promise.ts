/** The same connector for who has never heard of Effect: promises and async iterables, over the platform's `fetch`. */
import * as Plain from "@paymirror/session/promise"
import { layer } from "./index.ts"

export { manifest } from "./Manifest.ts"

export const connector = (options: Plain.Options = {}): Promise<Plain.PlainConnector> => Plain.connector(layer(options))
