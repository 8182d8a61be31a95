/**
 * Reading accounts, balances and transactions of a UK bank under the person's token. The standard has banks filter by a
 * time whose zone is ignored.
 */
import * as Effect from "effect/Effect"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Result from "effect/Result"
import * as Api from "../../Api/obie.ts"
import type { Call, Dialect, Failure } from "../../Dialect.ts"
import type { BankAccount, Page } from "../../Entry.ts"
import { consentRequired, unexpected } from "../../Failure.ts"
import type { Http } from "../../Http.ts"
import * as Translate from "../../translate/obie.ts"
import { accounts as accountsIn, type Accounts, type ListedAccount } from "../../translate/obieAccount.ts"
import { isWithin, today, widened } from "../widened.ts"
import { carrying } from "./headers.ts"
import { nextLink } from "./nextLink.ts"

type Reading = Pick<Dialect, "accounts" | "balances" | "page">

/** More pages of accounts than this is not a list of one person's accounts. */
const mostPages = 20

export const reading = (http: Http): Reading => {
  const { settings } = http
  const get = (call: Call, resource: string, url: string, first = true) =>
    call.grant.accessToken === undefined
      ? Effect.fail(consentRequired("the stored grant has no access token"))
      : Effect.map(
          http.read(call, resource, carrying(settings, call.grant.accessToken)(HttpClientRequest.get(url)), { first }),
          ({ json }) => json
        )
  const balancesOf = (call: Call, resourceId: string) =>
    Effect.flatMap(get(call, "balances", `${settings.base}${Api.paths.balances(resourceId)}`), (body) => {
      const read = Translate.balances(body)
      return read === undefined ? Effect.fail(unexpected("the balances cannot be read")) : Effect.succeed(read)
    })
  /** An account that names no currency has that of its balances; where they disagree it has none. */
  const complete = (call: Call, account: ListedAccount): Effect.Effect<ReadonlyArray<BankAccount>, Failure> =>
    account.currency !== undefined
      ? Effect.succeed([{ ...account, currency: account.currency }])
      : Effect.map(balancesOf(call, account.resourceId), (found) => {
          const [currency, ...others] = new Set(found.map((balance) => balance.currency))
          return currency === undefined || others.length > 0 ? [] : [{ ...account, currency }]
        })
  return {
    accounts: Effect.fnUntraced(function* (call) {
      const first = `${settings.base}${Api.paths.accounts}`
      const found: Array<BankAccount> = []
      let url: string | undefined = first
      for (let pages = 0; url !== undefined; pages += 1) {
        if (pages === mostPages) return yield* unexpected("the list of accounts does not end")
        const read: Accounts | undefined = accountsIn(yield* get(call, "accounts", url, pages === 0))
        if (read === undefined) return yield* unexpected("the accounts cannot be read")
        for (const account of read.accounts) found.push(...(yield* complete(call, account)))
        const next = nextLink(read.next, first, { from: "0001-01-02" })
        if (Result.isFailure(next)) return yield* Effect.fail(next.failure)
        url = next.success
      }
      return found
    }),
    balances: (call, account) => balancesOf(call, account.resourceId),
    page: Effect.fnUntraced(function* (call, account, window, next) {
      const path = `${settings.base}${Api.paths.transactions(account.resourceId)}`
      const { from, to } = widened(window, yield* today)
      const query = new URLSearchParams({
        fromBookingDateTime: `${from}T00:00:00Z`,
        ...(to !== undefined && { toBookingDateTime: `${to}T23:59:59Z` })
      })
      const asked = next === undefined ? Result.succeed(`${path}?${query.toString()}`) : nextLink(next, path, window)
      if (Result.isFailure(asked)) return yield* Effect.fail(asked.failure)
      const body = yield* get(call, "transactions", asked.success ?? path, next === undefined)
      const read = Translate.transactions(body, window.to === undefined)
      if (read === undefined) return yield* unexpected("the transactions cannot be read")
      const onwards = nextLink(read.next, path, window)
      if (Result.isFailure(onwards)) return yield* Effect.fail(onwards.failure)
      const { firstAvailable, next: _, ...rest } = read
      const page: Page = {
        ...rest,
        entries: read.entries.filter((entry) => isWithin(entry, window)),
        next: onwards.success,
        ...(firstAvailable !== undefined && firstAvailable > window.from && { servedFrom: firstAvailable })
      }
      return page
    })
  }
}
