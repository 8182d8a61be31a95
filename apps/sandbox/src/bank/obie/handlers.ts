/**
 * UK account information on the wire: which path is which resource, the headers every request needs and every answer
 * carries, and a refusal for everything else under its prefix. Payments and the other resources of the standard are not
 * here.
 */
import { minute } from "@paymirror/connector-testing/simulator"
import type { Answer, Asked, Handler } from "../BankServer.ts"
import { routes } from "../Routes.ts"
import type { Answering, Parameters, Table } from "../Routes.ts"
import { uuid } from "../uuid.ts"
import { interactionId, Refused, refused } from "./answers.ts"
import { createConsent, deleteConsent, readConsent } from "./consentResource.ts"
import { accountOf, attended, consentOf, enter } from "./Institution.ts"
import type { Institution } from "./Institution.ts"
import { accountRow, balanceRows } from "./rows.ts"
import { transactions } from "./transactions.ts"

const readsAccounts = ["ReadAccountsBasic", "ReadAccountsDetail"]

const listed = ({ authorisation, profile }: Institution, { target }: Asked, Data: unknown): Answer => ({
  status: 200,
  body: {
    Data,
    Links: { Self: new URL(target, authorisation.issuer).href },
    Meta: profile.version === "4.0" || profile.paging === "window" ? { TotalPages: 1 } : {}
  }
})

const accounts = (institution: Institution, asked: Asked): Answer => {
  const consent = consentOf(institution, asked, ...readsAccounts)
  enter(institution, asked, { account: `of ${consent.customer ?? consent.id}`, resource: "accounts", consent })
  const held = consent.accounts.map((id) => institution.bank.account(id))
  return listed(institution, asked, { Account: held.map((account) => accountRow(institution, consent, account)) })
}

const account = (institution: Institution, asked: Asked, id: string): Answer => {
  const { bank, profile } = institution
  const consent = consentOf(institution, asked, ...readsAccounts)
  const held = accountOf(institution, consent, id)
  const { accountMinutes = Infinity } = profile
  if (bank.clock.now >= (consent.authorisedAt ?? 0) + accountMinutes * minute) {
    throw new Refused({ status: 403, code: "UK.OBIE.Resource.Forbidden", message: "Access forbidden" })
  }
  enter(institution, asked, { account: held.id, resource: "details", consent })
  return listed(institution, asked, { Account: [accountRow(institution, consent, held)] })
}

const balances = (institution: Institution, asked: Asked, id: string): Answer => {
  const consent = consentOf(institution, asked, "ReadBalances")
  const held = accountOf(institution, consent, id)
  enter(institution, asked, { account: held.id, resource: "balances", consent })
  const told = institution.bank.balances(held.id)
  return listed(institution, asked, { Balance: balanceRows(institution, id, held.currency, told) })
}

/** The paths of this version, each refusing in its own words. */
const table = (institution: Institution): Table => {
  const { codes, financialId, prefix, version } = institution.profile
  const [consent, one] = [`${prefix}/account-access-consents`, `${prefix}/accounts/{AccountId}`]
  const told =
    (answer: (asked: Asked, parameters: Parameters) => Answer): Answering =>
    (asked, parameters) => {
      try {
        if (financialId !== undefined && asked.headers["x-fapi-financial-id"] !== financialId) {
          throw new Refused({ status: 400, code: codes.header, message: "x-fapi-financial-id is required" })
        }
        return answer(asked, parameters)
      } catch (error) {
        if (!(error instanceof Refused)) throw error
        const silent = version === "3.1" && asked.path.startsWith(consent) && error.refusal.status !== 400
        const refusal = silent ? { ...error.refusal, bare: true } : error.refusal
        return refused(institution.profile, institution.random.id("", 12), refusal)
      }
    }
  const of = (parameters: Parameters, name: string): string => parameters[name] ?? ""
  return {
    [`POST ${consent}`]: told((asked) => createConsent(institution, asked)),
    [`GET ${consent}/{ConsentId}`]: told((asked, names) => readConsent(institution, asked, of(names, "ConsentId"))),
    [`DELETE ${consent}/{ConsentId}`]: told((asked, names) =>
      deleteConsent(institution, asked, of(names, "ConsentId"))
    ),
    [`GET ${prefix}/accounts`]: told((asked) => accounts(institution, asked)),
    [`GET ${one}`]: told((asked, names) => account(institution, asked, of(names, "AccountId"))),
    [`GET ${one}/balances`]: told((asked, names) => balances(institution, asked, of(names, "AccountId"))),
    [`GET ${one}/transactions`]: told((asked, names) => transactions(institution, asked, of(names, "AccountId")))
  }
}

export const obieHandler = (institution: Institution): Handler => {
  const handler = routes("interface", table(institution), () => ({ status: 405 }))
  return async (asked) => {
    const answer = await handler(asked)
    if (answer === undefined) return undefined
    const odd = institution.quirks.wrongContentType ? { "content-type": "text/html" } : {}
    const id = interactionId(asked, () => uuid(institution.random))
    return { ...answer, headers: { ...answer.headers, ...id, ...odd }, attended: attended(asked) }
  }
}
