/**
 * The aggregator put together: its applications, the banks it reaches, its sessions, and the answers it gives, as
 * handlers for one `BankServer` that asks for no certificate. Payments are not here. An application is entered with
 * `applications.register`; a person's visit to the bank is `visit`.
 */
import * as Schema from "effect/Schema"
import { second } from "@paymirror/connector-testing/simulator"
import type { Clock, Random } from "@paymirror/connector-testing/simulator"
import { Refused } from "../../Refused.ts"
import type { Answer, Asked, Handler } from "../BankServer.ts"
import type { Approval } from "../Consents.ts"
import { routes } from "../Routes.ts"
import type { Answering, Parameters } from "../Routes.ts"
import { Applications } from "./Applications.ts"
import type { Application } from "./Applications.ts"
import { approvalHandler, approvalUrl, decide } from "./approval.ts"
import { Failure } from "./Failure.ts"
import { presence, Reads } from "./Reads.ts"
import { accountRow, identificationHashes } from "./rows.ts"
import { Sessions } from "./Sessions.ts"
import type { Aspsp } from "./Sessions.ts"

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
const grace = 60
const named = ({ bank }: Pick<Aspsp, "bank">) => ({ name: bank.name, country: bank.market })
const instant = (at: number): string => new Date(at).toISOString()

class Desk {
  readonly #options: AggregatorOptions
  readonly #sessions: Sessions

  constructor(options: AggregatorOptions, sessions: Sessions) {
    this.#options = options
    this.#sessions = sessions
  }

