/**
 * The aggregator put together: its applications, the banks it reaches, its sessions, and the answers it gives, as
 * handlers for one `BankServer` that asks for no certificate. Payments are not here. An application is entered with
 * `applications.register`; a person's visit to the bank is `visit`.
 */
import * as Schema from "effect/Schema"
import { day, minute, second } from "../../Clock.ts"
import type { Clock } from "../../Clock.ts"
import type { Random } from "../../Random.ts"
import { approvalPage, refusalPage } from "../approvalPage.ts"
import type { Account } from "../Bank.ts"
import type { Answer, Asked, Handler } from "../BankServer.ts"
import type { Approval } from "../Consents.ts"
import { routes } from "../Routes.ts"
import type { Answering, Parameters } from "../Routes.ts"
import { Applications } from "./Applications.ts"
import type { Application } from "./Applications.ts"
import { Failure } from "./Failure.ts"
import { accountRow, balanceRows, identificationHashes, transactionId, transactionRow } from "./rows.ts"
import { Sessions } from "./Sessions.ts"
import type { Aspsp, Authorisation, Session } from "./Sessions.ts"
import { askingOf, Walks } from "./transactions.ts"

export interface AggregatorOptions {
  readonly clock: Clock
  readonly random: Random
  readonly aspsps: ReadonlyArray<Aspsp>
  /** Where it is reached, by applications and by people, known once it listens. */
  readonly addresses: () => { readonly baseUrl: string; readonly pagesUrl: string }
  /** Whether what is fresh by the machine's clock is fresh; it is unless said. */
  readonly machineTime?: boolean | undefined
}

export interface Aggregator {
  readonly applications: Applications
  readonly sessions: Sessions
  readonly handlers: ReadonlyArray<Handler>
  /** For a test and a demo: what a person does at the address they were sent to, and where they end up. */
  readonly visit: (address: string, approval: Approval | undefined) => string
}

const Start = Schema.fromJsonString(
  Schema.Struct({
    access: Schema.Struct({
      valid_until: Schema.String,
      balances: Schema.optionalKey(Schema.Boolean),
      transactions: Schema.optionalKey(Schema.Boolean)
    }),
    aspsp: Schema.Struct({ name: Schema.String, country: Schema.String }),
    state: Schema.String,
    redirect_url: Schema.String,
    psu_type: Schema.optionalKey(Schema.Literals(["personal", "business"])),
    psu_id: Schema.optionalKey(Schema.String)
  })
)
const Redeem = Schema.fromJsonString(Schema.Struct({ code: Schema.String }))

const decoded = <A>(schema: Schema.Codec<A, string>, body: string): A => {
  const read = Schema.decodeUnknownOption(schema)(body)
  if (read._tag === "Some") return read.value
  throw new Failure("WRONG_REQUEST_PARAMETERS", { detail: "The body is not as it should be" })
}

const withZone = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/
const approvalPath = "/ais/start"

/** All the headers the bank asks for or none: whether the person is there. */
const presence = ({ requiredPsuHeaders }: Aspsp, { headers }: Asked): boolean => {
  const has = (name: string): boolean => (headers[name.toLowerCase()] ?? "") !== ""
  const some = Object.keys(headers).some((name) => name.startsWith("psu-"))
  const missing = requiredPsuHeaders.find((name) => !has(name))
  if (!some) return false
  if (missing === undefined) return true
  throw new Failure("PSU_HEADER_NOT_PROVIDED", { detail: `PSU header ${missing} is not provided` })
}

const html = (status: number, body: string): Answer => ({
  status,
  body,
  headers: { "content-type": "text/html; charset=utf-8", "referrer-policy": "no-referrer" }
})

