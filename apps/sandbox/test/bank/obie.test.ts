/**
 * UK account information as a reader meets it, in both versions over the socket: what a consent allows, how far back a
 * bank looks and for how long, how a walk goes on, and what each quirk does to it.
 */
import { assert, describe, it } from "@effect/vitest"
import type { Entry } from "../../src/bank/Bank.ts"
import { day, hour, minute, second } from "@paymirror/connector-testing/simulator"
import type { Heard } from "./client.ts"
import { openBank, permissions } from "./uk.ts"

type OpenBank = Awaited<ReturnType<typeof openBank>>
type Row = Readonly<Record<string, unknown>>

interface Told {
  readonly Data: {
    readonly Account: ReadonlyArray<Row>
    readonly Balance: ReadonlyArray<Row>
    readonly Transaction: ReadonlyArray<Row>
    readonly Status: string
    readonly StatusReason?: ReadonlyArray<{ readonly StatusReasonCode: string }>
    readonly ExpirationDateTime?: string
  }
  readonly Links: { readonly Self: string; readonly Next?: string; readonly Last?: string }
  readonly Meta: Row
}

const told = ({ json }: Heard): Told => json as Told
const versions = ["revolut", "thames"] as const

const linked = async (bank: OpenBank, data: Row = {}) => {
  const { access_token, intent } = await bank.link(data)
  const accounts = told(await bank.read(access_token, "/accounts")).Data.Account
  const id = String(accounts[0]?.["AccountId"])
  const list = (query = ""): Promise<Heard> => bank.read(access_token, `/accounts/${id}/transactions${query}`)
  const rows = async (query = ""): Promise<ReadonlyArray<Row>> => told(await list(query)).Data.Transaction
  const walk = async (query = "") => {
    const pages: Array<ReadonlyArray<Row>> = []
    let next: string | undefined = `/accounts/${id}/transactions${query}`
    while (next !== undefined && pages.length < 1_000) {
      const { Data, Links }: Told = told(await bank.read(access_token, next))
      pages.push(Data.Transaction)
      next = Links.Next
    }
    return pages
  }
  return { access_token, accounts, id, intent, list, rows, walk }
}

const ids = (rows: ReadonlyArray<Row>): Set<unknown> => new Set(rows.map((row) => row["TransactionId"]))
const wireIds = (entries: ReadonlyArray<Entry>): Set<unknown> => new Set(entries.map(({ wireId }) => wireId))
const spread = (bank: OpenBank, rows: number): void => {
  for (let index = 0; index < rows; index += 1) {
    bank.bank.book("pounds", { amount: index % 3 === 0 ? 500 : -100 - index, on: "2026-11-12", text: `Row ${index}` })
  }
}

