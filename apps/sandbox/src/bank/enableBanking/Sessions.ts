/**
 * How an application comes to read at a bank through the aggregator: an authorisation is started, the person answers at
 * the bank, and the code they come back with becomes a session. Every session calls the accounts something else; it ends
 * with its time, with the application's word, or with the bank's consent.
 */
import { createHash } from "node:crypto"
import { minute } from "@paymirror/connector-testing/simulator"
import type { Clock, Random } from "@paymirror/connector-testing/simulator"
import type { Accesses } from "../Accesses.ts"
import type { Account, Bank } from "../Bank.ts"
import type { Approval, Consent, Consents } from "../Consents.ts"
import type { Quirks } from "../Quirks.ts"
import { uuid } from "../uuid.ts"
import type { Application } from "./Applications.ts"
import { Failure } from "./Failure.ts"

/** A bank the aggregator reaches. */
export interface Aspsp {
  readonly bank: Bank
  readonly consents: Consents
  readonly accesses: Accesses
  readonly quirks: Quirks
  readonly requiredPsuHeaders: ReadonlyArray<string>
  readonly maximumConsentSeconds: number
}

export interface RequestedAccess {
  readonly valid_until: string
  readonly balances: boolean
  readonly transactions: boolean
}

export interface Starting {
  readonly application: Application
  readonly aspsp: Aspsp
  readonly access: RequestedAccess
  readonly state: string
  readonly redirectUrl: string
  readonly psuType: "personal" | "business"
  readonly psuId: string | undefined
}

export interface Authorisation extends Starting {
  readonly id: string
  readonly consent: string
  readonly psuIdHash: string
  readonly startedAt: number
}

export interface Session {
  readonly id: string
  readonly authorisation: Authorisation
  readonly createdAt: number
  /** What the session calls its accounts, and which they are. */
  readonly accounts: ReadonlyArray<{ readonly uid: string; readonly account: Account }>
  readonly closedAt: number | undefined
}

export type SessionStatus = "AUTHORIZED" | "EXPIRED" | "CLOSED" | "REVOKED"

type Changing = { -readonly [Field in keyof Session]: Session[Field] }

interface Code {
  readonly authorisation: Authorisation
  readonly expiresAt: number
  used: boolean
}

const codeLives = 10 * minute

export class Sessions {
  readonly #clock: Clock
  readonly #random: Random
  readonly #authorisations = new Map<string, Authorisation>()
  readonly #codes = new Map<string, Code>()
  readonly #sessions = new Map<string, Changing>()
  readonly #uids = new Map<string, Changing>()

  constructor(clock: Clock, random: Random) {
    this.#clock = clock
    this.#random = random
  }

  start(starting: Starting): Authorisation {
    const { access, application, aspsp, psuId } = starting
    const rights = [
      "accounts",
      ...(access.balances ? ["balances"] : []),
      ...(access.transactions ? ["transactions"] : [])
    ]
    const expiresAt = Date.parse(access.valid_until)
    const { id: consent } = aspsp.consents.open({ client: application.id, rights, expiresAt })
    const psuIdHash = createHash("sha256")
      .update(`${application.id}/${psuId ?? this.#random.id("", 16)}`)
      .digest("hex")
    const id = uuid(this.#random)
    const authorisation = { ...starting, id, consent, psuIdHash, startedAt: this.#clock.now }
    this.#authorisations.set(id, authorisation)
    return authorisation
  }

  authorisation(id: string | null): Authorisation | undefined {
    return this.#authorisations.get(id ?? "")
  }

  /** The person has decided at the bank: where they are sent. */
  decide(authorisation: Authorisation, approval: Approval | undefined): string {
    const { aspsp, consent, id, redirectUrl, state } = authorisation
    const { bank, consents } = aspsp
    const back = new URL(redirectUrl)
    this.#authorisations.delete(id)
    if (approval === undefined) {
      consents.reject(consent)
      back.searchParams.set("error", "access_denied")
      back.searchParams.set("error_description", "Denied data sharing consent")
    } else {
      const customer = approval.customer ?? bank.customers[0]?.id ?? ""
      const { accounts = bank.accountsOf(customer).map((account) => account.id) } = approval
      consents.authorise(consent, { customer, accounts })
      const code = uuid(this.#random)
      this.#codes.set(code, { authorisation, expiresAt: this.#clock.now + codeLives, used: false })
      back.searchParams.set("code", code)
    }
    back.searchParams.set("state", state)
    return back.href
  }

  redeem(application: Application, code: string): Session {
    const found = this.#codes.get(code)
    if (found === undefined || found.authorisation.application.id !== application.id) {
      throw new Failure("WRONG_AUTHORIZATION_CODE")
    }
    if (found.used) throw new Failure("ALREADY_AUTHORIZED")
    if (found.expiresAt <= this.#clock.now) throw new Failure("EXPIRED_AUTHORIZATION_CODE")
    found.used = true
    const { authorisation } = found
    const { bank } = authorisation.aspsp
    const session: Changing = {
      id: uuid(this.#random),
      authorisation,
      createdAt: this.#clock.now,
      accounts: this.#consent(authorisation).accounts.map((id) => ({
        uid: uuid(this.#random),
        account: bank.account(id)
      })),
      closedAt: undefined
    }
    this.#sessions.set(session.id, session)
    for (const { uid } of session.accounts) this.#uids.set(uid, session)
    return session
  }

  find(application: Application, id: string): Session {
    const session = this.#sessions.get(id)
    if (session?.authorisation.application.id === application.id) return session
    throw new Failure("SESSION_DOES_NOT_EXIST")
  }

  /** The session that knows an account by this name, whatever has become of it. */
  withAccount(application: Application, uid: string): { readonly session: Session; readonly account: Account } {
    const session = this.#uids.get(uid)
    const account = session?.accounts.find((one) => one.uid === uid)?.account
    if (session === undefined || account === undefined || session.authorisation.application.id !== application.id) {
      throw new Failure("ACCOUNT_DOES_NOT_EXIST")
    }
    return { session, account }
  }

  status({ authorisation, closedAt }: Session): SessionStatus {
    if (closedAt !== undefined) return "CLOSED"
    const { status } = this.#consent(authorisation)
    if (status === "revoked") return "REVOKED"
    return status === "valid" && Date.parse(authorisation.access.valid_until) > this.#clock.now
      ? "AUTHORIZED"
      : "EXPIRED"
  }

  close(session: Session): void {
    const held = this.#sessions.get(session.id)
    if (held === undefined || held.closedAt !== undefined) throw new Failure("CLOSED_SESSION")
    const { aspsp, consent } = session.authorisation
    if (this.status(session) === "AUTHORIZED") aspsp.consents.terminate(consent)
    held.closedAt = this.#clock.now
  }

  consent(session: Session): Consent {
    return this.#consent(session.authorisation)
  }

  #consent({ aspsp, consent }: Authorisation): Consent {
    const found = aspsp.consents.find(consent)
    if (found === undefined) throw new Failure("SESSION_DOES_NOT_EXIST")
    return found
  }
}
