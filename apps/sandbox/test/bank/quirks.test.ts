/** What each quirk does to what a reader of a Berlin Group bank hears, so that a test of a reader can rely on it. */
import { afterEach, assert, beforeAll, describe, it } from "@effect/vitest"
import { makeQuirks } from "../../src/bank/Quirks.ts"
import type { Quirks } from "../../src/bank/Quirks.ts"
import { addDays } from "@paymirror/connector-testing/simulator"
import { at, everything, open, person, rowsAt, walk } from "./reading.ts"
import type { Wire } from "./reading.ts"

type Opened = Awaited<ReturnType<typeof open>>
type Linked = Awaited<ReturnType<Opened["redirected"]>>

describe("a quirk", () => {
  let opened: Opened
  let linked: Linked
  let giro: string
  const bankOf = () => opened.town.institution("nordbank-de")
  const set = (change: Partial<Quirks>) => Object.assign(bankOf().quirks, change)
  const list = (query = "") => `/v1/accounts/${giro}/transactions?bookingStatus=both&dateFrom=2026-01-01${query}`
  const read = (path: string) => linked.read(path, person)
  const booked = async (): Promise<ReadonlyArray<Wire>> => rowsAt((await read(list())).json, "transactions", "booked")
  const first = async (change: Partial<Quirks>): Promise<Wire> => {
    set(change)
    return (await booked())[0] ?? {}
  }
  const code = async (path = list()) => {
    const heard = await read(path)
    return [heard.status, at(heard.json, "tppMessages", 0, "code")]
  }
  const balances = async () => rowsAt((await read(`/v1/accounts/${giro}/balances`)).json, "balances")

  beforeAll(async () => {
    opened = await open({ institutions: ["nordbank-de"] })
    linked = await opened.redirected("nordbank-de")
    giro = bankOf().bank.account("lena-giro").resourceId
    return () => opened.town.close()
  })
  afterEach(() => {
    Object.assign(bankOf().quirks, makeQuirks())
    bankOf().faults.heal()
  })

  it("makes amounts numbers, in all rows or in some", async () => {
    set({ numericAmounts: "all" })
    assert.isTrue((await booked()).every((row) => typeof at(row, "transactionAmount", "amount") === "number"))
    set({ numericAmounts: "mixed" })
    const kinds = new Set((await booked()).map((row) => typeof at(row, "transactionAmount", "amount")))
    assert.deepStrictEqual(kinds, new Set(["number", "string"]))
  })

  it("quotes debits positive, with the party that tells or without", async () => {
    set({ positiveDebits: "with_parties" })
    const debit = (await booked()).find((row) => "creditorName" in row)
    assert.match(String(at(debit, "transactionAmount", "amount")), /^\d/)
    set({ positiveDebits: "without_parties" })
    const rows = await booked()
    assert.isFalse(rows.some((row) => "creditorName" in row || "debtorName" in row || "bankTransactionCode" in row))
    assert.isFalse(rows.some((row) => String(at(row, "transactionAmount", "amount")).startsWith("-")))
  })

  it("leaves ids out, or puts placeholders and repeated ones in their place", async () => {
    const none = await first({ absentIds: "both" })
    assert.isFalse("transactionId" in none || "entryReference" in none)
    for (const id of ["0", " ", "9998", "00DEBIT"])
      assert.strictEqual((await first({ absentIds: false, placeholderId: id }))["transactionId"], id)
    set({ placeholderId: undefined, duplicateIds: true })
    const rows = await booked()
    assert.strictEqual(rows[0]?.["transactionId"], rows[1]?.["transactionId"])
    set({ duplicateIds: false, sessionIds: true })
    const [one, two] = [await booked(), await booked()]
    assert.notStrictEqual(one[0]?.["transactionId"], two[0]?.["transactionId"])
    assert.strictEqual(one[0]?.["entryReference"], two[0]?.["entryReference"])
  })

  it("numbers the entries of a day, and a late one moves those before it", async () => {
    set({ positionalReferences: true })
    const { bank } = bankOf()
    const on = addDays(bank.clock.today, -12)
    const those = async () => (await booked()).filter((row) => row["bookingDate"] === on)
    const before = await those()
    bank.book("lena-giro", { on, amount: -777, text: "Late" })
    const after = await those()
    assert.strictEqual(
      before.find((row) => row["entryReference"] === `${on}-1`)?.["remittanceInformationUnstructured"],
      "Café Zaunkönig"
    )
    assert.strictEqual(
      after.find((row) => row["entryReference"] === `${on}-1`)?.["remittanceInformationUnstructured"],
      "Late"
    )
    assert.strictEqual(after.length, before.length + 1)
  })

  it("reissues every id and cuts the texts", async () => {
    const before = await booked()
    bankOf().bank.reissueIds("lena-giro", { stripTexts: true })
    const after = await booked()
    const ids = new Set(before.map((row) => row["transactionId"]))
    assert.isFalse(after.some((row) => ids.has(row["transactionId"])))
    assert.isTrue(after.some((row) => row["remittanceInformationUnstructured"] === "Zaunkönig"))
  })

  it("tells more at the second read than at the first", async () => {
    const fresh = await open({ institutions: ["nordbank-de"], quirks: { enrichedOnSecondRead: true } })
    const { read: again } = await fresh.redirected("nordbank-de")
    const path = `/v1/accounts/${fresh.town.institution("nordbank-de").bank.account("lena-giro").resourceId}`
    const rows = async () =>
      rowsAt(
        (await again(`${path}/transactions?bookingStatus=booked&dateFrom=2026-01-01`)).json,
        "transactions",
        "booked"
      )
    const [one, two] = [await rows(), await rows()]
    assert.isFalse(one.some((row) => "bankTransactionCode" in row))
    assert.isTrue(two.every((row) => "bankTransactionCode" in row && "endToEndId" in row))
    await fresh.town.close()
  })

  it("has rows without a day, with a day to come, or with an instant for a day", async () => {
    assert.isFalse("bookingDate" in (await first({ noBookingDate: "all" })))
    const { bank } = bankOf()
    const row = await first({ noBookingDate: false, midnightDates: true })
    const newest = bank.byDay("lena-giro").at(-1)?.bookedOn ?? ""
    assert.strictEqual(row["bookingDate"], `${addDays(newest, -1)}T22:00:00Z`)
    set({ midnightDates: false, futurePending: true })
    const [pending] = rowsAt((await read(list())).json, "transactions", "pending")
    assert.isAbove(Date.parse(String(pending?.["bookingDate"])), bank.clock.now)
    bank.book("lena-giro", { on: addDays(bank.clock.today, 3), amount: -100, text: "To come" })
    assert.notStrictEqual((await booked())[0]?.["remittanceInformationUnstructured"], "To come")
    assert.strictEqual((await first({ futureBooked: true }))["remittanceInformationUnstructured"], "To come")
  })

  it("names lists and statuses that no standard has", async () => {
    set({ unknownArrays: true })
    const body = (await read(list())).json
    assert.isAbove(rowsAt(body, "transactions", "reserved").length, 0)
    assert.strictEqual(rowsAt(body, "transactions", "pending").length, 0)
    const status = async (change: Partial<Quirks>) => {
      set(change)
      return at((await read(`/v1/consents/${linked.consent}/status`)).json, "consentStatus")
    }
    assert.strictEqual(await status({ upperCaseStatuses: true }), "VALID")
    assert.strictEqual(await status({ upperCaseStatuses: false, unknownStatus: "underReview" }), "underReview")
  })

  it("tells the text in one of four ways", async () => {
    assert.isArray((await first({ remittance: "array" }))["remittanceInformationUnstructuredArray"])
    assert.isString(at(await first({ remittance: "structured" }), "remittanceInformationStructured", "reference"))
    const both = await first({ remittance: "both" })
    assert.isTrue("remittanceInformationUnstructured" in both && "remittanceInformationUnstructuredArray" in both)
  })

  it("reports balances that are not what they seem", async () => {
    set({ twoInterimAvailable: true })
    const available = (await balances()).filter((one) => one["balanceType"] === "interimAvailable")
    assert.deepStrictEqual(
      available.map((one) => one["referenceDate"]),
      ["2026-05-31", "2026-06-01"]
    )
    set({ twoInterimAvailable: false, creditLimitIncluded: true })
    const [line] = await balances()
    const { available: without, creditLine } = bankOf().bank.balances("lena-giro")
    assert.strictEqual(line?.["creditLimitIncluded"], true)
    assert.strictEqual(Math.round(Number(at(line, "balanceAmount", "amount")) * 100), without + creditLine)
    set({ creditLimitIncluded: false, onlyExpected: true })
    assert.deepStrictEqual(
      (await balances()).map((one) => one["balanceType"]),
      ["expected"]
    )
    set({ onlyExpected: false, lastCommitted: true })
    const last = bankOf().bank.ledger("lena-giro").at(-1)
    assert.isTrue((await balances()).some((one) => one["lastCommittedTransaction"] === last?.entryReference))
  })

  it("breaks the next link in each way", async () => {
    set({ pageSize: 5 })
    const next = async (nextLink: Quirks["nextLink"]) => {
      set({ nextLink })
      return String(at((await read(list())).json, "transactions", "_links", "next", "href"))
    }
    assert.strictEqual(await next("self"), list())
    assert.match(await next("foreign"), /^https:\/\/elsewhere\.invalid\/v1\//)
    assert.match(await next("null"), /^null\/v1\//)
    assert.strictEqual((await read(await next("wrong_path"))).status, 404)
    await next("endless")
    assert.strictEqual((await walk(read, list(), 12)).pages, 12)
    await next(false)
    const { rows } = await walk(read, list())
    assert.strictEqual(rows.length, bankOf().bank.byDay("lena-giro", "2026-01-01", "2026-06-01").length)
  })

  it("lets pages overlap, or shift while they are walked", async () => {
    const all = () => bankOf().bank.byDay("lena-giro", "2026-01-01", "2026-06-01")
    set({ pageSize: 10, pageOverlap: 2 })
    const overlapping = await walk(read, list())
    assert.strictEqual(overlapping.rows.length, all().length + 2 * (overlapping.pages - 1))
    set({ pageOverlap: 0, shiftingPages: true })
    const before = all().length
    const { rows } = await walk(read, list())
    const ids = new Set(rows.map((row) => row["transactionId"]))
    assert.strictEqual(all().length, before + 1)
    assert.strictEqual(ids.size, before)
    assert.strictEqual(rows.length, before + 1)
  })

  it("refuses what is too heavy, too long ago, or asked for as a delta", async () => {
    set({ heavyWindow: { rows: 20, status: 500 } })
    assert.deepStrictEqual(await code(), [500, undefined])
    set({ heavyWindow: { rows: 20, status: 413 } })
    assert.deepStrictEqual(await code(), [413, undefined])
    assert.strictEqual((await read(list().replace("2026-01-01", "2026-05-20"))).status, 200)
    set({ heavyWindow: undefined, historyDays: 90 })
    assert.deepStrictEqual(await code(), [400, "PERIOD_INVALID"])
    set({ deepMinutes: 15 })
    assert.deepStrictEqual(await code(), [200, undefined])
    set({ deepMinutes: 0, silentlyShort: true })
    const days = (await booked()).map((row) => String(row["bookingDate"]))
    assert.isTrue(days.every((on) => on >= "2026-03-03"))
    set({ rejectsDelta: true, bookedOnly: true })
    assert.deepStrictEqual(await code(list("&deltaList=true").replace("both", "booked")), [
      400,
      "PARAMETER_NOT_SUPPORTED"
    ])
    assert.deepStrictEqual(await code(), [400, "PARAMETER_NOT_SUPPORTED"])
  })

  it("ends a consent early, or does not know it yet", async () => {
    set({ expiredEarly: 400 })
    assert.deepStrictEqual(await code(), [400, "CONSENT_EXPIRED"])
    set({ expiredEarly: 401 })
    assert.deepStrictEqual(await code(), [401, "CONSENT_EXPIRED"])
    set({ expiredEarly: false, unauthorisedSeconds: 30 })
    assert.deepStrictEqual(await code(), [401, undefined])
    set({ unauthorisedSeconds: 0, scaAgainAfterDays: 0 })
    assert.deepStrictEqual(await code(), [401, "CONSENT_EXPIRED"])
  })

  it("shortens the consent, and renames the accounts under the next one", async () => {
    set({ shortenedDays: 30, resourceIdsPerConsent: true, oneRecurring: false })
    const { consent, read: next } = await opened.redirected("nordbank-de", { ...everything, validUntil: "9999-12-31" })
    assert.strictEqual(at((await next(`/v1/consents/${consent}`)).json, "validUntil"), "2026-07-01")
    const renamed = at((await next("/v1/accounts", person)).json, "accounts", 0, "resourceId")
    assert.notStrictEqual(renamed, at((await read("/v1/accounts")).json, "accounts", 0, "resourceId"))
  })

  it("refuses with 429 in each way", async () => {
    set({ exceeded: "bare" })
    const bare = await read(list())
    assert.deepStrictEqual([bare.status, bare.text, bare.headers["retry-after"]], [429, "", undefined])
    set({ exceeded: "retry_after" })
    assert.strictEqual((await read(list())).headers["retry-after"], "3600")
    set({ exceeded: "absurd" })
    assert.strictEqual((await read(list())).headers["x-ratelimit-reset"], "-1875538")
  })

  it("tells foreign amounts without the amount, and fields nobody has heard of", async () => {
    const abroad = async () => (await booked()).find((row) => "currencyExchange" in row)
    assert.strictEqual(at(await abroad(), "currencyExchange", 0, "instructedAmount", "currency"), "USD")
    set({ bareExchange: true, extraFields: true })
    assert.isUndefined(at(await abroad(), "currencyExchange", 0, "instructedAmount"))
    assert.isTrue("merchantMood" in (await first({})))
  })

  it("answers in another format, under another type, or without the balances that were asked for", async () => {
    set({ answersXml: true })
    assert.match((await read(list())).text, /camt\.052/)
    set({ answersXml: false, wrongContentType: true })
    assert.match((await read(list())).headers["content-type"] ?? "", /text\/html/)
    assert.isAbove(rowsAt((await read(list("&withBalance=true"))).json, "balances").length, 0)
    set({ ignoresWithBalance: true })
    assert.isUndefined(at((await read(list("&withBalance=true"))).json, "balances"))
  })

  it("or a fault spoils an answer", async () => {
    bankOf().faults.add({ fault: { kind: "truncate" }, path: "/v1/accounts" })
    assert.isUndefined((await read(list())).json)
    bankOf().faults.add({ fault: { kind: "lost-answer" } })
    assert.strictEqual(
      await read(list()).then(
        () => "answered",
        () => "lost"
      ),
      "lost"
    )
    assert.strictEqual(opened.town.ledger.entries.at(-1)?.outcome, "lost")
    bankOf().faults.failNext(1, 503)
    assert.strictEqual((await read(list())).status, 503)
  })
})

describe("a quirk of Klarna's v2", () => {
  it("does there what it does elsewhere", async () => {
    const { pushed, town } = await open({ institutions: ["klarna-de"] })
    const { bank, quirks } = town.institution("klarna-de")
    const { consent, read } = await pushed("john.doe@example.com")
    const path = `/v2/accounts/${bank.account("john-eur").resourceId}/transactions?bookingStatus=both&dateFrom=2026-01-01`
    const body = async (change: Partial<Quirks>) => {
      Object.assign(quirks, makeQuirks(change))
      return read(path, person)
    }
    const row = async (change: Partial<Quirks>) => rowsAt((await body(change)).json, "transactions", "booked")[0] ?? {}
    assert.isNumber(at(await row({ numericAmounts: "all" }), "transactionAmount", "amount"))
    const bare = await row({ absentIds: "both" })
    assert.isFalse("transactionId" in bare || "entryReference" in bare || "references" in bare)
    assert.isFalse("bookingDate" in (await row({ noBookingDate: "all" })))
    assert.isTrue("remittanceInformationStructured" in (await row({ remittance: "structured" })))
    const next = async (change: Partial<Quirks>) =>
      String(at((await body({ pageSize: 5, ...change })).json, "transactions", "_links", "next", "href"))
    assert.strictEqual(await next({ nextLink: "self" }), `${town.baseUrl("klarna-de")}${path}`)
    assert.isTrue((await next({ nextLink: "foreign" })).startsWith("https://elsewhere.invalid/v2/"))
    const refused = async (change: Partial<Quirks>) => {
      const heard = await body(change)
      return [heard.status, at(heard.json, "apiClientMessages", 0, "code")]
    }
    assert.deepStrictEqual(await refused({ historyDays: 90 }), [400, "PERIOD_INVALID"])
    assert.deepStrictEqual(await refused({ expiredEarly: 401 }), [401, "CONSENT_EXPIRED"])
    assert.deepStrictEqual(await refused({ exceeded: "bare" }), [429, undefined])
    Object.assign(quirks, makeQuirks({ upperCaseStatuses: true }))
    assert.strictEqual(at((await read(`/v2/consents/account-access/${consent}`)).json, "consentStatus"), "VALID")
    await town.close()
  })
})