for (const which of versions) {
  describe(`${which}: a consent`, () => {
    it("is refused where its permissions do not go together", async () => {
      const bank = await openBank(which)
      const token = await bank.own()
      const refused = [
        [],
        ["ReadBalances"],
        ["ReadAccountsBasic", "ReadTransactionsBasic"],
        ["ReadAccountsBasic", "ReadTransactionsDetail"],
        ["ReadAccountsBasic", "ReadTransactionsCredits"],
        ["ReadAccountsBasic", "ReadTransactionsDebits"],
        ["ReadAccountsBasic", "ReadEverything"]
      ]
      const post = (Permissions: ReadonlyArray<string>, more: Row = {}) =>
        bank.read(token, "/account-access-consents", {
          method: "POST",
          body: { Data: { Permissions, ...more }, Risk: {} }
        })
      for (const asked of refused) assert.strictEqual((await post(asked)).status, 400, asked.join())
      assert.strictEqual((await post(permissions)).status, 201)
      assert.strictEqual((await post([...permissions, "ReadAccountsBasic"])).status, 201)
      assert.strictEqual((await post(permissions, { ExpirationDateTime: "2020-01-01T00:00:00+00:00" })).status, 400)
      const kept = told(await post(permissions, { ExpirationDateTime: "2027-05-01T10:00:00+02:00" }))
      assert.strictEqual(kept.Data.ExpirationDateTime, "2027-05-01T10:00:00+02:00")
      await bank.close()
    })

    it("is narrow where it was asked for narrowly", async () => {
      const bank = await openBank(which)
      spread(bank, 6)
      const basic = await linked(bank, {
        Permissions: ["ReadAccountsBasic", "ReadTransactionsBasic", "ReadTransactionsCredits"],
        TransactionFromDateTime: "2026-11-12T00:00:00+00:00"
      })
      assert.isUndefined(basic.accounts[0]?.["Account"])
      const rows = await basic.rows()
      assert.strictEqual(rows.length, 2)
      for (const row of rows) {
        assert.strictEqual(row["CreditDebitIndicator"], "Credit")
        for (const detail of ["TransactionInformation", "Balance", "DebtorAccount"]) assert.isUndefined(row[detail])
      }
      const lacking = which === "revolut" ? 401 : 403
      assert.strictEqual((await bank.read(basic.access_token, `/accounts/${basic.id}/balances`)).status, lacking)
      const before = await linked(bank, { TransactionToDateTime: "2026-11-11T23:59:59+00:00" })
      assert.deepStrictEqual(await before.rows(), [])
      await bank.close()
    })
  })

  describe(`${which}: a list`, () => {
    it("has every booked row of the ledger once and what is pending, signs in the indicator, newest first", async () => {
      const bank = await openBank(which)
      spread(bank, 23)
      const held = bank.bank.announce("pounds", { amount: -750, text: "Hold", kind: "card", expectedOn: "2026-11-23" })
      bank.quirks.pageSize = 5
      bank.quirks.pageOverlap = 0
      const { walk } = await linked(bank)
      const pages = await walk()
      const rows = pages.flat()
      assert.isAtLeast(pages.length, 5)
      assert.strictEqual(rows.length, 24)
      const ledger = bank.bank.ledger("pounds")
      assert.deepStrictEqual(ids(rows), wireIds([...ledger, held]))
      const times = rows.map((row) => String(row["BookingDateTime"]))
      assert.deepStrictEqual(times, times.toSorted().toReversed())
      const sum = rows
        .filter((row) => row["Status"] === bank.uk.profile.statuses.booked)
        .reduce((total, row) => {
          const { Amount } = row["Amount"] as { readonly Amount: string }
          assert.notMatch(Amount, /^-/)
          const minor = Number(Amount.replace(".", ""))
          return total + (row["CreditDebitIndicator"] === "Debit" ? -minor : minor)
        }, 0)
      assert.strictEqual(sum, bank.bank.balances("pounds").booked - 100_000)
      const [pending] = rows.filter((row) => row["Status"] === bank.uk.profile.statuses.pending)
      assert.isUndefined(pending?.["ValueDateTime"])
      assert.isUndefined(pending?.["Balance"])
      const settled = bank.bank.settle(held.key, { amount: -800 })
      const after = (await walk()).flat()
      assert.isTrue(ids(after).has(settled.wireId))
      assert.isFalse(ids(after).has(held.wireId))
      await bank.close()
    })

    it("does not look at the zone of a filter, and minds no window outside of what there is", async () => {
      const bank = await openBank(which)
      spread(bank, 2)
      const { list, rows } = await linked(bank)
      const window = (from: string, to: string): string =>
        `?${new URLSearchParams({ fromBookingDateTime: from, toBookingDateTime: to }).toString()}`
      assert.strictEqual((await rows(window("2026-11-12T00:00:00+14:00", "2026-11-12T23:59:59-12:00"))).length, 2)
      assert.deepStrictEqual(await rows(window("1999-01-01T00:00:00", "1999-02-01T00:00:00Z")), [])
      assert.deepStrictEqual(await rows(window("2030-01-01T00:00:00Z", "2031-01-01T00:00:00Z")), [])
      assert.strictEqual((await list("?fromBookingDateTime=2026-11-12")).status, 400)
      await bank.close()
    })

    it("counts the first page of an unattended walk, and no attended one", async () => {
      const bank = await openBank(which)
      spread(bank, 12)
      bank.quirks.pageSize = 5
      const { access_token, id, list, walk } = await linked(bank)
      for (let index = 0; index < 4; index += 1) assert.isAtLeast((await walk()).length, 3)
      const refused = await list()
      assert.strictEqual(refused.status, 429)
      assert.strictEqual(refused.text, "")
      assert.strictEqual(refused.headers["retry-after"], String(day / second))
      const present = { headers: { "x-fapi-customer-ip-address": "192.0.2.7" } }
      assert.strictEqual((await bank.read(access_token, `/accounts/${id}/transactions`, present)).status, 200)
      assert.strictEqual(bank.accesses.worst()?.count, 5)
      bank.clock.moveTo(bank.clock.now + 5 * minute - second)
      assert.strictEqual((await list()).headers["retry-after"], String((day - 5 * minute + second) / second))
      await bank.close()
    })

    it("echoes the interaction, or names it", async () => {
      const bank = await openBank(which)
      const { access_token } = await bank.link()
      const headers = { "x-fapi-interaction-id": "93bac548-d2de-4546-b106-880a5018460d" }
      const named = await bank.read(access_token, "/accounts", { headers })
      assert.strictEqual(named.headers["x-fapi-interaction-id"], headers["x-fapi-interaction-id"])
      const made = await bank.read(undefined, "/accounts")
      assert.strictEqual(made.status, 401)
      assert.match(made.headers["x-fapi-interaction-id"] ?? "", /^[0-9a-f-]{36}$/)
      await bank.close()
    })
  })

  describe(`${which}: the quirks`, () => {
    it("of rows: no indicator, a contradicting sign, a status of no standard, ids that are none", async () => {
      const bank = await openBank(which)
      bank.bank.book("pounds", { amount: -1_234, text: "One" })
      bank.bank.book("pounds", { amount: -1_234, text: "Two" })
      bank.quirks.enforceFrequency = false
      const { rows } = await linked(bank)
      const first = async (quirks: Partial<typeof bank.quirks>): Promise<Row | undefined> => {
        const before = { ...bank.quirks }
        Object.assign(bank.quirks, quirks)
        const [row] = await rows()
        Object.assign(bank.quirks, before)
        return row
      }
      assert.isFalse("CreditDebitIndicator" in ((await first({ noIndicator: true })) ?? {}))
      const signed = await first({ signedAmounts: true })
      assert.strictEqual(signed?.["CreditDebitIndicator"], "Credit")
      assert.deepStrictEqual(signed?.["Amount"], { Amount: "-12.34", Currency: "GBP" })
      const other = await first({ otherStatus: true })
      assert.strictEqual(other?.["Status"], "OTHR")
      assert.isUndefined(other?.["BookingDateTime"])
      assert.isFalse("TransactionId" in ((await first({ absentIds: "transactionId" })) ?? {}))
      assert.strictEqual((await first({ placeholderId: "9998" }))?.["TransactionId"], "9998")
      const once = (await first({ sessionIds: true }))?.["TransactionId"]
      assert.notStrictEqual((await first({ sessionIds: true }))?.["TransactionId"], once)
      bank.quirks.duplicateIds = true
      assert.strictEqual(ids(await rows()).size, 1)
      bank.quirks.duplicateIds = false
      assert.strictEqual((await first({ declinedRows: true }))?.["Status"], bank.uk.profile.statuses.declined)
      await bank.close()
    })

    it("of walks: links that lead nowhere good, pages that overlap or shift, windows too heavy", async () => {
      const bank = await openBank(which)
      spread(bank, 30)
      Object.assign(bank.quirks, { pageSize: 10, pageOverlap: 0, enforceFrequency: false })
      const { list, walk } = await linked(bank)
      const next = async (nextLink: typeof bank.quirks.nextLink) => {
        bank.quirks.nextLink = nextLink
        const { Links } = told(await list())
        bank.quirks.nextLink = false
        return Links
      }
      const self = await next("self")
      assert.strictEqual(self.Next, self.Self)
      assert.match((await next("foreign")).Next ?? "", /^https:\/\/pages\.bank\.invalid\//)
      assert.match((await next("null")).Next ?? "", /^null\//)
      assert.match((await next("wrong_path")).Next ?? "", /\/moved\//)
      assert.isString((await next("endless")).Next)
      bank.quirks.pageOverlap = 3
      const overlapping = (await walk()).flat()
      assert.isAtLeast(overlapping.length, 33)
      assert.strictEqual(ids(overlapping).size, 30)
      Object.assign(bank.quirks, { pageOverlap: 0, shiftingPages: true })
      const shifted = (await walk()).flat()
      assert.isAtLeast(ids(shifted).size, 30)
      assert.strictEqual(bank.bank.ledger("pounds").length, 31)
      Object.assign(bank.quirks, { shiftingPages: false, heavyWindow: { rows: 20, status: 500 } })
      const heavy = await list()
      assert.deepStrictEqual([heavy.status, heavy.text], [500, ""])
      assert.strictEqual((await list("?toBookingDateTime=2026-11-11T00:00:00Z")).status, 200)
      await bank.close()
    })

    it("of consents: over early, unauthorised at first, throttled in absurd ways", async () => {
      const bank = await openBank(which)
      const { list } = await linked(bank)
      bank.quirks.unauthorisedSeconds = 30
      assert.strictEqual((await list()).status, 401)
      bank.clock.moveTo(bank.clock.now + 30 * second)
      assert.strictEqual((await list()).status, 200)
      bank.quirks.expiredEarly = 400
      assert.strictEqual((await list()).status, 400)
      Object.assign(bank.quirks, { expiredEarly: false, exceeded: "absurd" })
      assert.strictEqual((await list()).headers["retry-after"], "-1875538")
      bank.quirks.exceeded = "bare"
      assert.isUndefined((await list()).headers["retry-after"])
      await bank.close()
    })
  })
}

describe("revolut", () => {
  it("looks back without end for five minutes after the approval, then for ninety days, and says nothing about it", async () => {
    const bank = await openBank("revolut")
    bank.bank.book("pounds", { amount: 100, on: "2024-01-01", text: "Long ago" })
    bank.bank.book("pounds", { amount: 200, on: "2026-11-01", text: "Lately" })
    const { access_token, id, list, rows } = await linked(bank)
    assert.strictEqual((await rows()).length, 2)
    assert.strictEqual((await bank.read(access_token, `/accounts/${id}`)).status, 200)
    bank.clock.moveTo(bank.clock.now + 5 * minute)
    const late = await list("?fromBookingDateTime=2023-01-01T00:00:00Z")
    assert.strictEqual(late.status, 200)
    assert.strictEqual(told(late).Data.Transaction.length, 1)
    assert.strictEqual((await bank.read(access_token, `/accounts/${id}`)).status, 403)
    await bank.close()
  })

  it("goes on by windows that end earlier, in microseconds, and repeats the row in between", async () => {
    const bank = await openBank("revolut")
    spread(bank, 12)
    bank.quirks.pageSize = 5
    const { list, walk } = await linked(bank)
    const { Links, Meta } = told(await list("?fromBookingDateTime=2026-01-01T00:00:00Z"))
    const next = new URL(Links.Next ?? "")
    assert.strictEqual(next.searchParams.get("fromBookingDateTime"), "2026-01-01T00:00:00Z")
    assert.match(next.searchParams.get("toBookingDateTime") ?? "", /\.\d{6}Z$/)
    assert.deepStrictEqual(Meta, {})
    const pages = await walk()
    assert.strictEqual(pages.flat().length, 12 + pages.length - 1)
    assert.deepStrictEqual(pages[1]?.[0], pages[0]?.at(-1))
    await bank.close()
  })

  it("tells an exchange as a leg in each account, and pounds and euros apart", async () => {
    const bank = await openBank("revolut")
    bank.bank.book("pounds", {
      amount: -10_000,
      text: "To EUR",
      kind: "exchange",
      foreign: { currency: "EUR", amount: -11_430, rate: "0.8748" }
    })
    bank.bank.book("euros", { amount: 11_430, text: "From GBP", kind: "exchange" })
    const { access_token, accounts } = await linked(bank)
    assert.strictEqual(accounts.length, 2)
    const lists = await Promise.all(
      accounts.map(
        async ({ AccountId }) =>
          told(await bank.read(access_token, `/accounts/${String(AccountId)}/transactions`)).Data.Transaction
      )
    )
    assert.deepStrictEqual(
      lists.flat().map(({ Amount, CreditDebitIndicator }) => [Amount, CreditDebitIndicator]),
      [
        [{ Amount: "100.00", Currency: "GBP" }, "Debit"],
        [{ Amount: "114.30", Currency: "EUR" }, "Credit"]
      ]
    )
    assert.deepStrictEqual(lists[0]?.[0]?.["CurrencyExchange"], {
      InstructedAmount: { Amount: "114.30", Currency: "EUR" },
      SourceCurrency: "GBP",
      TargetCurrency: "EUR",
      UnitCurrency: "EUR",
      ExchangeRate: "0.8748"
    })
    await bank.close()
  })

  it("demands its own name in a header, and answers 401 once the person has withdrawn", async () => {
    const bank = await openBank("revolut")
    const { access_token, intent } = await linked(bank)
    const without = await bank.read(access_token, "/accounts", { headers: { "x-fapi-financial-id": "" } })
    assert.strictEqual(without.status, 400)
    bank.consents.revoke(intent)
    assert.strictEqual((await bank.read(access_token, "/accounts")).status, 401)
    const seen = told(await bank.read(await bank.own(), `/account-access-consents/${intent}`))
    assert.strictEqual(seen.Data.Status, "Revoked")
    assert.isUndefined(seen.Data.StatusReason)
    await bank.close()
  })
})

describe("thames", () => {
  const status = async (bank: OpenBank, intent: string): Promise<ReadonlyArray<string | undefined>> => {
    const { Data } = told(await bank.read(await bank.own(), `/account-access-consents/${intent}`))
    return [Data.Status, Data.StatusReason?.[0]?.StatusReasonCode]
  }

  it("says why a consent is not in force, and lets a withdrawn one be approved again", async () => {
    const bank = await openBank("thames")
    const waiting = await bank.consent()
    assert.deepStrictEqual(await status(bank, waiting), ["AWAU", "U036"])
    await bank.uk.authorisation.visit(await bank.start(waiting), undefined)
    assert.deepStrictEqual(await status(bank, waiting), ["RJCT", "U037"])
    const { access_token, intent } = await linked(bank, { ExpirationDateTime: "2026-11-20T21:00:00+00:00" })
    assert.deepStrictEqual(await status(bank, intent), ["AUTH", undefined])
    bank.consents.revoke(intent)
    assert.deepStrictEqual(await status(bank, intent), ["CANC", "TKSP"])
    const refused = await bank.read(access_token, "/accounts")
    assert.strictEqual(refused.status, 403)
    assert.match(refused.text, /U028/)
    const back = await bank.uk.authorisation.visit(await bank.start(intent), { customer: "ann" })
    const again = await bank.exchange(new URL(back).searchParams.get("code") ?? "")
    assert.strictEqual((await bank.read(again.token.access_token, "/accounts")).status, 200)
    assert.deepStrictEqual(await status(bank, intent), ["AUTH", undefined])
    bank.clock.moveTo(bank.clock.now + 12 * hour)
    assert.deepStrictEqual(await status(bank, intent), ["EXPD", "TKXP"])
    await bank.close()
  })

  it("goes on by numbered pages and says what they cover", async () => {
    const bank = await openBank("thames")
    spread(bank, 12)
    bank.quirks.pageSize = 5
    const { list } = await linked(bank)
    const { Links, Meta } = told(await list("?fromBookingDateTime=2026-11-01T00:00:00Z"))
    assert.match(Links.Next ?? "", /pg=2/)
    assert.match(Links.Last ?? "", /pg=3/)
    assert.deepStrictEqual(Meta, {
      TotalPages: 3,
      FirstAvailableDateTime: "2026-11-01T00:00:00+00:00",
      LastAvailableDateTime: "2026-11-20T09:00:00+00:00"
    })
    await bank.close()
  })

  it("tells days with a time that says nothing, and what may still change", async () => {
    const bank = await openBank("thames")
    bank.bank.book("pounds", { amount: -100, on: "2026-07-01", valueOn: "2026-07-03", text: "Summer" })
    bank.bank.announce("pounds", { amount: -100, text: "Hold", kind: "card", expectedOn: "2026-11-23" })
    const { rows } = await linked(bank)
    assert.deepStrictEqual(
      (await rows()).map((row) => [row["BookingDateTime"], row["ValueDateTime"], row["TransactionMutability"]]),
      [
        ["2026-11-23T00:00:00+00:00", undefined, "Mutable"],
        ["2026-07-01T00:00:00+00:00", "2026-07-03T00:00:00+00:00", "Immutable"]
      ]
    )
    await bank.close()
  })
})

describe("twenty thousand rows", () => {
  for (const which of versions) {
    it(`are walked whole at ${which}`, async () => {
      const bank = await openBank(which)
      bank.bank.bulk("pounds", { entries: 20_000 })
      bank.quirks.pageSize = 1_000
      const { walk } = await linked(bank)
      const rows = (await walk()).flat()
      assert.deepStrictEqual(ids(rows), wireIds(bank.bank.ledger("pounds")))
      await bank.close()
    })
  }
})
