/**
 * The connector for who has never heard of Effect, over the platform's `fetch`: promises and async iterables. Grants are
 * plain text here, and the caller's to keep. A bank that wants a client certificate needs a `fetch` that presents it.
 */
import { fromLayer, overFetch, type PlainConnector } from "@paymirror/core/promise"
import * as Layer from "effect/Layer"
import { layer } from "./index.ts"
import type { Options } from "./Options.ts"

export {
  ConnectorError,
  type LinkAnswer,
  type LinkStep,
  type PlainConnector,
  type Reason
} from "@paymirror/core/promise"
export { find, institutions } from "./institutions/index.ts"
export { manifest, manifestOf } from "./Manifest.ts"
export type { Options }

/** The connector of one bank over `fetch`. */
export const connector = (options: Options): Promise<PlainConnector> =>
  fromLayer(Layer.provide(layer(options), overFetch))
