/**
 * Klarna Bank AB's XS2A v2, as far as its public pages tell: Berlin Group openFinance 2.x with consent types `detailed`
 * and `global`, approval in the Klarna app and nothing else. What those pages leave open (which header names the person,
 * how long a page is, how far back history goes, what an error looks like) is a choice here, and the README says so.
 */
import { Approvals } from "../Approvals.ts"
import type { ApprovalOptions } from "../Approvals.ts"
import type { Handler } from "../BankServer.ts"
import { Declined } from "../Declined.ts"
import { Gate } from "../Gate.ts"
import type { Behind } from "../Gate.ts"
import { others, routes } from "../Routes.ts"
import { Statement } from "../Statement.ts"
import { accounts } from "./accounts.ts"
import { answering, refusal } from "./answer.ts"
import { consents } from "./consents.ts"
import type { Klarna } from "./Klarna.ts"

export interface KlarnaOptions extends ApprovalOptions {
  /** The header with the person's e-mail. */
  readonly emailHeader?: string | undefined
  readonly addresses: () => { readonly baseUrl: string }
}

export interface KlarnaBank {
  readonly handlers: ReadonlyArray<Handler>
  readonly approvals: Approvals
}

export const make = (behind: Behind, options: KlarnaOptions): KlarnaBank => {
  const gate = new Gate(behind)
  const approvals = new Approvals(behind.bank, behind.consents, options)
  const klarna: Klarna = {
    ...behind,
    emailHeader: options.emailHeader ?? "PSU-ID",
    origin: () => options.addresses().baseUrl,
    approvals,
    gate,
    statement: new Statement(behind.bank, behind.quirks),
    admitted: (asked) => gate.request(asked)
  }
  const table = { ...consents(klarna), ...accounts(klarna) }
  const guarded = Object.fromEntries(Object.entries(table).map(([key, one]) => [key, answering(behind.quirks, one)]))
  return {
    approvals,
    handlers: [
      routes("interface", guarded, (asked) => refusal(asked, new Declined(405, { code: "SERVICE_INVALID" }))),
      others("interface", "/v2/", (asked) => refusal(asked, new Declined(404, { code: "RESOURCE_UNKNOWN" })))
    ]
  }
}
