/**
 * A connector for the branch beside it, as account information goes: approval elsewhere, a grant without a token, a budget
 * for unattended reads. And the bugs that such a route invites, each behind its name.
 */
import { Connector, ConnectorError, Instant } from "@paymirror/core"
import type { Access, Account, Manifest, ReadEvent } from "@paymirror/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import type { Subject } from "../src/index.ts"
import { type Branch, branch } from "./branch.ts"

export type Bug =
  | "a call nobody counted"
  | "a call counted afterwards"
  | "a repetition nobody counted"
  | "an address made up"
  | "the person left out"
  | "the end of the budget passed over"
  | "a limit of its own invention"

const manifest: Manifest.Manifest = {
  spec: "1",
  id: "bank",
  name: "A bank",
  provider: "bank",
  markets: ["DE"],
  route: "psd2",
  link: "decoupled",
  maturity: "illustrative",
  hosts: ["xs2a.bank.example"],
  consent: { maxDays: 180 },
  streams: { balance: { live: "cursor", backfill: true, budget: { reads: 4, hours: 24 } } }
}

const account: Account.LinkedAccount = {
  identification: "DE00BANK",
  currency: "EUR",
  market: "DE",
  legalEntity: "A Bank AG",
  status: "OPEN",
  displayName: "Bank"
}

const Grant = Schema.Struct({ consentId: Schema.String, resourceId: Schema.String })
type Grant = typeof Grant.Type
const Checkpoint = Schema.Struct({ after: Schema.Int })
type Event = ReadEvent.ReadEvent<typeof Checkpoint.Type>

const Row = Schema.Struct({
  id: Schema.String,
  seq: Schema.Int,
  amount: Schema.Int,
  kind: Schema.Literals(["transfer", "card"])
})
const Raw = Schema.Record(Schema.String, Schema.Unknown)
const Page = Schema.Struct({
  booked: Schema.Array(Raw),
  pending: Schema.Array(Raw),
  next: Schema.Int,
  last: Schema.optionalKey(Schema.Boolean)
})

const failed = (reason: ConnectorError.Reason) => new ConnectorError.ConnectorError({ connector: manifest.id, reason })
const odd = (detail: string) => failed(new ConnectorError.UnexpectedResponse({ detail }))
const down = failed(new ConnectorError.ProviderUnavailable({ detail: "no answer", answerLost: false }))
const eur = (amount: number) => ({ amount, currency: "EUR" })

const events = (raw: Readonly<Record<string, unknown>>, pending: boolean): ReadonlyArray<Event> => {
  const read = Schema.decodeUnknownOption(Row)(raw)
  if (Option.isNone(read)) {
    return [
      {
        _tag: "Quarantined",
        stream: "balance",
        reason: "the row cannot be read",
        locator: {},
        raw: JSON.stringify(raw)
      }
    ]
  }
  const { amount, id, kind } = read.value
  const drift = Object.keys(raw).filter((key) => !(key in Row.fields))
  return [
    {
      _tag: "Upsert",
      stream: "balance",
      id,
      pending,
      row: {
        rowType: "entry",
        entryId: id,
        entryType: kind === "card" ? "payment" : "transfer",
        status: pending ? "PENDING" : "BOOKED",
        amount: eur(amount)
      }
    },
    ...drift.map((path): Event => ({ _tag: "Drift", stream: "balance", kind: "unknown_field", path, count: 1 }))
  ]
}

