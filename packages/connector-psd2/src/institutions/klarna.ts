/**
 * Klarna Bank AB (publ) over XS2A v2 (docs.klarna.com/open-banking). The production host is "to be confirmed before GA",
 * so it is the host's to name. History, paging and the longest consent are not published: the law's figures stand in.
 */
import type { Institution } from "../Institution.ts"

const klarna = (id: string, market: string, name: string): Institution => ({
  id,
  name,
  provider: "klarna",
  market,
  legalEntity: "Klarna Bank AB (publ)",
  maturity: "specified",
  dialect: "klarna",
  version: "2.1",
  approval: "decoupled",
  ids: "transactionId",
  history: { days: 730, freshMinutes: 5 },
  consent: { maxDays: 180 },
  budget: { reads: 4, hours: 24 },
  quirks: { psuIdHeader: "PSU-ID" }
})

export const institutions: ReadonlyArray<Institution> = [
  klarna("klarna-de", "DE", "Klarna (Germany)"),
  klarna("klarna-se", "SE", "Klarna (Sweden)")
]
