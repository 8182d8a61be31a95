/**
 * The transactions of one account: the window that was asked for, cut to what the consent allows and the bank keeps, a
 * page of it, and the link to the next one, with what banks do wrong about all of these.
 */
import { day, minute } from "@paymirror/connector-testing/simulator"
import type { Account } from "../Bank.ts"
import type { Answer, Asked } from "../BankServer.ts"
import type { Consent } from "../Consents.ts"
import { declinedEntry } from "../declinedEntry.ts"
import { Refused } from "./answers.ts"
import { askedFor } from "./consentResource.ts"
import { accountOf, consentOf, enter } from "./Institution.ts"
import type { Institution } from "./Institution.ts"
import { momentOf, numberedPage, weight, windowPage } from "./pages.ts"
import type { Listing, Window } from "./pages.ts"
import { instant, rowOf, stampOf, transactionRow } from "./rows.ts"
import type { Row } from "./rows.ts"

const openEnd = stampOf(Date.parse("9999-12-31T00:00:00Z"))

const moment = ({ profile }: Institution, text: string | null | undefined, edge: "from" | "to"): number => {
  if (text === null || text === undefined) return edge === "from" ? 0 : openEnd
  const read = momentOf(text, edge)
  if (read !== undefined) return read
  const path = `${edge}BookingDateTime`
  throw new Refused({ status: 400, code: profile.codes.invalidDate, message: `${path} is no date and time`, path })
}

const windowOf = (institution: Institution, consent: Consent, query: URLSearchParams): Window => {
  const { bank, profile, quirks } = institution
  const { TransactionFromDateTime, TransactionToDateTime } = askedFor(consent)
  const from = moment(institution, query.get("fromBookingDateTime"), "from")
  const to = moment(institution, query.get("toBookingDateTime"), "to")
  const fresh = bank.clock.now < (consent.authorisedAt ?? 0) + quirks.deepMinutes * minute
  const { historyDays } = quirks
  const kept = fresh || historyDays === undefined ? 0 : stampOf(bank.clock.now - historyDays * day)
  if (from < kept && !quirks.silentlyShort) {
    throw new Refused({ ...profile.ended, status: 403, message: "Older transactions need the person again" })
  }
  return {
    from: Math.max(from, kept, moment(institution, TransactionFromDateTime, "from")),
    to: Math.min(to, moment(institution, TransactionToDateTime, "to"))
  }
}

/** What the link to the next page says, or what it should not say. */
const nextLink = (institution: Institution, asked: Asked, next: URL | undefined): string | undefined => {
  const { quirks, random } = institution
  const self = new URL(asked.target, institution.authorisation.issuer)
  if (quirks.nextLink === "endless") {
    self.searchParams.set("again", random.id("", 8))
    return self.href
  }
  if (next === undefined) return undefined
  switch (quirks.nextLink) {
    case false:
      return next.href
    case "self":
      return self.href
    case "foreign":
      return `https://pages.bank.invalid${next.pathname}${next.search}`
    case "null":
      return `null${next.pathname}${next.search}`
    case "wrong_path":
      return `${next.origin}/moved${next.pathname}${next.search}`
  }
}

interface Page {
  readonly rows: ReadonlyArray<Row>
  readonly next: URL | undefined
  readonly links: Readonly<Record<string, string>>
  readonly meta: Readonly<Record<string, unknown>>
}

const byWindow = (institution: Institution, self: URL, listing: Listing): Page => {
  const { profile, quirks } = institution
  const { nextTo, rows } = windowPage(listing, quirks.pageSize, quirks.pageOverlap)
  if (nextTo === undefined) return { rows, next: undefined, links: {}, meta: {} }
  const next = new URL(self)
  next.searchParams.set("toBookingDateTime", instant(profile, nextTo))
  return { rows, next, links: {}, meta: {} }
}

const byNumber = (institution: Institution, self: URL, listing: Listing): Page => {
  const { bank, profile, quirks } = institution
  const number = Math.max(1, Math.trunc(Number(self.searchParams.get("pg") ?? 1)) || 1)
  const { pages, rows } = numberedPage(listing, quirks.pageSize, quirks.pageOverlap, number)
  const at = (wanted: number): URL => {
    const url = new URL(self)
    url.searchParams.set("pg", String(wanted))
    return url
  }
  return {
    rows,
    next: number < pages ? at(number + 1) : undefined,
    links: { First: at(1).href, ...(number > 1 ? { Prev: at(number - 1).href } : {}), Last: at(pages).href },
    meta: {
      TotalPages: pages,
      ...(listing.window.from > 0 ? { FirstAvailableDateTime: instant(profile, listing.window.from) } : {}),
      LastAvailableDateTime: instant(profile, Math.min(listing.window.to, stampOf(bank.clock.now)))
    }
  }
}

const shift = ({ bank, quirks }: Institution, account: Account, first: boolean, next: URL | undefined): void => {
  if (quirks.shiftingPages && first && next !== undefined) {
    bank.book(account.id, { amount: -100, text: "Booked between two pages", kind: "fee" })
  }
}

const declined = (institution: Institution, consent: Consent, account: Account): Readonly<Record<string, unknown>> => {
  const { bank, profile, random } = institution
  const row = rowOf(institution, declinedEntry(bank, account, random))
  return { ...transactionRow(institution, consent, account, row, 0), Status: profile.statuses.declined }
}

export const transactions = (institution: Institution, asked: Asked, id: string): Answer => {
  const { authorisation, bank, given, profile, quirks } = institution
  const consent = consentOf(institution, asked, "ReadTransactionsBasic", "ReadTransactionsDetail")
  const account = accountOf(institution, consent, id)
  const window = windowOf(institution, consent, asked.query)
  const credits = consent.rights.includes("ReadTransactionsCredits")
  const debits = consent.rights.includes("ReadTransactionsDebits")
  const listing = { profile, bank, quirks, account, window, credits, debits }
  const self = new URL(asked.target, authorisation.issuer)
  const continues = given.has(self.href)
  enter(institution, asked, { account: account.id, resource: "transactions", consent, continues })
  if (quirks.heavyWindow !== undefined && weight(listing) > quirks.heavyWindow.rows) {
    return { status: quirks.heavyWindow.status }
  }
  const page = profile.paging === "window" ? byWindow(institution, self, listing) : byNumber(institution, self, listing)
  const next = nextLink(institution, asked, page.next)
  if (next !== undefined && next !== self.href) given.add(next)
  const begun = (institution.begun.get(account.id) ?? 0) + (continues ? 0 : 1)
  institution.begun.set(account.id, begun)
  const enriched = !quirks.enrichedOnSecondRead || begun > 1
  const rows = page.rows.map((row, index) => transactionRow(institution, consent, account, row, index, enriched))
  const told = [
    ...(quirks.declinedRows && !continues ? [declined(institution, consent, account)] : []),
    ...(quirks.duplicateIds ? repeated(rows) : rows)
  ]
  shift(institution, account, !continues, page.next)
  return {
    status: 200,
    body: {
      Data: { Transaction: told },
      Links: { Self: self.href, ...page.links, ...(next === undefined ? {} : { Next: next }) },
      Meta: page.meta
    }
  }
}

/** Every second row with the id of the one before. */
const repeated = (
  rows: ReadonlyArray<Readonly<Record<string, unknown>>>
): ReadonlyArray<Readonly<Record<string, unknown>>> =>
  rows.map((row, index) =>
    index % 2 === 1 ? { ...row, TransactionId: rows[index - 1]?.["TransactionId"] ?? row["TransactionId"] } : row
  )
