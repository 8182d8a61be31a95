/**
 * Any bank behind the aggregator Enable Banking, which has the licence and the certificates a host may lack. Which banks
 * it reaches is its own list (`GET /aspsps`), so none is named here: a host names the one it means.
 */
import type { Institution, Quirks } from "../Institution.ts"

export interface BehindEnableBanking {
  /** The bank's name and country as the aggregator lists them. */
  readonly name: string
  readonly country: string
  /** The provider of the mirror's accounts (`nordea`). */
  readonly provider: string
  /** Who holds the money. */
  readonly legalEntity: string
  readonly id?: string
  /** The longest consent the bank takes (`maximum_consent_validity`); 180 days where it says nothing. */
  readonly maxDays?: number
  /** Days of history the bank shows right after the approval. */
  readonly historyDays?: number
  readonly quirks?: Quirks
}

const slug = (name: string): string =>
  name
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "")

export const viaEnableBanking = (bank: BehindEnableBanking): Institution => ({
  id: bank.id ?? `enable-banking-${slug(bank.name)}-${bank.country.toLowerCase()}`,
  name: bank.name,
  provider: bank.provider,
  market: bank.country,
  legalEntity: bank.legalEntity,
  maturity: "specified",
  dialect: "enable-banking",
  version: "1.0",
  approval: "redirect",
  baseUrl: "https://api.enablebanking.com",
  ids: "entryReference",
  history: { days: bank.historyDays ?? 730, freshMinutes: 5 },
  consent: { maxDays: bank.maxDays ?? 180, ...(bank.country === "GB" && { reconfirmDays: 90 }) },
  budget: { reads: 4, hours: 24 },
  quirks: { ...bank.quirks, aspsp: { name: bank.name, country: bank.country } }
})
