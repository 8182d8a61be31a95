import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import type { Dialect } from "../src/Dialect.ts"
import type { Page } from "../src/Entry.ts"
import type { IdPolicy } from "../src/Institution.ts"
import * as berlin from "../src/translate/berlin.ts"
import * as enableBanking from "../src/translate/enableBanking.ts"
import * as klarna from "../src/translate/klarna.ts"
import * as obie from "../src/translate/obie.ts"
import { account, grant, institution, listen } from "./ledger/Reader.ts"
import { linesOf } from "./ledger/histories.ts"

const samples = join(import.meta.dirname, "../../../../shared/samples")
const xs2a = "psd2/xs2a"

interface Sample {
  readonly file: string
  readonly translate: (body: unknown) => Page | undefined
  /** The bank's answer, in the file. */
  readonly body: (file: object) => unknown
  readonly own: string
  readonly currency?: string
  readonly ids?: IdPolicy
  /** What a person who looks at the file expects of each row that can be one: its day and its signed minor units. */
  readonly rows: ReadonlyArray<string>
  /** Why the others are put aside. */
  readonly aside?: ReadonlyArray<string>
  /** Rows that are no ledger entries. */
  readonly skipped?: number
}

const recorded = (file: object): unknown => Reflect.get(Reflect.get(file, "response") as object, "body")
const stubbed = (file: object): unknown => JSON.parse(String(recorded(file)))

const plain = (body: unknown): unknown => body

const confused = "its amount has no sign, and the only party it names is the account itself"
const undecided = "neither an indicator, nor a sign, nor a party says which way it went"
const undated = "booked without a date"

/** Each debit of this one is told positive; the account is the debtor of it. */
const unicredit = {
  translate: berlin.report,
  own: "DE49700202700123456785",
  rows: [
    "2019-09-02 1811912",
    "2019-09-08 11912",
    "2019-09-13 -47296",
    "2019-09-25 -2180",
    "2019-09-28 -18012",
    "2019-10-08 926912"
  ],
  // Neither of its two parties is the account.
  aside: [undecided]
}
const fiducia = {
  translate: berlin.report,
  own: "DE45499999600000005100",
  rows: [
    "2018-11-30 -23188",
    "2018-12-03 -231",
    "2018-12-28 -2445",
    "2018-12-28 -23538",
    "2019-01-02 -231",
    "2019-01-18 -231",
    "2019-01-31 -23923",
    "2019-02-15 -231"
  ]
}
/** The only party of each row carries the account's own number: of what has no sign nobody can tell. */
const deutscheBank = { translate: berlin.report, rows: ["pending 2017-10-26 -10003"], aside: [confused, confused] }
const commerzbank = { translate: berlin.report, own: "DE78240176185167050131" }
const adorsys = { translate: berlin.report, own: "DE38760700240320465700", rows: [] }
const revolut = { translate: obie.transactions, own: "GB95REVO00997053872360", currency: "GBP", body: plain }

