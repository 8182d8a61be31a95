/**
 * What stands between a request and an account at a Berlin Group bank, in the order a bank looks: the request itself,
 * the client's certificate and role, the consent, the account, and how often it was read today. It declines with the
 * standard's codes, which both versions have in common, and serves nothing itself.
 */
import { createHash } from "node:crypto"
import { day, second } from "@paymirror/connector-testing/simulator"
import type { Accesses } from "./Accesses.ts"
import type { Account, Bank } from "./Bank.ts"
import type { Asked } from "./BankServer.ts"
import type { Consent, Consents } from "./Consents.ts"
import { Declined } from "./Declined.ts"
import type { Quirks } from "./Quirks.ts"

export interface Behind {
  readonly bank: Bank
  readonly consents: Consents
  readonly accesses: Accesses
  readonly quirks: Quirks
}

export interface Reading {
  /** `accounts`, `details`, `balances`, `transactions`: what is counted. */
  readonly resource: string
  /** What the consent has to allow. */
  readonly right: string
  readonly continues?: boolean | undefined
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
const address = /^(\d{1,3}(\.\d{1,3}){3}|[0-9a-f:]*:[0-9a-f:.]+)$/i

export const attended = ({ headers }: Asked): boolean => headers["psu-ip-address"] !== undefined

/** The header, which has to be there. */
export const header = ({ headers }: Asked, name: string): string => {
  const value = headers[name.toLowerCase()]
  if (value === undefined || value === "")
    throw new Declined(400, { code: "FORMAT_ERROR", path: name, text: "It is missing" })
  return value
}

export class Gate {
  readonly #behind: Behind

  constructor(behind: Behind) {
    this.#behind = behind
  }

  /** Well formed, from a known client with the role. Gives the client's identifier. */
  request(asked: Asked): string {
    if (!uuid.test(header(asked, "X-Request-ID"))) {
      throw new Declined(400, { code: "FORMAT_ERROR", path: "X-Request-ID", text: "It is not a UUID" })
    }
    const psu = asked.headers["psu-ip-address"]
    if (psu !== undefined && !address.test(psu)) {
      throw new Declined(400, { code: "FORMAT_ERROR", path: "PSU-IP-Address", text: "It is not an address" })
    }
    const { certificate, certificateProblem } = asked
    if (certificate === undefined) {
      const codes = { missing: "CERTIFICATE_MISSING", expired: "CERTIFICATE_EXPIRED", invalid: "CERTIFICATE_INVALID" }
      throw new Declined(401, { code: codes[certificateProblem ?? "missing"] })
    }
    if (!certificate.roles.includes("PSP_AI")) throw new Declined(401, { code: "ROLE_INVALID" })
    return certificate.organizationId ?? ""
  }

  /** The consent by its id, if it is this client's. */
  consent(client: string, id: string): Consent {
    const consent = this.#behind.consents.find(id)
    if (consent === undefined || consent.client !== client) throw new Declined(403, { code: "CONSENT_UNKNOWN" })
    return consent
  }

  /** The consent a read is made under, if it is in force. */
  inForce(asked: Asked, client: string): Consent {
    const { bank, quirks } = this.#behind
    const { now } = bank.clock
    const consent = this.consent(client, header(asked, "Consent-ID"))
    const since = now - (consent.authorisedAt ?? now)
    if (quirks.exceeded !== false) throw this.#exceeded()
    if (consent.status === "valid" && since < quirks.unauthorisedSeconds * second) throw new Declined(401)
    const again = quirks.scaAgainAfterDays !== undefined && since >= quirks.scaAgainAfterDays * day
    if (consent.status === "expired" || again) throw new Declined(401, { code: "CONSENT_EXPIRED" })
    if (quirks.expiredEarly !== false) throw new Declined(quirks.expiredEarly, { code: "CONSENT_EXPIRED" })
    if (consent.status !== "valid") throw new Declined(401, { code: "CONSENT_INVALID" })
    return consent
  }

  /** Counts a read of an account, and declines one too many. */
  count(asked: Asked, consent: Consent, account: string, { continues, resource }: Omit<Reading, "right">): void {
    const admission = this.#behind.accesses.enter({
      account,
      resource,
      attended: attended(asked),
      continues,
      frequency: consent.frequency
    })
    if (!admission.admitted) throw new Declined(429, { code: "ACCESS_EXCEEDED" })
  }

  /** The account by what it is called under this consent, if the consent has the right to it; the read is counted. */
  account(asked: Asked, consent: Consent, resourceId: string, reading: Reading): Account {
    const account = this.accounts(consent).find((one) => this.resourceId(one, consent) === resourceId)
    if (account === undefined) throw new Declined(404, { code: "RESOURCE_UNKNOWN" })
    if (!this.allows(consent, reading.right, account)) throw new Declined(401, { code: "CONSENT_INVALID" })
    this.count(asked, consent, account.id, reading)
    return account
  }

  accounts(consent: Consent): ReadonlyArray<Account> {
    return consent.accounts.map((id) => this.#behind.bank.account(id))
  }

  allows(consent: Consent, right: string, account: Account): boolean {
    return consent.rights.includes(right) || consent.rights.includes(`${right}:${account.id}`)
  }

  resourceId(account: Account, consent: Consent): string {
    if (!this.#behind.quirks.resourceIdsPerConsent) return account.resourceId
    return createHash("sha256").update(`${account.resourceId}/${consent.id}`).digest("hex").slice(0, 24)
  }

  #exceeded(): Declined {
    switch (this.#behind.quirks.exceeded) {
      case "retry_after":
        return new Declined(429, { headers: { "retry-after": "3600" } })
      case "absurd":
        return new Declined(429, {
          headers: { "retry-after": "-1875538", "x-ratelimit-reset": "-1875538", "x-ratelimit-remaining": "-4" }
        })
      default:
        return new Declined(429)
    }
  }
}
