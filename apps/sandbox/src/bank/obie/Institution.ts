/**
 * One bank that speaks UK open banking: what its handlers have in common, and how a request finds out on whose behalf it
 * comes. A token counts with the certificate it is bound to only, and a consent while it is valid only.
 */
import { day, minute, second } from "@paymirror/connector-testing/simulator"
import type { Random } from "@paymirror/connector-testing/simulator"
import type { Accesses } from "../Accesses.ts"
import type { Account, Bank } from "../Bank.ts"
import type { Asked } from "../BankServer.ts"
import type { Consent, Consents } from "../Consents.ts"
import type { AuthorisationServer } from "../oidc/AuthorisationServer.ts"
import type { Access } from "../oidc/Grants.ts"
import type { Quirks } from "../Quirks.ts"
import { Refused } from "./answers.ts"
import type { Profile } from "./Profile.ts"
import { accountId } from "./rows.ts"

export interface Institution {
  readonly profile: Profile
  readonly bank: Bank
  readonly consents: Consents
  readonly accesses: Accesses
  readonly quirks: Quirks
  readonly authorisation: AuthorisationServer
  readonly random: Random
  /** The addresses of next pages that were given out. */
  readonly given: Set<string>
  /** How often the list of an account was begun. */
  readonly begun: Map<string, number>
}

export const attended = ({ headers }: Asked): boolean => (headers["x-fapi-customer-ip-address"] ?? "") !== ""

const accessOf = ({ authorisation, profile }: Institution, { certificate, headers }: Asked): Access => {
  const [, token] = /^Bearer (\S+)$/i.exec(headers["authorization"] ?? "") ?? []
  const access = authorisation.grants.access(token, certificate?.thumbprint)
  if (access !== undefined) return access
  const code = profile.version === "3.1" ? profile.ended.code : profile.codes.unexpected
  throw new Refused({ status: 401, code, message: "Access token is invalid or expired" })
}

/** The client, by a token of its own. */
export const clientOf = (institution: Institution, asked: Asked): string => {
  const access = accessOf(institution, asked)
  if (access.consent === undefined) return access.client
  const { code } = institution.profile.lacksPermission
  throw new Refused({ status: 403, code, message: "This needs a token of the client" })
}

/** The consent behind a person's token: valid, and with one of these permissions. */
export const consentOf = (institution: Institution, asked: Asked, ...rights: ReadonlyArray<string>): Consent => {
  const { bank, consents, profile, quirks } = institution
  const access = accessOf(institution, asked)
  if (access.consent === undefined) throw new Refused({ ...profile.lacksPermission, status: 403 })
  const consent = consents.find(access.consent)
  const { authorisedAt = 0 } = consent ?? {}
  if (consent?.status !== "valid") throw new Refused(profile.ended)
  if (bank.clock.now < authorisedAt + quirks.unauthorisedSeconds * second) {
    throw new Refused({ status: 401, code: profile.codes.unexpected, message: "Unauthorized", bare: true })
  }
  if (quirks.expiredEarly !== false) throw new Refused({ ...profile.ended, status: quirks.expiredEarly })
  const { scaAgainAfterDays = Infinity } = quirks
  if (bank.clock.now >= authorisedAt + scaAgainAfterDays * day) throw new Refused(profile.ended)
  if (!rights.some((right) => consent.rights.includes(right))) throw new Refused(profile.lacksPermission)
  return consent
}

export const accountOf = (institution: Institution, consent: Consent, id: string): Account => {
  const { bank, profile } = institution
  const known = consent.accounts.map((one) => bank.account(one))
  const account = known.find((one) => accountId(institution, consent, one) === id)
  if (account !== undefined) return account
  throw new Refused({ status: 400, code: profile.codes.notFound, message: "The account is not known" })
}

/** Counts the read, and refuses what is too often. */
export const enter = (
  { accesses, bank, profile, quirks }: Institution,
  asked: Asked,
  read: { readonly account: string; readonly resource: string; readonly consent: Consent; readonly continues?: boolean }
): void => {
  const { account, consent, continues, resource } = read
  const refusal = { status: 429, code: profile.codes.unexpected, message: "Too many requests" }
  const { frequency } = consent
  const admission = accesses.enter({ account, resource, attended: attended(asked), continues, frequency })
  if (!admission.admitted) {
    const seconds = Math.ceil(((admission.freeAt ?? bank.clock.now) - bank.clock.now) / second)
    throw new Refused({ ...refusal, headers: { "retry-after": String(seconds) } })
  }
  switch (quirks.exceeded) {
    case false:
      return
    case "bare":
      throw new Refused(refusal)
    case "retry_after":
      throw new Refused({ ...refusal, headers: { "retry-after": String((10 * minute) / second) } })
    case "absurd":
      throw new Refused({ ...refusal, headers: { "retry-after": "-1875538", "x-ratelimit-reset": "-1875538" } })
  }
}
