/**
 * Enable Banking: one bank behind the aggregator, for hosts without a licence of their own. A session is the consent;
 * accounts are found again by their hash. There is no token of the person's to renew: a session that is over is over.
 */
import type { Access, ConnectorError } from "@paymirror/core"
import * as Effect from "effect/Effect"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Api from "../../Api/enableBanking.ts"
import * as ConsentStatus from "../../ConsentStatus.ts"
import type { Call, Failure } from "../../Dialect.ts"
import type { BankAccount } from "../../Entry.ts"
import { configuration, consentRequired, unexpected } from "../../Failure.ts"
import { type Answer, make as makeHttp } from "../../Http.ts"
import * as Translate from "../../translate/enableBanking.ts"
import type { Make } from "../index.ts"
import { isWithin, today, widened } from "../widened.ts"
import { conversation } from "./Conversation.ts"
import { applicationToken } from "./token.ts"

const presenceHeaders = ({ ipAddress, userAgent }: Access.Presence): Readonly<Record<string, string>> => ({
  "psu-ip-address": ipAddress,
  ...(userAgent !== undefined && { "psu-user-agent": userAgent })
})

const decodeStatus = Schema.decodeUnknownOption(Api.SessionStatus)

/** Some banks behind the aggregator answer only while the person is there; then it is no use to try alone. */
const attendedOnly = (failure: Failure): Failure =>
  failure._tag === "ConnectorError" &&
  failure.reason._tag === "ConfigurationRequired" &&
  failure.reason.detail.includes("PSU_HEADER")
    ? configuration(
        "this bank answers only while the person is there, named by address and browser (PSU_HEADER_NOT_PROVIDED)"
      )
    : failure

export const make: Make = (client, settings) => {
  const http = makeHttp(client, settings, presenceHeaders)
  const { application } = settings.credentials
  const token: Effect.Effect<Redacted.Redacted<string>, ConnectorError.ConnectorError> = application === undefined
    ? Effect.fail(configuration("an application registered at the aggregator, and its key"))
    : applicationToken(application)
  const signed = (request: HttpClientRequest.HttpClientRequest) =>
    Effect.map(token, (bearer) => request.pipe(HttpClientRequest.acceptJson, HttpClientRequest.bearerToken(bearer)))
  const get = (call: Call, resource: string, path: string, first = true): Effect.Effect<Answer, Failure> =>
    signed(HttpClientRequest.get(`${settings.base}${path}`)).pipe(
      Effect.flatMap((request) => http.read(call, resource, request, { first })),
      Effect.mapError(attendedOnly)
    )
  const link = conversation(settings, (request) => Effect.flatMap(signed(request), http.send))

  /** The session names accounts by hash alone; what is not known of one already is asked for. */
  const accountOf = (call: Call, uid: string, hash: string): Effect.Effect<ReadonlyArray<BankAccount>, Failure> => {
    const [known, ...others] = call.grant.accounts.filter(({ identification }) => identification === hash)
    if (known !== undefined && others.length === 0) return Effect.succeed([{ ...known, resourceId: uid }])
    return Effect.map(get(call, "accounts", Api.paths.details(uid)), ({ json }) => {
      const found = Translate.account({ ...Object(json), uid })
      return found === undefined ? [] : [found]
    })
  }

  return {
    ...link,
    accounts: Effect.fnUntraced(function* (call) {
      const path = Api.paths.session(Redacted.value(call.grant.consentId))
      const session = decodeStatus((yield* get(call, "accounts", path)).json)
      if (Option.isNone(session)) return yield* unexpected("the session cannot be read")
      const state = ConsentStatus.of("enable-banking", session.value.status)
      if (ConsentStatus.isTerminal(state)) return yield* consentRequired(`the session is ${state}`)
      const found: Array<BankAccount> = []
      for (const { identification_hash, uid } of session.value.accounts_data ?? []) {
        if (uid && identification_hash) found.push(...(yield* accountOf(call, uid, identification_hash)))
      }
      return found
    }),
    balances: (call, { resourceId }) =>
      Effect.flatMap(get(call, "balances", Api.paths.balances(resourceId)), ({ json }) => {
        const read = Translate.balances(json)
        return read === undefined ? Effect.fail(unexpected("the balances cannot be read")) : Effect.succeed(read)
      }),
    page: Effect.fnUntraced(function* (call, { resourceId }, window, next) {
      const now = yield* today
      // The aggregator takes days to be in UTC, the bank has its own.
      const { from, to } = widened(window, now)
      const query = new URLSearchParams({
        date_from: from,
        ...(to !== undefined && to < now && { date_to: to }),
        ...(next !== undefined && { continuation_key: next })
      })
      const path = `${Api.paths.transactions(resourceId)}?${query.toString()}`
      const { json } = yield* get(call, "transactions", path, next === undefined)
      const page = Translate.transactions(json, window.to === undefined)
      if (page === undefined) return yield* unexpected("the transactions cannot be read")
      return { ...page, entries: page.entries.filter((entry) => isWithin(entry, window)) }
    })
  }
}