  banks({ query }: Asked): Answer {
    const { addresses, aspsps } = this.#options
    const country = query.get("country")
    const none = query.get("psu_type") === "business" || query.get("service") === "PIS"
    const wanted = aspsps.filter(({ bank }) => !none && (country === null || bank.market === country))
    return {
      status: 200,
      body: {
        aspsps: wanted.map(({ bank, maximumConsentSeconds, requiredPsuHeaders }) => ({
          ...named({ bank }),
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

  about({ id, name, redirectUrls }: Application): Answer {
    const countries = [...new Set(this.#options.aspsps.map(({ bank }) => bank.market))]
    const told = { environment: "SANDBOX", active: true, countries, services: ["AIS"] }
    return { status: 200, body: { name, kid: id, redirect_urls: redirectUrls, ...told } }
  }

  start(application: Application, asked: Asked): Answer {
    const { addresses, aspsps, clock } = this.#options
    const body = decoded(Start, asked.body)
    const aspsp = aspsps.find(({ bank }) => bank.name === body.aspsp.name && bank.market === body.aspsp.country)
    if (aspsp === undefined) throw new Failure("WRONG_ASPSP_PROVIDED")
    if (!application.redirectUrls.includes(body.redirect_url)) throw new Failure("REDIRECT_URI_NOT_ALLOWED")
    const { balances = true, transactions = true, valid_until } = body.access
    const until = withZone.test(valid_until) ? Date.parse(valid_until) : Number.NaN
    if (!(until > clock.now && until <= clock.now + (aspsp.maximumConsentSeconds + grace) * second)) {
      throw new Failure("WRONG_REQUEST_PARAMETERS", { detail: "valid_until is not allowed" })
    }
    const authorisation = this.#sessions.start({
      application,
      aspsp,
      access: { valid_until, balances, transactions },
      state: body.state,
      redirectUrl: body.redirect_url,
      psuType: body.psu_type ?? "personal",
      psuId: body.psu_id
    })
    const { id, psuIdHash } = authorisation
    const url = approvalUrl(addresses().pagesUrl, authorisation)
    return { status: 200, body: { url, authorization_id: id, psu_id_hash: psuIdHash } }
  }

  redeem(application: Application, asked: Asked): Answer {
    const { accounts, authorisation, id } = this.#sessions.redeem(application, decoded(Redeem, asked.body).code)
    const { access, aspsp, psuType } = authorisation
    const rows = accounts.map(({ account, uid }) => accountRow(aspsp.bank, account, uid))
    return { status: 200, body: { session_id: id, accounts: rows, aspsp: named(aspsp), psu_type: psuType, access } }
  }

  look(application: Application, id: string): Answer {
    const session = this.#sessions.find(application, id)
    const { accounts, authorisation, closedAt, createdAt } = session
    const { access, aspsp, psuIdHash, psuType } = authorisation
    const { authorisedAt } = this.#sessions.consent(session)
    return {
      status: 200,
      body: {
        status: aspsp.quirks.unknownStatus ?? this.#sessions.status(session),
        accounts: accounts.map(({ uid }) => uid),
        accounts_data: accounts.map(({ account, uid }) => {
          const hashes = identificationHashes(aspsp.bank, account)
          return { uid, identification_hash: hashes[0], identification_hashes: hashes }
        }),
        aspsp: named(aspsp),
        psu_type: psuType,
        psu_id_hash: psuIdHash,
        access,
        created: instant(createdAt),
        ...(authorisedAt === undefined ? {} : { authorized: instant(authorisedAt) }),
        ...(closedAt === undefined ? {} : { closed: instant(closedAt) })
      }
    }
  }

  close(application: Application, asked: Asked, id: string): Answer {
    const session = this.#sessions.find(application, id)
    presence(session.authorisation.aspsp, asked)
    this.#sessions.close(session)
    return { status: 200, body: { message: "OK" } }
  }
}

export const aggregator = (options: AggregatorOptions): Aggregator => {
  const { clock, machineTime = true, random } = options
  const applications = new Applications(clock, machineTime)
  const sessions = new Sessions(clock, random.fork("sessions"))
  const desk = new Desk(options, sessions)
  const reads = new Reads(sessions, random.fork("reads"))

  const answering =
    (answer: (application: Application, asked: Asked, name: (of: string) => string) => Answer): Answering =>
    async (asked: Asked, parameters: Parameters) => {
      try {
        const { authorization } = asked.headers
        if (authorization === undefined) throw new Failure("AUTHORIZATION_NOT_PROVIDED")
        const application = await applications.find(authorization)
        if (application === undefined) throw new Failure("UNAUTHORIZED_ACCESS")
        return answer(application, asked, (of) => parameters[of] ?? "")
      } catch (error) {
        if (error instanceof Failure) return { status: error.status, body: error.body, headers: error.headers }
        throw error
      }
    }

  const account = "/accounts/{account_id}"
  const session = "/sessions/{session_id}"
  const asks = routes(
    "interface",
    {
      "GET /aspsps": answering((_, asked) => desk.banks(asked)),
      "GET /application": answering((who) => desk.about(who)),
      "POST /auth": answering((who, asked) => desk.start(who, asked)),
      "POST /sessions": answering((who, asked) => desk.redeem(who, asked)),
      [`GET ${session}`]: answering((who, _, name) => desk.look(who, name("session_id"))),
      [`DELETE ${session}`]: answering((who, asked, name) => desk.close(who, asked, name("session_id"))),
      [`GET ${account}/details`]: answering((who, asked, name) => reads.details(who, asked, name("account_id"))),
      [`GET ${account}/balances`]: answering((who, asked, name) => reads.balances(who, asked, name("account_id"))),
      [`GET ${account}/transactions`]: answering((who, asked, name) =>
        reads.transactions(who, asked, name("account_id"))
      ),
      [`GET ${account}/transactions/{transaction_id}`]: answering((who, asked, name) =>
        reads.transaction(who, asked, name("account_id"), name("transaction_id"))
      )
    },
    () => ({ status: 405, body: { code: 405, message: "Method Not Allowed", detail: null } })
  )

  return {
    applications,
    sessions,
    handlers: [asks, approvalHandler(sessions)],
    visit: (address, approval) => {
      const location = decide(sessions, new URL(address).searchParams.get("authorization_id"), approval)
      if (location === undefined) throw new Refused("there is nothing to approve here")
      return location
    }
  }
}
