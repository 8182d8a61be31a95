/**
 * One bank that speaks Berlin Group NextGenPSD2 1.3, by what it was told at its start: how its customers approve, whether
 * it wants signed requests, and what its reports are written in. It puts the parts together and adds nothing of its own.
 */
import { Approvals } from "../Approvals.ts"
import type { Handler } from "../BankServer.ts"
import { Declined } from "../Declined.ts"
import { Gate } from "../Gate.ts"
import type { Behind } from "../Gate.ts"
import { others, routes } from "../Routes.ts"
import { Statement } from "../Statement.ts"
import { accounts } from "./accounts.ts"
import { answering, refusal } from "./answer.ts"
import { consents } from "./consents.ts"
import type { Berlin, BerlinOptions } from "./Berlin.ts"
import { oauth } from "./oauth.ts"
import { pages } from "./pages.ts"
import { verify } from "./signature.ts"
import { Tokens } from "./Tokens.ts"

export interface BerlinBank {
  readonly handlers: ReadonlyArray<Handler>
  readonly approvals: Approvals
  /** Where its customers approve with OAuth2. */
  readonly expireAccess?: (consent: string) => void
}

export const make = (behind: Behind, options: BerlinOptions): BerlinBank => {
  const gate = new Gate(behind)
  const approvals = new Approvals(behind.bank, behind.consents, options)
  const berlin: Berlin = {
    ...behind,
    options,
    gate,
    approvals,
    statement: new Statement(behind.bank, behind.quirks),
    tokens: new Tokens(behind.bank.clock, behind.bank.random("tokens")),
    admitted: (asked) => {
      const client = gate.request(asked)
      if (options.signed === true) verify(asked, options.certificates)
      return client
    }
  }
  const table = { ...consents(berlin), ...accounts(berlin) }
  const guarded = Object.fromEntries(Object.entries(table).map(([key, one]) => [key, answering(behind.quirks, one)]))
  return {
    approvals,
    ...(options.approach === "oauth" && { expireAccess: (consent) => berlin.tokens.expireAccess(consent) }),
    handlers: [
      routes("interface", guarded, (asked) => refusal(asked, new Declined(405, { code: "SERVICE_INVALID" }))),
      others("interface", "/v1/", (asked) => refusal(asked, new Declined(404, { code: "RESOURCE_UNKNOWN" }))),
      ...oauth(berlin),
      pages(berlin)
    ]
  }
}
