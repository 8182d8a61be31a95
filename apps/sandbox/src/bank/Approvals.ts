/**
 * How a person's approval of a consent comes about, whichever way they are asked: one authorisation after the other, each
 * with a window of time. Where they are asked on their telephone, they answer after a few polls, in the way their e-mail
 * address tells (`+reject`, `+ignore`), or when a command says so; where they are sent to a page, the page answers.
 */
import { minute } from "@paymirror/connector-testing/simulator"
import type { Random } from "@paymirror/connector-testing/simulator"
import { Refused } from "../Refused.ts"
import type { Bank } from "./Bank.ts"
import type { Approval, Consents } from "./Consents.ts"

export type Approach = "redirect" | "oauth" | "decoupled"

export interface ApprovalOptions {
  /** How long the person has. Ten minutes unless said. */
  readonly minutes?: number | undefined
  /** After how many polls somebody who is asked on their telephone answers by themselves; never where it is undefined. */
  readonly polls?: number | undefined
}

export interface Starting {
  readonly consent: string
  readonly approach: Approach
  /** Who is asked, as the client named them. */
  readonly psu?: string | undefined
  /** Where the person's browser goes afterwards. */
  readonly back?: string | undefined
  readonly backRefused?: string | undefined
}

export interface Authorisation extends Starting {
  readonly id: string
  readonly status: "started" | "finalised" | "failed"
  readonly startedAt: number
  readonly polls: number
}

type Changing = { -readonly [Field in keyof Authorisation]: Authorisation[Field] }

const answerOf = (psu: string | undefined): "approve" | "reject" | "ignore" => {
  const tag = /\+([a-z]+)[^@]*@/i.exec(psu ?? "")?.[1]?.toLowerCase()
  return tag === "reject" || tag === "ignore" ? tag : "approve"
}

export class Approvals {
  readonly #bank: Bank
  readonly #random: Random
  readonly #consents: Consents
  readonly #window: number
  readonly #pollsUntil: number | undefined
  readonly #authorisations = new Map<string, Changing>()

  constructor(bank: Bank, consents: Consents, options: ApprovalOptions = {}) {
    this.#bank = bank
    this.#random = bank.random("approvals")
    this.#consents = consents
    this.#window = (options.minutes ?? 10) * minute
    this.#pollsUntil = options.polls
  }

  /** All that wait for the person, the latest last. */
  get waiting(): ReadonlyArray<Authorisation> {
    return [...this.#authorisations.values()]
      .map((one) => this.#current(one))
      .filter(({ status }) => status === "started")
  }

  start(starting: Starting): Authorisation {
    const id = this.#random.id("", 24)
    const authorisation: Changing = { ...starting, id, status: "started", startedAt: this.#bank.clock.now, polls: 0 }
    this.#authorisations.set(id, authorisation)
    return authorisation
  }

  find(id: string): Authorisation | undefined {
    const authorisation = this.#authorisations.get(id)
    return authorisation === undefined ? undefined : this.#current(authorisation)
  }

  of(consent: string): ReadonlyArray<Authorisation> {
    return [...this.#authorisations.values()].filter((one) => one.consent === consent).map((one) => this.#current(one))
  }

  /** The client looks how it stands, which is when a person on their telephone has had the time to answer. */
  poll(consent: string): void {
    for (const authorisation of this.#authorisations.values()) {
      if (authorisation.consent !== consent || this.#current(authorisation).status !== "started") continue
      if (authorisation.approach !== "decoupled" || this.#pollsUntil === undefined) continue
      authorisation.polls += 1
      const answer = answerOf(authorisation.psu)
      if (authorisation.polls < this.#pollsUntil || answer === "ignore") continue
      if (answer === "approve") this.approve(authorisation.id)
      else this.deny(authorisation.id)
    }
  }

  /** By this customer, or by the one who is meant: for the accounts that were asked for, or for all of theirs. */
  approve(id: string, customer?: string): Authorisation {
    const authorisation = this.#started(id)
    this.#consents.authorise(authorisation.consent, this.#approval(authorisation, customer))
    authorisation.status = "finalised"
    return authorisation
  }

  deny(id: string): Authorisation {
    const authorisation = this.#started(id)
    this.#consents.reject(authorisation.consent)
    authorisation.status = "failed"
    return authorisation
  }

  #approval({ consent: id, psu }: Authorisation, chosen: string | undefined): Approval {
    const consent = this.#consents.find(id)
    const meant = consent?.customer ?? this.#bank.findCustomer(psu ?? "")?.id ?? this.#bank.customers[0]?.id
    const customer = chosen ?? meant
    const own = customer === undefined ? [] : this.#bank.accountsOf(customer).map((account) => account.id)
    const wanted = consent?.accounts ?? []
    if (wanted.some((account) => !own.includes(account))) throw new Refused("these are somebody else's accounts")
    return { customer, accounts: wanted.length === 0 ? own : wanted }
  }

  #started(id: string): Changing {
    const authorisation = this.#authorisations.get(id)
    if (authorisation === undefined) throw new Refused("no such authorisation")
    if (this.#current(authorisation).status !== "started") throw new Refused("the authorisation is over")
    return authorisation
  }

  #current(authorisation: Changing): Authorisation {
    if (authorisation.status !== "started" || this.#bank.clock.now < authorisation.startedAt + this.#window) {
      return authorisation
    }
    authorisation.status = "failed"
    if (this.#consents.find(authorisation.consent)?.status === "received") this.#consents.reject(authorisation.consent)
    return authorisation
  }
}
