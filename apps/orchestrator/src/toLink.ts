/**
 * The command that links a connection, to be typed as it stands: with the bank, and with what was named when it was linked
 * before. Nothing in it is secret or the person's own, but the word they are held under here.
 */
import type { Settings } from "./Connectors.ts"

export interface Linking {
  readonly connector: string
  readonly holderId: string
  readonly settings: Settings
  /** What was agreed to before: without its flag they would agree to more. */
  readonly consent?: { readonly attendedOnly?: boolean } | undefined
}

/** As a shell reads it. */
const word = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`

export const toLink = ({ connector, consent, holderId, settings }: Linking): string => {
  const { bank, baseUrl, country, institution, issuer, provider, redirectUrl } = settings
  const named: ReadonlyArray<readonly [flag: string, value: string | undefined]> = [
    ["--institution", bank === undefined ? institution : "enable-banking"],
    ["--bank", bank],
    ["--market", country],
    ["--provider", provider],
    ["--base-url", baseUrl],
    ["--issuer", issuer],
    ["--redirect-url", redirectUrl],
    ["--holder", holderId === "me" ? undefined : holderId]
  ]
  return [
    "paymirror link",
    connector,
    ...named.flatMap(([flag, value]) => (value === undefined ? [] : [`${flag} ${word(value)}`])),
    ...(consent?.attendedOnly === true ? ["--attended-only"] : [])
  ].join(" ")
}
