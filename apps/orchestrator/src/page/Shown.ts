/** What a page of a link session tells of. */
import type { LinkSession, Step } from "../linking/LinkSession.ts"
import * as Tenants from "../service/Tenants.ts"

export const nameOf = ({ tenant }: LinkSession): string => Tenants.knownAs(tenant)

export interface Shown {
  readonly session: LinkSession
  readonly step: Step | undefined
  /** Where it is, the bank or the provider. */
  readonly place: string
  /** What the person should hear first: why the last answer was not taken. */
  readonly note?: string | undefined
}

export const day = (instant: string): string => instant.slice(0, 10)
