/**
 * The banks of the sandbox as this connector is told of them: one for every dialect and every way to approve. Facts only;
 * who banks there and what goes wrong is elsewhere.
 */
import type { Spoken as AtTheBank } from "@paymirror/sandbox/far"
import type { Institution } from "../../src/Institution.ts"
import { viaEnableBanking } from "../../src/institutions/enableBanking.ts"
import { find } from "../../src/institutions/index.ts"
import { revolut } from "../revolut.ts"

export interface Spoken extends AtTheBank {
  readonly record: Institution
  /** What the bank's interface stands under, beside its origin. */
  readonly under?: string
  /** Where its authorisation server is: at its origin. */
  readonly hasIssuer?: boolean
}

const invented = (id: string, market: string, name: string, own: Partial<Institution> = {}): Institution => ({
  id,
  name,
  provider: id.replace(/-..$/, ""),
  market,
  legalEntity: name,
  maturity: "specified",
  dialect: "berlin",
  version: "1.3",
  approval: "redirect",
  ids: "transactionId",
  history: { days: 730, freshMinutes: 15 },
  consent: { maxDays: 180 },
  budget: { reads: 4, hours: 24 },
  ...own
})

const known = (id: string): Institution => {
  const record = find(id)
  if (record === undefined) throw new RangeError(`there is no institution "${id}"`)
  return record
}

const berlin = (record: Institution): Spoken => ({
  record,
  town: record.id,
  accounts: "/v1/accounts",
  sessionPaths: ["/v1/consents*"]
})

const uk = (record: Institution, under: string): Spoken => ({
  record,
  town: record.id,
  under,
  hasIssuer: true,
  accounts: `${under}/accounts`,
  refreshPath: "/token",
  sessionPaths: ["/par", "/jwks", "/.well-known/*", `${under}/account-access-consents*`]
})

export const banks: ReadonlyArray<Spoken> = [
  { ...berlin(known("klarna-de")), accounts: "/v2/accounts", sessionPaths: ["/v2/consents*"] },
  berlin(invented("nordbank-de", "DE", "Nordbank")),
  {
    ...berlin(invented("alpenbank-at", "AT", "Alpenbank", { approval: "oauth2", quirks: { sealed: true } })),
    hasIssuer: true,
    refreshPath: "/oauth/token",
    sessionPaths: ["/v1/consents*", "/.well-known/*"]
  },
  berlin(invented("fjordbank-no", "NO", "Fjordbank", { approval: "decoupled", quirks: { psuIdHeader: "PSU-ID" } })),
  { ...berlin(invented("kontor-de", "DE", "Kontor Sparkontor")), inXml: true },
  uk(revolut, ""),
  uk(
    invented("thames-gb", "GB", "Thames Bank", {
      dialect: "obie",
      version: "4.0",
      history: { days: 730, freshMinutes: 5 },
      consent: { maxDays: 365, reconfirmDays: 90 },
      quirks: { pushedRequests: true }
    }),
    "/open-banking/v4.0/aisp"
  ),
  {
    record: viaEnableBanking({
      id: "suomi-fi",
      name: "Suomi Pankki",
      country: "FI",
      provider: "suomi",
      legalEntity: "Suomi Pankki Oyj"
    }),
    town: "enable-banking",
    accounts: "/accounts",
    sessionPaths: ["/auth", "/sessions*"]
  }
]
