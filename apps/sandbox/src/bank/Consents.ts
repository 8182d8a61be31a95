/**
 * The consents a bank has given to those who read on a person's behalf, in neutral words: a dialect spells them. A new
 * recurring consent ends the one before it as soon as it is authorised, as the Berlin Group has it. What has run out
 * is found to have run out when it is looked at. It counts no reads (`Accesses.ts`) and asks nobody for approval.
 */
import { addDays, atHour } from "@paymirror/connector-testing/simulator"
import type { Clock, Day, Random } from "@paymirror/connector-testing/simulator"
import { Refused } from "../Refused.ts"
import type { Quirks } from "./Quirks.ts"

export type ConsentStatus = "received" | "valid" | "partially" | "rejected" | "expired" | "revoked" | "terminated"

export interface NewConsent {
  /** Who asked: the organisation identifier of the client's certificate, or the client's id. */
  readonly client: string
  /** Where it is known before the person has said so at the bank. */
  readonly customer?: string | undefined
  /** Ids of accounts; none until the person has chosen them, where they choose at the bank. */
  readonly accounts?: ReadonlyArray<string> | undefined
  readonly rights: ReadonlyArray<string>
  readonly recurring?: boolean | undefined
  /** Unattended reads a day. */
  readonly frequency?: number | undefined
  /** The last day it is good for, */
  readonly validUntil?: Day | undefined
  /** or the instant it ends at. Neither: it does not end. */
  readonly expiresAt?: number | undefined
  /** What the dialect wants to remember: the body it was asked with. */
  readonly asked?: unknown
}

export interface Consent {
  readonly id: string
  readonly client: string
  readonly customer: string | undefined
  readonly accounts: ReadonlyArray<string>
  readonly rights: ReadonlyArray<string>
  readonly recurring: boolean
  readonly frequency: number
  readonly validUntil: Day | undefined
  readonly expiresAt: number | undefined
  readonly asked: unknown
  readonly status: ConsentStatus
  readonly createdAt: number
  readonly authorisedAt: number | undefined
  readonly changedAt: number
}

export interface Approval {
  readonly customer?: string | undefined
  readonly accounts?: ReadonlyArray<string> | undefined
  /** A consent that was revoked at the bank is good again, where the dialect knows such a thing. */
  readonly reinstates?: boolean | undefined
}

type Changing = { -readonly [Field in keyof Consent]: Consent[Field] }

/** Nothing can be done with it any more. */
export const isOver = (status: ConsentStatus): boolean =>
  ["rejected", "expired", "revoked", "terminated"].includes(status)

export class Consents {
  readonly #clock: Clock
  readonly #random: Random
  readonly #quirks: Quirks
  readonly #consents = new Map<string, Changing>()

  constructor(clock: Clock, random: Random, quirks: Quirks) {
    this.#clock = clock
    this.#random = random
    this.#quirks = quirks
  }

  get all(): ReadonlyArray<Consent> {
    return [...this.#consents.values()].map((consent) => this.#current(consent))
  }

  open(asked: NewConsent): Consent {
    const { now } = this.#clock
    const { validUntil } = asked
    const lastDay = validUntil === undefined ? undefined : atHour(addDays(validUntil, 1), 0)
    const consent: Changing = {
      id: this.#random.id("", 32),
      client: asked.client,
      customer: asked.customer,
      accounts: asked.accounts ?? [],
      rights: asked.rights,
      recurring: asked.recurring ?? true,
      frequency: asked.frequency ?? 4,
      validUntil,
      expiresAt: asked.expiresAt ?? lastDay,
      asked: asked.asked,
      status: "received",
      createdAt: now,
      authorisedAt: undefined,
      changedAt: now
    }
    this.#consents.set(consent.id, consent)
    return consent
  }

  find(id: string): Consent | undefined {
    const consent = this.#consents.get(id)
    return consent === undefined ? undefined : this.#current(consent)
  }

  /** The person has approved: at the first time, or again (a second time moves `authorisedAt` only). */
  authorise(id: string, approval: Approval = {}): Consent {
    const revoked = this.#consents.get(id)
    const reinstated = approval.reinstates === true && revoked?.status === "revoked" ? revoked : undefined
    const consent = reinstated ?? this.#living(id)
    const customer = approval.customer ?? consent.customer
    if (customer === undefined) throw new Refused("nobody has said who they are")
    consent.customer = customer
    consent.accounts = approval.accounts ?? consent.accounts
    consent.authorisedAt = this.#clock.now
    if (this.#quirks.oneRecurring && consent.recurring) this.#endOthers(consent)
    return this.#become(consent, "valid")
  }

  /** One of several who have to approve has done so. */
  authorisePartially(id: string): Consent {
    return this.#become(this.#living(id), "partially")
  }

  reject(id: string): Consent {
    return this.#become(this.#living(id), "rejected")
  }

  /** By the person, at the bank. */
  revoke(id: string): Consent {
    return this.#become(this.#living(id), "revoked")
  }

  /** Before its time, by the bank. */
  expire(id: string): Consent {
    return this.#become(this.#living(id), "expired")
  }

  /** By the client that asked for it. */
  terminate(id: string): Consent {
    return this.#become(this.#living(id), "terminated")
  }

  /** What a dialect puts right about it: the days the bank allows, the accounts that were meant. */
  amend(
    id: string,
    change: Partial<Pick<Consent, "accounts" | "customer" | "frequency" | "validUntil" | "expiresAt">>
  ): Consent {
    return Object.assign(this.#living(id), change)
  }

  #endOthers(consent: Consent): void {
    for (const other of this.#consents.values()) {
      const same = other.customer === consent.customer && other.client === consent.client
      if (other !== consent && same && other.recurring && other.status === "valid") this.#become(other, "expired")
    }
  }

  #current(consent: Changing): Consent {
    const ended = consent.expiresAt !== undefined && consent.expiresAt <= this.#clock.now
    if (ended && !isOver(consent.status)) this.#become(consent, "expired")
    return consent
  }

  #living(id: string): Changing {
    const consent = this.#consents.get(id)
    if (consent === undefined) throw new Refused("no such consent")
    if (isOver(this.#current(consent).status)) throw new Refused("the consent is over")
    return consent
  }

  #become(consent: Changing, status: ConsentStatus): Consent {
    consent.status = status
    consent.changedAt = this.#clock.now
    return consent
  }
}