export const aggregator = ({ addresses, aspsps, clock, machineTime = true, random }: AggregatorOptions): Aggregator => {
  const applications = new Applications(clock, machineTime)
  const sessions = new Sessions(clock, random.fork("sessions"))
  const walks = new Walks(random.fork("walks"))

  const told = ({ bank }: Aspsp) => ({ name: bank.name, country: bank.market })
  const session = (application: Application, id: string): Session => sessions.find(application, id)

  /** The account, in a session that may be read. */
  const opened = (application: Application, uid: string): { readonly session: Session; readonly account: Account } => {
    const found = sessions.withAccount(application, uid)
    const { aspsp } = found.session.authorisation
    const { quirks } = aspsp
    const status = sessions.status(found.session)
    if (status === "CLOSED") throw new Failure("CLOSED_SESSION")
    if (status === "REVOKED") throw new Failure("REVOKED_SESSION")
    if (status === "EXPIRED") throw new Failure("EXPIRED_SESSION")
    const authorisedAt = sessions.consent(found.session).authorisedAt ?? 0
    if (clock.now < authorisedAt + quirks.unauthorisedSeconds * second) throw new Failure("UNAUTHORIZED_ACCESS")
    if (quirks.expiredEarly !== false) throw new Failure("EXPIRED_SESSION", { status: quirks.expiredEarly })
    const { scaAgainAfterDays = Infinity } = quirks
    if (clock.now >= authorisedAt + scaAgainAfterDays * day) throw new Failure("EXPIRED_SESSION")
    return found
  }

  const entered = (
    asked: Asked,
    { account, session: { authorisation } }: { readonly session: Session; readonly account: Account },
    resource: string,
    continues = false
  ): boolean => {
    const { accesses, quirks } = authorisation.aspsp
    const attended = presence(authorisation.aspsp, asked)
    const admission = accesses.enter({ account: account.id, resource, attended, continues })
    if (!admission.admitted || quirks.exceeded !== false) {
      const wait = quirks.exceeded === "absurd" ? "-1875538" : String((10 * minute) / second)
      const headers = quirks.exceeded === "bare" || quirks.exceeded === false ? {} : { "retry-after": wait }
      throw new Failure("ASPSP_RATE_LIMIT_EXCEEDED", { headers })
    }
    return attended
  }

  const start = (application: Application, asked: Asked): Answer => {
    const body = decoded(Start, asked.body)
    const aspsp = aspsps.find(({ bank }) => bank.name === body.aspsp.name && bank.market === body.aspsp.country)
    if (aspsp === undefined) throw new Failure("WRONG_ASPSP_PROVIDED")
    if (!application.redirectUrls.includes(body.redirect_url)) throw new Failure("REDIRECT_URI_NOT_ALLOWED")
    const { balances = true, transactions = true, valid_until } = body.access
    const until = withZone.test(valid_until) ? Date.parse(valid_until) : Number.NaN
    if (!(until > clock.now && until <= clock.now + (aspsp.maximumConsentSeconds + 60) * second)) {
      throw new Failure("WRONG_REQUEST_PARAMETERS", { detail: "valid_until is not allowed" })
    }
    const authorisation = sessions.start({
      application,
      aspsp,
      access: { valid_until, balances, transactions },
      state: body.state,
      redirectUrl: body.redirect_url,
      psuType: body.psu_type ?? "personal",
      psuId: body.psu_id
    })
    const url = `${addresses().pagesUrl}${approvalPath}?authorization_id=${authorisation.id}`
    return { status: 200, body: { url, authorization_id: authorisation.id, psu_id_hash: authorisation.psuIdHash } }
  }

  const redeem = (application: Application, asked: Asked): Answer => {
    const { accounts, authorisation, id } = sessions.redeem(application, decoded(Redeem, asked.body).code)
    const { access, aspsp, psuType } = authorisation
    return {
      status: 200,
      body: {
        session_id: id,
        accounts: accounts.map(({ account, uid }) => accountRow(aspsp.bank, account, uid)),
        aspsp: told(aspsp),
        psu_type: psuType,
        access
      }
    }
  }

  const look = (application: Application, id: string): Answer => {
    const found = session(application, id)
    const { accounts, authorisation, closedAt, createdAt } = found
    const { access, aspsp, psuIdHash, psuType } = authorisation
    const instant = (at: number): string => new Date(at).toISOString()
    const { authorisedAt } = sessions.consent(found)
    return {
      status: 200,
      body: {
        status: aspsp.quirks.unknownStatus ?? sessions.status(found),
        accounts: accounts.map(({ uid }) => uid),
        accounts_data: accounts.map(({ account, uid }) => {
          const hashes = identificationHashes(aspsp.bank, account)
          return { uid, identification_hash: hashes[0], identification_hashes: hashes }
        }),
        aspsp: told(aspsp),
        psu_type: psuType,
        psu_id_hash: psuIdHash,
        access,
        created: instant(createdAt),
        ...(authorisedAt === undefined ? {} : { authorized: instant(authorisedAt) }),
        ...(closedAt === undefined ? {} : { closed: instant(closedAt) })
      }
    }
  }

  const close = (application: Application, asked: Asked, id: string): Answer => {
    const found = session(application, id)
    presence(found.authorisation.aspsp, asked)
    sessions.close(found)
    return { status: 200, body: { message: "OK" } }
  }

  const details = (application: Application, asked: Asked, uid: string): Answer => {
    const found = opened(application, uid)
    const attended = entered(asked, found, "details")
    return { status: 200, body: accountRow(found.session.authorisation.aspsp.bank, found.account, uid), attended }
  }

  const balances = (application: Application, asked: Asked, uid: string): Answer => {
    const found = opened(application, uid)
    const attended = entered(asked, found, "balances")
    const { access, aspsp } = found.session.authorisation
    if (!access.balances) throw new Failure("UNAUTHORIZED_ACCESS")
    const rows = balanceRows({ ...aspsp, account: found.account }, aspsp.bank.balances(found.account.id))
    return { status: 200, body: { balances: rows }, attended }
  }

  const transactions = (application: Application, asked: Asked, uid: string): Answer => {
    const found = opened(application, uid)
    const { account } = found
    const { access, aspsp } = found.session.authorisation
    const key = asked.query.get("continuation_key")
    if (!access.transactions) throw new Failure("UNAUTHORIZED_ACCESS")
    const { authorisedAt = 0 } = sessions.consent(found.session)
    const asking = () => askingOf(aspsp, authorisedAt, asked.query)
    if (key === null) asking()
    const attended = entered(asked, found, "transactions", key !== null)
    const { continuationKey, entries } = walks.page(aspsp, found.session, account, key, asking)
    const { quirks } = aspsp
    const telling = {
      ...aspsp,
      account,
      session: quirks.sessionIds ? random.id("", 8) : found.session.id
    }
    const rows = entries.map((entry, index) => {
      const meant = quirks.duplicateIds && index % 2 === 1 ? (entries[index - 1] ?? entry) : entry
      return transactionRow(telling, { ...entry, entryReference: meant.entryReference }, index)
    })
    const end = quirks.nullFields ? { continuation_key: null } : {}
    return {
      status: 200,
      body: { transactions: rows, ...(continuationKey === undefined ? end : { continuation_key: continuationKey }) },
      attended
    }
  }

  const transaction = (application: Application, asked: Asked, uid: string, id: string): Answer => {
    const found = opened(application, uid)
    const { account } = found
    const { aspsp } = found.session.authorisation
    const attended = entered(asked, found, "transaction")
    const telling = { ...aspsp, account, session: found.session.id }
    const all = [...aspsp.bank.pending(account.id), ...aspsp.bank.ledger(account.id)]
    const entry = all.find((one) => transactionId(telling, one) === id)
    if (entry === undefined) throw new Failure("TRANSACTION_DOES_NOT_EXIST")
    return { status: 200, body: transactionRow(telling, entry, 0), attended }
  }

  const banks = ({ query }: Asked): Answer => {
    const country = query.get("country")
    const wanted = query.get("psu_type") === "business" || query.get("service") === "PIS" ? [] : aspsps
    return {
      status: 200,
      body: {
        aspsps: wanted
          .filter(({ bank }) => country === null || bank.market === country)
          .map(({ bank, maximumConsentSeconds, requiredPsuHeaders }) => ({
            ...told({ bank } as Aspsp),
            logo: `${addresses().pagesUrl}/logo/${encodeURIComponent(bank.name)}`,
            psu_types: ["personal"],
            auth_methods: [{ psu_type: "personal", approach: "REDIRECT", hidden_method: false }],
            maximum_consent_validity: maximumConsentSeconds,
            beta: false,
            bic: bank.bic,
            required_psu_headers: requiredPsuHeaders
          }))
      }
    }
  }

  const about = ({ id, name, redirectUrls }: Application): Answer => ({
    status: 200,
    body: {
      name,
      kid: id,
      environment: "SANDBOX",
      redirect_urls: redirectUrls,
      active: true,
      countries: [...new Set(aspsps.map(({ bank }) => bank.market))],
      services: ["AIS"]
    }
  })

  const failed = (error: unknown): Answer => {
    if (error instanceof Failure) return { status: error.status, body: error.body, headers: error.headers }
    throw error
  }

  const answering =
    (answer: (application: Application, asked: Asked, parameters: Parameters) => Answer): Answering =>
    async (asked, parameters) => {
      try {
        const { authorization } = asked.headers
        if (authorization === undefined) throw new Failure("AUTHORIZATION_NOT_PROVIDED")
        const application = await applications.find(authorization)
        if (application === undefined) throw new Failure("UNAUTHORIZED_ACCESS")
        return answer(application, asked, parameters)
      } catch (error) {
        return failed(error)
      }
    }

  const of = (parameters: Parameters, name: string): string => parameters[name] ?? ""
  const asks = routes(
    "interface",
    {
      "GET /aspsps": answering((_, asked) => banks(asked)),
      "GET /application": answering(about),
      "POST /auth": answering(start),
      "POST /sessions": answering(redeem),
      "GET /sessions/{session_id}": answering((who, _, names) => look(who, of(names, "session_id"))),
      "DELETE /sessions/{session_id}": answering((who, asked, names) => close(who, asked, of(names, "session_id"))),
      "GET /accounts/{account_id}/details": answering((who, asked, names) =>
        details(who, asked, of(names, "account_id"))
      ),
      "GET /accounts/{account_id}/balances": answering((who, asked, names) =>
        balances(who, asked, of(names, "account_id"))
      ),
      "GET /accounts/{account_id}/transactions": answering((who, asked, names) =>
        transactions(who, asked, of(names, "account_id"))
      ),
      "GET /accounts/{account_id}/transactions/{transaction_id}": answering((who, asked, names) =>
        transaction(who, asked, of(names, "account_id"), of(names, "transaction_id"))
      )
    },
    () => ({ status: 405, body: { code: 405, message: "Method Not Allowed", detail: null } })
  )

  const page = ({ query }: Asked): Answer => {
    const found = sessions.authorisation(query.get("authorization_id"))
    if (found === undefined) return html(400, refusalPage("The bank", "There is nothing to approve here"))
    const { access, application, aspsp, id } = found
    return html(
      200,
      approvalPage({
        bank: aspsp.bank.name,
        client: application.name,
        rights: [
          "your accounts and their numbers",
          ...(access.balances ? ["your balances"] : []),
          ...(access.transactions ? ["your transactions"] : [])
        ],
        customers: aspsp.bank.customers,
        action: approvalPath,
        hidden: { authorization_id: id }
      })
    )
  }

  const decide = (found: Authorisation | undefined, approval: Approval | undefined): string | undefined => {
    const named = approval?.customer
    const customer = named === undefined ? undefined : found?.aspsp.bank.findCustomer(named)?.id
    if (found === undefined || (named !== undefined && customer === undefined)) return undefined
    return sessions.decide(found, approval === undefined ? undefined : { ...approval, customer })
  }

  const answered = ({ body }: Asked): Answer => {
    const form = new URLSearchParams(body)
    const approval = form.get("decision") === "approve" ? { customer: form.get("customer") ?? "" } : undefined
    const location = decide(sessions.authorisation(form.get("authorization_id")), approval)
    if (location === undefined) return html(400, refusalPage("The bank", "There is nothing to approve here"))
    return { status: 303, headers: { location, "referrer-policy": "no-referrer" } }
  }

  const visits = routes("pages", { [`GET ${approvalPath}`]: page, [`POST ${approvalPath}`]: answered }, () => ({
    status: 405
  }))

  return {
    applications,
    sessions,
    handlers: [asks, visits],
    visit: (address, approval) => {
      const id = new URL(address).searchParams.get("authorization_id")
      const location = decide(sessions.authorisation(id), approval)
      if (location === undefined) throw new RangeError("there is nothing to approve here")
      return location
    }
  }
}
