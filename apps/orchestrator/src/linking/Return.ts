/**
 * The address a person comes back to from their bank. Its `state` stands in the query, behind the `#`, or inside a signed
 * answer (JARM). It is only looked at to tell whose return it is: whether it can be believed, the connector decides.
 */
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"

const decodeClaims = Schema.decodeUnknownOption(Schema.fromJsonString(Schema.Struct({ state: Schema.String })))

const inside = (response: string): string | undefined =>
  Option.getOrUndefined(decodeClaims(Buffer.from(response.split(".")[1] ?? "", "base64url").toString()))?.state

export const stateOf = (address: string): string | undefined => {
  const url = URL.parse(address)
  if (url === null) return undefined
  for (const parameters of [url.searchParams, new URLSearchParams(url.hash.slice(1))]) {
    const response = parameters.get("response")
    const state = parameters.get("state") ?? (response === null ? undefined : inside(response))
    if (state !== undefined) return state
  }
  return undefined
}
