/**
 * A UK bank put together: its authorisation server and its account information, as handlers for one `BankServer`. Clients
 * are entered with `authorisation.clients.register`; a person's visit is `authorisation.visit`.
 */
import type { Accesses } from "../Accesses.ts"
import type { Bank } from "../Bank.ts"
import type { Handler } from "../BankServer.ts"
import type { Consents } from "../Consents.ts"
import { AuthorisationServer } from "../oidc/AuthorisationServer.ts"
import type { AuthorisationServerOptions } from "../oidc/AuthorisationServer.ts"
import { authorisationHandler } from "../oidc/handlers.ts"
import type { Quirks } from "../Quirks.ts"
import { obieHandler } from "./handlers.ts"
import { obie40, revolut } from "./Profile.ts"
import type { Profile } from "./Profile.ts"

export interface UkBankOptions extends Pick<AuthorisationServerOptions, "addresses" | "machineTime"> {
  readonly bank: Bank
  readonly consents: Consents
  readonly accesses: Accesses
  readonly quirks: Quirks
}

export interface UkBank {
  readonly profile: Profile
  readonly authorisation: AuthorisationServer
  readonly handlers: ReadonlyArray<Handler>
}

type Manner = Pick<AuthorisationServerOptions, "requires" | "refreshTokens" | "accessTokenSeconds">

/** What these banks do as a matter of course, for `makeQuirks`: several consents at a time, and how far back they look. */
export const revolutManners: Partial<Quirks> = {
  oneRecurring: false,
  historyDays: 90,
  deepMinutes: 5,
  silentlyShort: true,
  pageOverlap: 1
}
export const thamesManners: Partial<Quirks> = { oneRecurring: false }

const ukBank = (profile: Profile, manner: Manner, options: UkBankOptions): UkBank => {
  const { accesses, bank, consents, quirks } = options
  const approvedAgain = profile.reinstates ? (["valid", "revoked"] as const) : (["valid"] as const)
  const authorisation = new AuthorisationServer({ ...options, ...manner, approvedAgain })
  const random = bank.random("obie")
  const memory = { given: new Set<string>(), begun: new Map<string, number>() }
  const handler = obieHandler({ profile, bank, consents, accesses, quirks, authorisation, random, ...memory })
  return { profile, authorisation, handlers: [authorisationHandler(authorisation), handler] }
}

/** Signed request objects, a refresh token that stays. */
export const revolutGb = (options: UkBankOptions): UkBank =>
  ukBank(revolut, { requires: "signed", refreshTokens: "kept", accessTokenSeconds: 3600 }, options)

/** Pushed requests, short access tokens, a refresh token that rotates. */
export const thamesGb = (options: UkBankOptions): UkBank =>
  ukBank(obie40, { requires: "pushed", refreshTokens: "rotated", accessTokenSeconds: 300 }, options)
