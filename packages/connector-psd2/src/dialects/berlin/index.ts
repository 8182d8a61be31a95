/** Berlin Group NextGenPSD2 1.3: most banks of the continent, each approving its own way. */
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Api from "../../Api/berlin.ts"
import type { Grant } from "../../Grant.ts"
import { unexpected } from "../../Failure.ts"
import { make as makeHttp } from "../../Http.ts"
import { own, reader } from "../../oauth/Server.ts"
import { renewed } from "../../oauth/Tokens.ts"
import { report } from "../../translate/berlin.ts"
import { accounts, balances, cardAccounts } from "../../translate/berlinAccounts.ts"
import { ended, isOver } from "../ending.ts"
import type { Make } from "../index.ts"
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

export const make: Make = (client, settings) => {
  const http = makeHttp(client, settings, Wire.presenceHeaders)
  const wire = Wire.make(settings)
  const reading = Reading.make(http, wire, settings, spelling)
  const consents = Consents.make(http, wire)
  const found = reader(http, "oauth2")
  const server = own(http, found)
  /** A consent may only send the person to the server whose tokens will be renewed later. */
  const serverAt = Effect.fnUntraced(function* (at: URL) {
    const known = yield* server
    const named = yield* found(at)
    return named.metadata.issuer === known.metadata.issuer
      ? known
      : yield* unexpected("the bank names an authorisation server that is not its own")
  })
  const renew = renewed(server)
  return {
    ...reading,
    link: link({ settings, consents, server, serverAt, accounts: reading.accounts }),
    renew,
    revoke: Effect.fnUntraced(function* (grant: Grant) {
      const id = Redacted.value(grant.consentId)
      let answer = yield* consents.end(id, grant)
      if (answer.status === 401 && grant.refreshToken !== undefined && !isOver(answer)) {
        answer = yield* consents.end(id, yield* renew(grant))
      }
      yield* ended(answer)
    })
  }
}
