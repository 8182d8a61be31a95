/**
 * Any bank that speaks NextGenPSD2 1.3, for a host that has an agreement or a certificate there: thousands do, and none is
 * named here that nobody has tried. N26 is among those that are missing: it wants its own token before a consent can be
 * asked for and an approval in the app after it, so that a token would have to lie in the conversation between the two.
 */
import type { Approval, IdPolicy, Institution, Quirks } from "../Institution.ts"

export interface NextGenPsd2 {
  /** Kebab case, ends in the market. */
  readonly id: string
  readonly name: string
  readonly provider: string
  readonly market: string
  /** Who holds the money. */
  readonly legalEntity: string
  /** Everything before `/v1/`. */
  readonly baseUrl: string
  readonly approval: Approval
  /** The RFC 8414 issuer, where approval is by OAuth2. */
  readonly issuer?: string
  /** Further hosts of the bank the connector talks to itself. */
  readonly hosts?: ReadonlyArray<string>
  /** Which of its ids somebody has found to be stable. None is believed unless said. */
  readonly ids?: IdPolicy
  /** `specified` unless said: the standard is. `illustrative` where the rest of the record is a guess. */
  readonly maturity?: Institution["maturity"]
  readonly historyDays?: number
  readonly maxDays?: number
  readonly quirks?: Quirks
}

export const nextGenPsd2 = (bank: NextGenPsd2): Institution => ({
  id: bank.id,
  name: bank.name,
  provider: bank.provider,
  market: bank.market,
  legalEntity: bank.legalEntity,
  maturity: bank.maturity ?? "specified",
  dialect: "berlin",
  version: "1.3",
  approval: bank.approval,
  baseUrl: bank.baseUrl,
  ...(bank.hosts !== undefined && { hosts: bank.hosts }),
  ...(bank.issuer !== undefined && { issuer: bank.issuer }),
  ids: bank.ids ?? "none",
  history: { days: bank.historyDays ?? 730, freshMinutes: 5 },
  consent: { maxDays: bank.maxDays ?? 180 },
  budget: { reads: 4, hours: 24 },
  ...(bank.quirks !== undefined && { quirks: bank.quirks })
})