const layer = (bug?: Bug) =>
  Connector.layer({
    manifest,
    grant: Grant,
    checkpoint: Checkpoint,
    make: Effect.gen(function* () {
      const client = yield* HttpClient.HttpClient
      const root = "https://xs2a.bank.example"
      const ask = (
        request: HttpClientRequest.HttpClientRequest
      ): Effect.Effect<unknown, ConnectorError.ConnectorError> =>
        Effect.gen(function* () {
          const response = yield* client.execute(request).pipe(Effect.mapError(() => down))
          if (response.status === 429) {
            const millis = (yield* Clock.currentTimeMillis) + Number(response.headers["retry-after"]) * 1000
            return yield* failed(new ConnectorError.RateLimited({ until: Instant.fromEpochMillis(millis) }))
          }
          if (response.status >= 500) return yield* down
          if (response.status === 401) {
            return yield* failed(new ConnectorError.ConsentRequired({ detail: "the consent is not valid" }))
          }
          return response.status === 204 ? {} : yield* Effect.mapError(response.json, () => odd("not JSON"))
        })
      const read = ({ consentId, resourceId }: Grant, access: Access.Access) => {
        const present = bug === "the person left out" ? undefined : access.presence?.ipAddress
        const address = present ?? (bug === "an address made up" ? "10.0.0.1" : undefined)
        const spend = (resource: string): Effect.Effect<void, ConnectorError.ConnectorError> =>
          bug === "a call nobody counted"
            ? Effect.void
            : access.spend(resource).pipe(
                Effect.catch((error) => {
                  if (bug === "the end of the budget passed over") return Effect.void
                  if (bug !== "a limit of its own invention") return Effect.fail(error)
                  return Effect.fail(failed(new ConnectorError.RateLimited({ until: "2090-01-01T00:00:00.000Z" })))
                })
              )
        return (resource: string, query = "", first = true) => {
          const request = HttpClientRequest.get(`${root}/accounts/${resourceId}/${resource}${query}`).pipe(
            HttpClientRequest.setHeaders({
              "consent-id": consentId,
              ...(address === undefined ? {} : { "psu-ip-address": address })
            })
          )
          if (!first) return ask(request)
          const again = {
            times: 1,
            while: ({ reason }: ConnectorError.ConnectorError) => reason._tag === "ProviderUnavailable"
          }
          if (bug === "a call counted afterwards") return Effect.tap(ask(request), () => spend(resource))
          if (bug === "a repetition nobody counted")
            return Effect.andThen(spend(resource), Effect.retry(ask(request), again))
          const counted = Effect.andThen(spend(resource), ask(request))
          return Effect.retry(counted, again)
        }
      }
      const definition: Connector.Definition<Grant, typeof Checkpoint.Type> = {
        link: ({ answer, state }) =>
          answer._tag === "Start"
            ? Effect.map(ask(HttpClientRequest.post(`${root}/consents`)), (body) => ({
                _tag: "Approve",
                message: "Approve it in the app",
                pollAfterSeconds: 1,
                state: String((body as { readonly consentId: unknown }).consentId)
              }))
            : Effect.succeed({
                _tag: "Linked",
                grant: { consentId: state, resourceId: "resource-7Hd2" },
                accounts: [account]
              }),
        read: (stream, { access, checkpoint, session }) => {
          if (stream !== "balance") return Stream.empty
          return Stream.unwrap(
            Effect.map(session.current, ({ grant }) => {
              const get = read(grant, access)
              const from = Option.match(checkpoint, { onNone: () => 0, onSome: ({ after }) => after })
              const pages = Stream.paginate({ after: from, first: true }, ({ after, first }) =>
                Effect.gen(function* () {
                  const body = yield* get("transactions", `?after=${after}`, first)
                  const { booked, last, next, pending } = yield* Effect.mapError(
                    Schema.decodeUnknownEffect(Page)(body),
                    () => odd("not a page")
                  )
                  const snapshot: ReadonlyArray<Event> = first
                    ? [
                        ...pending.flatMap((row) => events(row, true)),
                        { _tag: "PendingSnapshot", stream, ids: pending.map(({ id }) => String(id)) }
                      ]
                    : []
                  if (next === after && booked.length > 0 && last !== true) return yield* odd("the page does not move")
                  const all: ReadonlyArray<Event> = [
                    ...snapshot,
                    ...booked.flatMap((row) => events(row, false)),
                    { _tag: "Checkpoint", checkpoint: { after: next } }
                  ]
                  return [
                    all,
                    last === true || booked.length === 0 ? Option.none() : Option.some({ after: next, first: false })
                  ] as const
                })
              )
              const stated = Effect.map(get("balances"), (body): Event => {
                const { amount, at } = body as { readonly amount: number; readonly at: string }
                return {
                  _tag: "Upsert",
                  stream,
                  id: "interimBooked",
                  version: at,
                  row: { rowType: "balance", balanceType: "interimBooked", amount: eur(amount) }
                }
              })
              return Stream.concat(Stream.fromEffect(stated), pages)
            })
          )
        },
        revoke: (session) =>
          Effect.flatMap(session.current, ({ grant }) =>
            Effect.asVoid(ask(HttpClientRequest.delete(`${root}/consents/${grant.consentId}`)))
          )
      }
      return definition
    })
  })

/** The connector with one bug, or none, before a branch of its own. */
export const subject = (bug?: Bug): Subject<Branch, never> => ({
  manifest,
  layer: layer(bug),
  far: branch,
  renews: false,
  link: ({ approve }) =>
    Effect.gen(function* () {
      const connector = yield* Connector.Connector
      const asked = yield* connector.link({ answer: { _tag: "Start" }, state: "" })
      if (asked._tag !== "Approve") return yield* Effect.die(`link answered ${asked._tag}`)
      approve(asked.state)
      const step = yield* connector.link({ answer: { _tag: "Poll" }, state: asked.state })
      return step._tag === "Linked" ? step : yield* Effect.die(`link answered ${step._tag}`)
    }),
  patience: 4000
})
