/**
 * The case: `bank <port> <page size> <rows> <database>`. The connector reads two years of a payment account right after
 * the person approved, with the person there, over HTTP into the engine's database.
 */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as Psd2 from "@paymirror/connector-psd2"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Measure from "../Measure.ts"
import { mirror, ran, reader } from "../Mirror.ts"
import { days } from "../Transactions.ts"

const [port = "", , count = "", filename = ""] = process.argv.slice(3)
const rows = Number(count)

const institution: Psd2.Institution = {
  id: "bench-de",
  name: "Bench Bank",
  provider: "bench",
  market: "DE",
  legalEntity: "Bench Bank",
  maturity: "specified",
  dialect: "berlin",
  version: "1.3",
  approval: "redirect",
  baseUrl: `http://127.0.0.1:${port}`,
  ids: "transactionId",
  history: { days, freshMinutes: 60 },
  consent: { maxDays: 180 },
  budget: { reads: 4, hours: 24 },
  quirks: { signs: "signed" }
}

const account = {
  identification: "DE00BENCH",
  currency: "EUR",
  market: "DE",
  provider: "bench",
  legalEntity: "Bench Bank",
  status: "OPEN" as const,
  displayName: "Bench"
}

const grant = JSON.stringify({
  institution: institution.id,
  market: "DE",
  consentId: "consent",
  accounts: [{ identification: account.identification, currency: "EUR", resourceId: "a", kind: "payment" }],
  authorisedAt: new Date().toISOString()
})

const program = Effect.gen(function* () {
  const read = yield* reader({ _tag: "Linked", grant: Redacted.make(grant), accounts: [account] }, ["balance"])
  const watch = Measure.start(rows)
  const report = yield* read("balance", { presence: { ipAddress: "192.0.2.1" }, onCommit: watch.at })
  watch.stop({
    rows,
    transactions: report.transactions,
    statements: yield* ran,
    more: { added: report.added, quarantined: report.quarantined }
  })
})

const connector = Layer.provide(Psd2.layer({ institution }), NodeHttpClient.layerUndici)
await Effect.runPromise(Effect.provide(program, mirror(filename, connector)))
