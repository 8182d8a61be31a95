/**
 * What a host must have before a bank lets it in, and what is missing of it. Reading payment accounts directly takes a
 * licence and the certificates that prove it; without them the lawful way is an aggregator that has both. Nothing here is
 * a person's: a person approves at the bank, and their password is never asked for.
 */
import type * as Redacted from "effect/Redacted"
import type { Institution } from "./Institution.ts"

/** A private key and its certificate, PEM. */
export interface KeyPair {
  readonly certificate: string
  readonly key: Redacted.Redacted<string>
}

export interface Credentials {
  /** The authorisation number in the eIDAS certificate (`PSDSE-FINA-123456`), by which the host declares its licence. */
  readonly licence?: string
  /** QWAC (EU) or OBWAC/eIDAS (UK). The `HttpClient` presents it; see `node.ts`. */
  readonly transport?: KeyPair & { readonly ca?: string }
  /** QSEAL, for banks that want their requests signed. */
  readonly seal?: KeyPair
  /** Registration at an authorisation server: `private_key_jwt` with a PS256 or ES256 key (PKCS #8 PEM). */
  readonly client?: {
    readonly id: string
    readonly key: Redacted.Redacted<string>
    readonly keyId: string
    readonly algorithm: "PS256" | "ES256"
  }
  /** Registration at an aggregator: an RS256 key (PKCS #8 PEM). */
  readonly application?: { readonly id: string; readonly key: Redacted.Redacted<string> }
}

/** What this bank asks for and the host does not have, in words for whoever runs the host. Empty: it may begin. */
export const missing = (institution: Institution, credentials: Credentials): ReadonlyArray<string> => {
  if (institution.dialect === "enable-banking") {
    return credentials.application === undefined ? ["an application registered at the aggregator, and its key"] : []
  }
  const lacks: ReadonlyArray<readonly [boolean, string]> = [
    [credentials.licence === undefined, "a licence for account information (its number, as in the certificate)"],
    [credentials.transport === undefined, "a qualified website certificate (QWAC) and its key"],
    [institution.quirks?.sealed === true && credentials.seal === undefined, "a qualified seal (QSEAL) and its key"],
    [
      (institution.dialect === "obie" || institution.approval === "oauth2") && credentials.client === undefined,
      "a client registered at the bank's authorisation server, and its key"
    ]
  ]
  return lacks.filter(([lack]) => lack).map(([, what]) => what)
}
