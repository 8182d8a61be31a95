/** Klarna's XS2A v2: openFinance 2 as Klarna deviates from it. Reads are those of the Berlin Group's family. */
import * as Redacted from "effect/Redacted"
import * as Api from "../../Api/klarna.ts"
import { make as makeHttp } from "../../Http.ts"
import { accounts, balances } from "../../translate/berlinAccounts.ts"
import { report } from "../../translate/klarna.ts"
import * as Reading from "../berlin/read.ts"
import * as Wire from "../berlin/Wire.ts"
import type { Make } from "../index.ts"
import { link } from "./Consent.ts"
import * as Consents from "./Consents.ts"

const spelling: Reading.Spelling = {
  accounts: Api.paths.accounts,
  readAccounts: accounts,
  readBalances: balances,
  readReport: report
}

export const make: Make = (client, settings) => {
  const http = makeHttp(client, settings, Wire.presenceHeaders)
  const wire = Wire.make(settings)
  const reading = Reading.make(http, wire, settings, spelling)
  const consents = Consents.make(http, wire)
  return {
    ...reading,
    link: link(settings.institution, consents, reading.accounts),
    revoke: ({ consentId }) => consents.end(Redacted.value(consentId))
  }
}
