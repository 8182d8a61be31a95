/** Acme over account information: the manifest, the bank as a record, and the layer. */
import * as Psd2 from "@paymirror/connector-psd2"
import type { Connector } from "@paymirror/core"
import type * as Layer from "effect/Layer"
import type * as HttpClient from "effect/http/HttpClient"
import { institutions } from "./institutions.ts"

export { institutions }
export { manifest } from "./Manifest.ts"

/** What a caller may say; which bank it is, is said here. */
export type Options = Omit<Psd2.Options, "institution">

/** Throws `RangeError` at once for options that cannot work. What the host lacks is said when a person wants to link. */
export const layer = (options: Options): Layer.Layer<Connector.Connector, never, HttpClient.HttpClient> => {
  const [institution] = institutions
  if (institution === undefined) throw new RangeError("there is no bank")
  return Psd2.layer({ ...options, institution })
}
