/** Berlin Group NextGenPSD2 1.3: most banks of the continent, each approving its own way. */
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Api from "../../Api/berlin.ts"
import type { Grant } from "../../Grant.ts"
import { configuration, consentRequired, unexpected } from "../../Failure.ts"
import { make as makeHttp, type Answer } from "../../Http.ts"
import * as Authorisation from "../../oauth/Authorisation.ts"
import { discover, remembered } from "../../oauth/Server.ts"
import { codesOf, meaningOf } from "../../Refusal.ts"
import { report } from "../../translate/berlin.ts"
import { accounts, balances, cardAccounts } from "../../translate/berlinAccounts.ts"
import type { Make } from "../index.ts"
import { refusedHost } from "../refusedHost.ts"
import { link } from "./Consent.ts"
import * as Consents from "./Consents.ts"
import * as Reading from "./read.ts"
import * as Wire from "./Wire.ts"

const spelling: Reading.Spelling = {
  accounts: Api.paths.accounts,
  cardAccounts: Api.paths.cardAccounts,
  readAccounts: accounts,
  readCardAccounts: cardAccounts,
  readBalances: balances,
  readReport: report
}

/** A consent the bank has ended, or never heard of. */
export const isOver = ({ json, status }: Answer): boolean => {
  const codes = codesOf(json)
  return status === 404 || status === 410 || (codes.length > 0 && meaningOf(status, codes) === "consent")
}

export const make: Make = (client, settings) => {
  const { credentials, institution } = settings
  const http = makeHttp(client, settings, Wire.presenceHeaders)
  const wire = Wire.make(settings)
  const reading = Reading.make(http, wire, settings, spelling)
  const consents = Consents.make(http, wire)
  const found = (at: URL) =>
    credentials.client === undefined
      ? Effect.fail(configuration("a client registered at the bank's authorisation server, and its key"))
      : discover(http, credentials.client, at, "oauth2")
  const own = remembered(
    Effect.suspend(() =>
      institution.issuer === undefined
        ? Effect.fail(configuration(`${institution.name} has not published its issuer: name it with issuer`))
        : found(new URL(institution.issuer))
    )
  )
  /** A consent may only send the person to the server whose tokens will be renewed later. */
  const server = (at?: URL) =>
    at === undefined
      ? own
      : Effect.gen(function* () {
          const known = yield* own
          const named = yield* found(at)
          return named.metadata.issuer === known.metadata.issuer
            ? known
            : yield* unexpected("the bank names an authorisation server that is not its own")
        })
  const renew = Effect.fnUntraced(function* (grant: Grant) {
    if (grant.refreshToken === undefined) {
      return yield* consentRequired("the access ran out, and the bank gave nothing to renew it with")
    }
    const { claims: _, ...tokens } = yield* Authorisation.refresh(yield* own, grant.refreshToken)
    const { accessExpiresAt: __, ...kept } = grant
    return { ...kept, ...tokens }
  })
  return {
    ...reading,
    link: link({ settings, consents, server, accounts: reading.accounts }),
    renew,
    revoke: Effect.fnUntraced(function* (grant: Grant) {
      const id = Redacted.value(grant.consentId)
      let answer = yield* consents.end(id, grant)
      if (answer.status === 401 && grant.refreshToken !== undefined && !isOver(answer)) {
        answer = yield* consents.end(id, yield* renew(grant))
      }
      if (answer.status >= 300 && !isOver(answer)) return yield* refusedHost(answer)
    })
  }
}