const list: ReadonlyArray<Sample> = [
  { file: `${xs2a}/unicredit/src/test/resources/ais/get-transactions.json`, body: recorded, ...unicredit },
  {
    file: `${xs2a}/unicredit/src/main/resources/unicredit-adapter/mappings/ais-get-transactions.json`,
    body: stubbed,
    ...unicredit
  },
  { file: `${xs2a}/fiducia/src/test/resources/ais/get-transactions.json`, body: recorded, ...fiducia },
  {
    file: `${xs2a}/fiducia/src/main/resources/fiducia-adapter/mappings/ais-get-transactions.json`,
    body: stubbed,
    ...fiducia
  },
  {
    file: `${xs2a}/deutsche-bank/src/test/resources/ais/get-transactions.json`,
    body: recorded,
    own: "DE76215730140403343700",
    ...deutscheBank
  },
  {
    file: `${xs2a}/deutsche-bank/src/test/resources/ais/get-transactions-redirect.json`,
    body: recorded,
    own: "DE17215730140403340300",
    ...deutscheBank
  },
  {
    file: `${xs2a}/deutsche-bank/src/main/resources/deutsche-bank-adapter/mappings/ais-get-transactions.json`,
    body: stubbed,
    own: "DE76215730140403343700",
    ...deutscheBank
  },
  {
    file: `${xs2a}/deutsche-bank/src/main/resources/deutsche-bank-adapter/mappings/ais-get-transactions-redirect.json`,
    body: stubbed,
    own: "DE17215730140403340300",
    ...deutscheBank
  },
  {
    file: `${xs2a}/commerzbank/src/test/resources/ais/get-transactions.json`,
    body: recorded,
    ...commerzbank,
    rows: ["2021-09-12 -25667"]
  },
  {
    file: `${xs2a}/commerzbank/src/main/resources/commerzbank-adapter/mappings/ais-get-transactions.json`,
    body: stubbed,
    ...commerzbank,
    rows: ["2021-09-12 -25667"]
  },
  {
    file: `${xs2a}/commerzbank/src/test/resources/ais/commerzbank-transactions-report.json`,
    body: plain,
    ...commerzbank,
    rows: [],
    aside: [undated]
  },
  {
    file: `${xs2a}/commerzbank/src/test/resources/ais/transactions-response-200-json.json`,
    body: plain,
    ...commerzbank,
    rows: [],
    aside: [undated]
  },
  // It holds balances and a link to a download, and no rows.
  { file: `${xs2a}/adorsys/src/test/resources/ais/get-transactions/response-body.json`, body: plain, ...adorsys },
  {
    file: `${xs2a}/adorsys/src/main/resources/adorsys-adapter/mappings/ais-get-transactions.json`,
    body: stubbed,
    ...adorsys
  },
  {
    file: "psd2/bg-v2/transactions.200.json",
    translate: klarna.report,
    body: plain,
    own: "UA41",
    currency: "UAH",
    rows: ["2024-01-02 -10002"]
  },
  {
    file: "psd2/enable-banking/transactions.json",
    translate: enableBanking.transactions,
    body: plain,
    own: "NO0000000000001",
    currency: "NOK",
    ids: "entryReference",
    rows: ["2024-02-01 125050", "2024-02-02 -2745"]
  },
  {
    file: "generic/berlin-group-transactionsExample1_RegularAccount_json.json",
    translate: berlin.report,
    body: plain,
    own: "DE2310010010123456788",
    // The first is a debit told positive: it names a creditor, and no booked row of the answer has a minus.
    rows: ["2017-10-25 -25667", "2017-10-25 34301", "pending 2017-10-26 -10003"]
  },
  {
    file: "generic/berlin-group-transactionsExample3_MulticurrencyAccount_json.json",
    translate: berlin.report,
    body: plain,
    own: "DE40100100103307118608",
    rows: ["2017-10-25 -25667", "2017-10-25 34301", "pending 2017-10-26 -10003"],
    aside: ["it is in USD, on an account in EUR"]
  },
  {
    file: "generic/berlin-group-transactionsResponse200JsonExample.json",
    translate: berlin.report,
    body: plain,
    own: "DE2310010010123456788",
    rows: [],
    skipped: 1
  },
  {
    file: "generic/berlin-group-transactionDetailsExample.json",
    translate: berlin.report,
    body: (answer) => ({ transactions: { booked: [Reflect.get(answer, "transactionsDetails")] } }),
    own: "DE2310010010123456788",
    rows: ["2017-10-25 -25667"]
  },
  {
    file: "revolut/gocardless-REVOLUT_REVOLT21-transactions.json",
    translate: berlin.report,
    body: (answer) => ({ transactions: { booked: answer } }),
    own: "LT000000000000000000",
    rows: ["2024-09-21 -100", "2024-09-21 100"]
  },
  { file: "revolut/open-banking-transactions-transfer-in.json", ...revolut, rows: ["2024-12-27 1200"] },
  {
    file: "revolut/open-banking-transactions-transfer-out.json",
    ...revolut,
    rows: ["2024-12-27 -1100", "2024-12-27 -2054"]
  },
  {
    file: "revolut/open-banking-transactions-exchange.json",
    ...revolut,
    currency: "EUR",
    rows: ["2024-12-27 221"]
  },
  { file: "revolut/open-banking-transactions-card-payment.json", ...revolut, rows: ["pending 2024-12-26 -1234"] }
]

/** How many rows an answer has, in whichever lists. */
const rowsIn = (body: unknown): number => {
  const holder = body as { readonly transactions?: unknown; readonly Data?: { readonly Transaction?: unknown } }
  const lists = Array.isArray(holder.transactions)
    ? [holder.transactions]
    : [...Object.values(holder.transactions ?? {}), holder.Data?.Transaction]
  return lists.filter((one) => Array.isArray(one)).reduce((sum, one) => sum + one.length, 0)
}

describe.skipIf(!existsSync(samples))(
  "a recorded answer (of ../shared/samples, where they are): every row is mirrored with its sign or put aside with its reason",
  () => {
    it.effect.each(list)(
      "$file",
      ({ aside = [], body, currency = "EUR", file, ids, own, rows, skipped = 0, translate }) =>
        Effect.gen(function* () {
          yield* TestClock.setTime(Date.parse("2026-01-01T12:00:00Z"))
          const answer = body(JSON.parse(readFileSync(join(samples, file), "utf8")) as object)
          const page = translate(answer) ?? assert.fail("not an answer of this kind")
          const dialect: Dialect = {
            link: () => Effect.die("nobody links here"),
            revoke: () => Effect.void,
            accounts: () => Effect.succeed([]),
            balances: () => Effect.succeed([]),
            page: () => Effect.succeed({ ...page, next: undefined })
          }
          const { events, failure } = yield* listen(dialect, {
            institution: { ...institution, ids: ids ?? institution.ids },
            grant: { ...grant, accounts: [{ identification: own, currency, resourceId: "r1", kind: "payment" }] },
            account: { ...account, identification: own, currency }
          })
          assert.isUndefined(failure)
          const told = events.flatMap((event) =>
            event._tag === "Upsert" ? [{ row: event.row, pending: event.pending === true, gone: false }] : []
          )
          const signs = linesOf(told).map((line) => /^(?:pending )?\S+ \S+/.exec(line)?.[0] ?? "")
          assert.deepStrictEqual(signs, [...rows].toSorted())
          const reasons = events.flatMap((event) => (event._tag === "Quarantined" ? [event.reason] : []))
          assert.deepStrictEqual(reasons, [...aside])
          const keys = new Set(events.flatMap((event) => (event._tag === "Upsert" ? [event.id] : [])))
          assert.strictEqual(keys.size, told.length, "each row has an id of its own")
          assert.strictEqual(told.length + reasons.length + skipped, rowsIn(answer), "no row is dropped")
        })
    )
  }
)
