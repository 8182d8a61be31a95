/**
 * What a session reads: details, balances and transactions of the accounts it names. A session that is over is told so in
 * the word for why; the headers of a person who is there come all together or not at all; reads are counted like those
 * of any other dialect of the bank.
 */
import { day, minute, second } from "@paymirror/connector-testing/simulator"
import type { Random } from "@paymirror/connector-testing/simulator"
import type { Account } from "../Bank.ts"
import type { Answer, Asked } from "../BankServer.ts"
import { declinedEntry } from "../declinedEntry.ts"
import type { Application } from "./Applications.ts"
import { Failure } from "./Failure.ts"
import { accountRow, balanceRows, transactionId, transactionRow } from "./rows.ts"
import type { Aspsp, Session, Sessions } from "./Sessions.ts"
import { askingOf, Walks } from "./transactions.ts"

interface Opened {
  readonly session: Session
  readonly account: Account
  readonly aspsp: Aspsp
  readonly authorisedAt: number
}

/** All the headers the bank asks for or none: whether the person is there. */
export const presence = ({ requiredPsuHeaders }: Aspsp, { headers }: Asked): boolean => {
  const missing = requiredPsuHeaders.find((name) => (headers[name.toLowerCase()] ?? "") === "")
  if (!Object.keys(headers).some((name) => name.startsWith("psu-"))) return false
  if (missing === undefined) return true
  throw new Failure("PSU_HEADER_NOT_PROVIDED", { detail: `PSU header ${missing} is not provided` })
}

export class Reads {
  readonly #sessions: Sessions
  readonly #random: Random
  readonly #walks: Walks
  /** How often the list of an account was begun. */
  readonly #begun = new Map<string, number>()

  constructor(sessions: Sessions, random: Random) {
    this.#sessions = sessions
    this.#random = random
    this.#walks = new Walks(random.fork("walks"))
  }

  details(application: Application, asked: Asked, uid: string): Answer {
    const opened = this.#opened(application, uid)
    const attended = this.#entered(asked, opened, "details")
    return { status: 200, body: accountRow(opened.aspsp.bank, opened.account, uid), attended }
  }

  balances(application: Application, asked: Asked, uid: string): Answer {
    const opened = this.#opened(application, uid)
    const { account, aspsp, session } = opened
    if (!session.authorisation.access.balances) throw new Failure("UNAUTHORIZED_ACCESS")
    const attended = this.#entered(asked, opened, "balances")
    const rows = balanceRows({ ...aspsp, account }, aspsp.bank.balances(account.id))
    return { status: 200, body: { balances: rows }, attended }
  }

  transactions(application: Application, asked: Asked, uid: string): Answer {
    const opened = this.#opened(application, uid)
    const { account, aspsp, authorisedAt, session } = opened
    const { bank, quirks } = aspsp
    const key = asked.query.get("continuation_key")
    if (!session.authorisation.access.transactions) throw new Failure("UNAUTHORIZED_ACCESS")
    const asking = askingOf(aspsp, authorisedAt, asked.query)
    const attended = this.#entered(asked, opened, "transactions", key !== null)
    const { continuationKey, entries } = this.#walks.page(aspsp, session, account, key, asking)
    const begun = (this.#begun.get(account.id) ?? 0) + (key === null ? 1 : 0)
    this.#begun.set(account.id, begun)
    const name = quirks.sessionIds ? this.#random.id("", 8) : session.id
    const telling = { ...aspsp, account, session: name, enriched: !quirks.enrichedOnSecondRead || begun > 1 }
    const rows = entries.map((entry, index) => {
      const meant = quirks.duplicateIds && index % 2 === 1 ? (entries[index - 1] ?? entry) : entry
      return transactionRow(telling, { ...entry, entryReference: meant.entryReference }, index)
    })
    const declined =
      quirks.declinedRows && key === null
        ? [{ ...transactionRow(telling, declinedEntry(bank, account, this.#random), 0), status: "RJCT" }]
        : []
    const end = quirks.nullFields ? { continuation_key: null } : {}
    const next = continuationKey === undefined ? end : { continuation_key: continuationKey }
    return { status: 200, body: { transactions: [...declined, ...rows], ...next }, attended }
  }

  transaction(application: Application, asked: Asked, uid: string, id: string): Answer {
    const opened = this.#opened(application, uid)
    const { account, aspsp, session } = opened
    const attended = this.#entered(asked, opened, "transaction")
    const telling = { ...aspsp, account, session: session.id, enriched: true }
    const all = [...aspsp.bank.pending(account.id), ...aspsp.bank.ledger(account.id)]
    const entry = all.find((one) => transactionId(telling, one) === id)
    if (entry === undefined) throw new Failure("TRANSACTION_DOES_NOT_EXIST")
    return { status: 200, body: transactionRow(telling, entry, 0), attended }
  }

  /** The account, in a session that may be read. */
  #opened(application: Application, uid: string): Opened {
    const { account, session } = this.#sessions.withAccount(application, uid)
    const { aspsp } = session.authorisation
    const { bank, quirks } = aspsp
    const status = this.#sessions.status(session)
    if (status !== "AUTHORIZED") throw new Failure(`${status}_SESSION`)
    const { authorisedAt = 0 } = this.#sessions.consent(session)
    const { now } = bank.clock
    if (now < authorisedAt + quirks.unauthorisedSeconds * second) throw new Failure("UNAUTHORIZED_ACCESS")
    if (quirks.expiredEarly !== false) throw new Failure("EXPIRED_SESSION", { status: quirks.expiredEarly })
    const { scaAgainAfterDays = Infinity } = quirks
    if (now >= authorisedAt + scaAgainAfterDays * day) throw new Failure("EXPIRED_SESSION")
    return { session, account, aspsp, authorisedAt }
  }

  #entered(asked: Asked, { account, aspsp }: Opened, resource: string, continues = false): boolean {
    const { accesses, quirks } = aspsp
    const attended = presence(aspsp, asked)
    const { admitted } = accesses.enter({ account: account.id, resource, attended, continues })
    if (admitted && quirks.exceeded === false) return attended
    const wait = quirks.exceeded === "absurd" ? "-1875538" : String((10 * minute) / second)
    const told = quirks.exceeded === "retry_after" || quirks.exceeded === "absurd"
    throw new Failure("ASPSP_RATE_LIMIT_EXCEEDED", told ? { headers: { "retry-after": wait } } : {})
  }
}
