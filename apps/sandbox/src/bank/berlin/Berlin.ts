/** What the parts of a Berlin Group 1.3 bank have in common: what it was told, what it is made of, and where its pages are. */
import type { ApprovalOptions, Approach, Approvals } from "../Approvals.ts"
import type { Asked } from "../BankServer.ts"
import type { Certificates } from "../Certificates.ts"
import type { Behind, Gate } from "../Gate.ts"
import type { Statement } from "../Statement.ts"
import type { Tokens } from "./Tokens.ts"

export const approvalPath = "/approve"
export const metadataPath = "/.well-known/oauth-authorization-server"

export interface BerlinOptions extends ApprovalOptions {
  readonly approach: Approach
  /** Requests have to be signed with a QSEAL. */
  readonly signed?: boolean | undefined
  /** What transaction reports are written in. */
  readonly reports?: "json" | "camt" | undefined
  readonly certificates: Certificates
  /** Where it is reached, known once it listens. */
  readonly addresses: () => { readonly baseUrl: string; readonly pagesUrl: string }
}

export interface Berlin extends Behind {
  readonly options: BerlinOptions
  readonly approvals: Approvals
  readonly gate: Gate
  readonly statement: Statement
  readonly tokens: Tokens
  /** The request's own checks, its signature among them. Gives the client's identifier. */
  readonly admitted: (asked: Asked) => string
}
