/**
 * Calls a bank under the grant as it stands. A token near its end is renewed before it is used, one the bank refuses is
 * renewed once; an account that goes by another name under this consent is looked up once, and found by what stays of it.
 * Refusals that are about how was asked go on to whoever asked.
 */
import { type Access, type Account, ConnectorError, Instant, type Session } from "@paymirror/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Call, Dialect, Failure } from "./Dialect.ts"
import type { BankBalance } from "./Entry.ts"
import type { Grant, GrantedAccount } from "./Grant.ts"
import { consentRequired, unavailable, unexpected } from "./Failure.ts"
import type { GetPage } from "./ledger/Walk.ts"
import { Refusal } from "./Refusal.ts"

export interface Caller {
  readonly account: GrantedAccount
  readonly grant: Grant
  /** Fails with `unknown_account` where the account was found anew in the middle of a walk, which begins again then. */
  readonly page: GetPage
  readonly balances: Effect.Effect<ReadonlyArray<BankBalance>, ConnectorError.ConnectorError>
}

export interface Options {
  readonly dialect: Dialect
  readonly session: Session.Session<Grant>
  readonly access: Access.Access
  readonly account: Account.LinkedAccount
}

/** Milliseconds before its end from which a token is not used any more; and after a renewal in which there is no other. */
const near = 60_000

const find = <A extends { readonly identification?: string | undefined; readonly currency: string }>(
  accounts: ReadonlyArray<A>,
  wanted: Account.LinkedAccount
): A | undefined =>
  accounts.find(
    ({ currency, identification }) => identification === wanted.identification && currency === wanted.currency
  )

export const make = ({
  access,
  account: linked,
  dialect,
  session
}: Options): Effect.Effect<Caller, ConnectorError.ConnectorError> =>
  Effect.gen(function* () {
    let held = yield* session.current
    const granted = find(held.grant.accounts, linked)
    if (granted === undefined) return yield* consentRequired("the consent does not cover this account")
    const { renew } = dialect
    let renewedAt: number | undefined
    let found: GrantedAccount | undefined
    const accountNow = (): GrantedAccount => found ?? find(held.grant.accounts, linked) ?? granted

    const isNew = Effect.map(Clock.currentTimeMillis, (now) => renewedAt !== undefined && now - renewedAt < near)
    const renewNow = Effect.gen(function* () {
      if (renew === undefined)
        return yield* consentRequired("the bank no longer takes the token, and it cannot be renewed")
      renewedAt = yield* Clock.currentTimeMillis
      held = yield* session.renew(held, renew)
    })
    const fresh = Effect.gen(function* () {
      const { accessExpiresAt } = held.grant
      if (renew === undefined || accessExpiresAt === undefined || (yield* isNew)) return
      if (Instant.toEpochMillis(accessExpiresAt) - (yield* Clock.currentTimeMillis) < near) yield* renewNow
    })

    /** The account under the name it has now, kept in the grant for the next run. */
    const findAnew = Effect.gen(function* () {
      const listed = find(yield* tokened((call) => dialect.accounts(call)), linked)
      if (listed === undefined) return yield* consentRequired("the account is no longer among those that are shared")
      const { resourceId } = listed
      if (resourceId === accountNow().resourceId)
        return yield* unexpected("the bank names the account and does not know it by that name")
      found = { ...accountNow(), resourceId }
      const rename = (grant: Grant): Grant => ({
        ...grant,
        accounts: grant.accounts.map((one) => (one === find(grant.accounts, linked) ? { ...one, resourceId } : one))
      })
      held = yield* session.renew(held, (grant) => Effect.succeed(rename(grant)))
    })

    const tokened = <A>(ask: (call: Call) => Effect.Effect<A, Failure>): Effect.Effect<A, Failure> =>
      Effect.gen(function* () {
        yield* fresh
        const once = Effect.suspend(() => ask({ grant: held.grant, access }))
        return yield* once.pipe(
          Effect.catch((failure): Effect.Effect<A, Failure> => {
            if (!(failure instanceof Refusal) || failure.meaning !== "token") return Effect.fail(failure)
            return Effect.flatMap(isNew, (isJustRenewed) => {
              if (!isJustRenewed) return Effect.andThen(renewNow, once)
              return Effect.fail(
                failure.mayPass ? failure : consentRequired("the bank refuses a token that was just renewed")
              )
            })
          })
        )
      })

    const call = <A>(
      ask: (call: Call, account: GrantedAccount) => Effect.Effect<A, Failure>,
      again: boolean
    ): Effect.Effect<A, Failure> => {
      const once = tokened((context) => ask(context, accountNow()))
      return once.pipe(
        Effect.catch((failure): Effect.Effect<A, Failure> => {
          if (!(failure instanceof Refusal) || failure.meaning !== "unknown_account") return Effect.fail(failure)
          if (found !== undefined) return Effect.fail(unexpected(failure.detail))
          return Effect.andThen(findAnew, again ? once : Effect.fail(failure))
        })
      )
    }

    return {
      account: granted,
      grant: held.grant,
      page: (window, next) =>
        call((context, account) => dialect.page(context, account, window, next), next === undefined),
      balances: Effect.mapError(
        call((context, account) => dialect.balances(context, account), true),
        settled
      )
    } satisfies Caller
  })

/** What is left of a refusal once there is no other way to ask. */
export const settled = (failure: Failure): ConnectorError.ConnectorError => {
  if (!(failure instanceof Refusal)) return failure
  switch (failure.meaning) {
    case "token":
      return failure.mayPass ? unavailable(failure.detail) : consentRequired(failure.detail)
    case "too_much":
      return unavailable(failure.detail)
    case "too_old":
    case "unknown_account":
    case "paging":
      return unexpected(`incomplete: ${failure.detail}`)
  }
}
