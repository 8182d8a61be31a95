/**
 * Accounts, balances and pages of entries, the same for NextGenPSD2 1.3 and openFinance 2 but for their paths and rows.
 * JSON is asked for; what comes is read as what it is, and an answer of a kind nobody reads here is set aside whole.
 */
import * as Effect from "effect/Effect"
import type { Call, Dialect, Failure } from "../../Dialect.ts"
import type { BankAccount, BankBalance, Page, Window } from "../../Entry.ts"
import type { GrantedAccount } from "../../Grant.ts"
import { unexpected } from "../../Failure.ts"
import type { Answer, Http } from "../../Http.ts"
import type { Settings } from "../../Options.ts"
import { Refusal } from "../../Refusal.ts"
import * as camt from "../../translate/camt.ts"
import { isFields } from "../../translate/Field.ts"
import * as mt940 from "../../translate/mt940.ts"
import { type Asked, link, setAside } from "../../translate/Report.ts"
import { follow, onward } from "./paging.ts"
import type { Wire } from "./Wire.ts"

/** What a version of the standard spells its own way. */
export interface Spelling {
  readonly accounts: string
  readonly cardAccounts?: string
  readonly readAccounts: (body: unknown) => ReadonlyArray<BankAccount> | undefined
  readonly readCardAccounts?: (body: unknown) => ReadonlyArray<BankAccount> | undefined
  readonly readBalances: (body: unknown) => ReadonlyArray<BankBalance> | undefined
  readonly readReport: (body: unknown, asked: Asked) => Page
}

export type Reading = Pick<Dialect, "accounts" | "balances" | "page">

const holdsReport = (body: Readonly<Record<string, unknown>>): boolean =>
  ["transactions", "cardTransactions", "account", "cardAccount"].some((name) => isFields(body[name]))

/** The report as it came. The kinds are told apart by their first characters: banks label them wrongly. */
const pageOf = (
  spelling: Spelling,
  { contentType, json, text }: Answer,
  asked: Asked
): Effect.Effect<Page, Failure> => {
  if (isFields(json)) {
    if (holdsReport(json)) return Effect.succeed(spelling.readReport(json, asked))
    return Effect.fail(
      unexpected(
        link(json, "download") === undefined
          ? "the answer holds no report"
          : "the bank offers the report only as a download, which is not fetched"
      )
    )
  }
  if (camt.is(text)) return Effect.succeed(camt.page(text, asked))
  if (mt940.is(text)) return Effect.succeed(mt940.page(text))
  return text.trim() === "" || contentType === "text/html"
    ? Effect.fail(unexpected("the answer holds no report"))
    : Effect.succeed(setAside("the report is of a kind that is not read here", text))
}

/** A page that is not there is the link's fault, not the account's. */
const astray = (failure: Failure): Failure =>
  failure._tag === "Refusal" && failure.meaning === "unknown_account" ? new Refusal("paging", failure.detail) : failure

export const make = (http: Http, wire: Wire, { base, institution }: Settings, spelling: Spelling): Reading => {
  const { bookedOnly = false, cardAccounts = false } = institution.quirks ?? {}
  const addressOf = ({ kind, resourceId }: Pick<GrantedAccount, "kind" | "resourceId">, resource: string): URL => {
    const path = kind === "card" ? (spelling.cardAccounts ?? spelling.accounts) : spelling.accounts
    return new URL(`${base}${path}/${encodeURIComponent(resourceId)}/${resource}`)
  }
  const firstOf = (place: URL, { from, to }: Window): URL => {
    const url = new URL(place)
    url.searchParams.set("bookingStatus", bookedOnly ? "booked" : "both")
    url.searchParams.set("dateFrom", from)
    if (to !== undefined) url.searchParams.set("dateTo", to)
    return url
  }
  const get = (call: Call, resource: string, url: string | URL, first = true): Effect.Effect<Answer, Failure> =>
    Effect.flatMap(wire.request({ method: "GET", url, under: call.grant }), (request) =>
      http.read(call, resource, request, { first })
    )
  const balancesOf = Effect.fnUntraced(function* (call: Call, account: Pick<GrantedAccount, "kind" | "resourceId">) {
    const { json, text } = yield* get(call, "balances", addressOf(account, "balances"))
    const balances = camt.is(text) ? camt.balances(text) : spelling.readBalances(json)
    return balances ?? (yield* unexpected("the answer holds no balances"))
  })
  /** `XXX` is the standard's word for an account in several currencies; its balances say in which. */
  const inCurrencies = (call: Call, account: BankAccount): Effect.Effect<ReadonlyArray<BankAccount>, Failure> =>
    account.currency !== "XXX"
      ? Effect.succeed([account])
      : Effect.map(balancesOf(call, account), (balances) =>
          [...new Set(balances.map(({ currency }) => currency.toUpperCase()))].map((currency) => ({
            ...account,
            currency
          }))
        )
  return {
    accounts: Effect.fnUntraced(function* (call: Call) {
      const { json } = yield* get(call, "accounts", `${base}${spelling.accounts}`)
      const listed = spelling.readAccounts(json)
      if (listed === undefined) return yield* unexpected("the answer holds no accounts")
      const accounts = yield* Effect.map(
        Effect.forEach(listed, (account) => inCurrencies(call, account)),
        (found) => found.flat()
      )
      if (!cardAccounts || spelling.cardAccounts === undefined) return accounts
      const cards = yield* get(call, "card-accounts", `${base}${spelling.cardAccounts}`)
      return [...accounts, ...(spelling.readCardAccounts?.(cards.json) ?? [])]
    }),
    balances: balancesOf,
    page: Effect.fnUntraced(function* (
      call: Call,
      account: GrantedAccount,
      window: Window,
      next: string | undefined
    ): Effect.fn.Return<Page, Failure> {
      const place = addressOf(account, "transactions")
      const url = next === undefined ? firstOf(place, window) : yield* follow(next, place)
      const asking = get(call, "transactions", url, next === undefined)
      const answer = yield* next === undefined ? asking : Effect.mapError(asking, astray)
      const page = yield* pageOf(spelling, answer, { pending: !bookedOnly })
      return page.next === undefined ? page : { ...page, next: onward(page.next, url, place) }
    })
  }
}
