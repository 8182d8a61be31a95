/** Sealed bytes as they stand in a column: a prefix that says how they were sealed, and base64url in its one spelling. */
import * as Result from "effect/Result"
import * as Base64Url from "effect/encoding/Base64Url"

export const toText = (prefix: string, bytes: Uint8Array): string => prefix + Base64Url.encode(bytes)

/** The bytes; nothing where it is another kind or spelled in any other way than `toText` does. */
export const fromText = (prefix: string, text: string): Uint8Array | undefined => {
  if (!text.startsWith(prefix)) return undefined
  const bytes = Base64Url.decode(text.slice(prefix.length))
  return Result.isSuccess(bytes) && toText(prefix, bytes.success) === text ? bytes.success : undefined
}
