/** Every request the connector sends to NextGenPSD2 banks, linking, reading and ending, against the official 1.3.11 file. */
import { existsSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { first, open, presence, type Sent, type Setup } from "./berlinTown.ts"
import { OpenApi } from "./OpenApi.ts"

const file = new URL("../../../../shared/specs/berlin-group/psd2-api_v1.3.11-2021-10-01v1.yaml", import.meta.url)
const absent = existsSync(file) ? "" : " (skipped: ../shared/specs/berlin-group is not here)"

const banks: ReadonlyArray<readonly [string, Setup, Readonly<Record<string, string>>]> = [
  ["nordbank-de", { quirks: { cardAccounts: true } }, {}],
  ["nordbank-de", { quirks: { access: "named", bookedOnly: true } }, { iban: "DE75200400600123456700" }],
  ["alpenbank-at", {}, {}],
  ["fjordbank-no", {}, { psuId: "ingrid.eksempel@example.com" }],
  ["kontor-de", {}, {}]
]

describe.skipIf(absent !== "")(`NextGenPSD2 1.3.11${absent}`, () => {
  const api = absent === "" ? new OpenApi(file) : undefined
  /** A cursor in a next link is the bank's own word. */
  const problemsOf = ({ body, headers, method, url }: Sent): ReadonlyArray<string> =>
    (api?.problems({ method, path: url.pathname, headers, query: url.searchParams, body }) ?? [])
      .filter((problem) => problem !== "?pageId is not described")
      .map((problem) => `${method} ${url.pathname}: ${problem}`)

  for (const [id, setup, values] of banks) {
    it.live(`has every request sent to ${id} ${JSON.stringify(setup.quirks ?? {})}`, () =>
      Effect.gen(function* () {
        const { call, dialect, linked, pages, sent, timed } = yield* open(id, { ...setup, bank: { pageSize: 20 } })
        const { grant } = yield* linked(values)
        for (const account of grant.accounts) {
          yield* pages(grant, account, { from: "2026-05-01", to: "2026-05-31" })
          yield* timed(dialect.balances(call(grant, presence), account))
        }
        yield* timed(dialect.accounts(call(grant)))
        yield* timed(dialect.revoke(grant))
        const own = sent.filter(({ url }) => !/oauth/.test(url.pathname))
        assert.isAbove(own.length, 6)
        assert.deepStrictEqual(own.flatMap(problemsOf), [])
        assert.strictEqual(new Set(own.map(({ headers }) => headers["x-request-id"])).size, own.length)
        assert.strictEqual(first(grant).kind, "payment")
      }).pipe(Effect.scoped)
    )
  }

  it("would notice a request that is wrong", () => {
    const wrong = (more: Partial<Sent>) =>
      problemsOf({ method: "GET", url: new URL("https://bank.example/v1/accounts"), headers: {}, body: "", ...more })
    assert.isAbove(wrong({}).length, 0)
    assert.isAbove(wrong({ url: new URL("https://bank.example/v1/account") }).length, 0)
  })
})
