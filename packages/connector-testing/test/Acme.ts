/**
 * A complete connector for the world beside it, and the bugs people have really written into such connectors, each
 * behind its name. Without a bug it is what an author should end up with.
 */
import { Connector, ConnectorError, Instant, Session } from "@paymirror/core"
import type { Account, Balance, Manifest, Plan, Points, ReadEvent } from "@paymirror/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"

export type Bug =
  | "a checkpoint ahead"
  | "a crash on an unknown value"
  | "a foreign host"
  | "a global fetch"
  | "a missing installment"
  | "a page cap"
  | "a pending row of its own"
  | "a renewal per reader"
  | "a retried consent"
  | "a retried refusal"
  | "a reversal passed over"
  | "a rewinding checkpoint"
  | "a row in no quarantine"
  | "a row swallowed"
  | "a second retry of a lost renewal"
  | "a second revoke that fails"
  | "a stream nobody translates"
  | "a strict decoder"
  | "a throttle as success"
  | "a token in a span"
  | "a token in an error"
  | "a token in the log"
  | "a tombstone on an empty page"
  | "a whole history in memory"
  | "a write"
  | "an HTML page as an outage"
  | "an order taken for granted"
  | "an outage as an empty list"
  | "an uninterruptible read"
  | "another row's id"
  | "paging by position"
  | "random ids"
  | "rows nobody asked for"
  | "the wrong sign"

export const manifest: Manifest.Manifest = {
  spec: "1",
  id: "acme-us",
  name: "Acme",
  provider: "acme",
  markets: ["US"],
  route: "session",
  link: "redirect",
  maturity: "illustrative",
  hosts: ["api.acme.example"],
  streams: {
    purchases: { live: "cursor", backfill: true },
    plans: { backfill: true, via: "purchases" },
    balance: { live: "cursor", backfill: true },
    points: { live: "cursor", backfill: true }
  }
}

export const account: Account.LinkedAccount = {
  identification: "acme-1",
  currency: "USD",
  market: "US",
  legalEntity: "Acme Bank",
  status: "OPEN",
  displayName: "Acme"
}

const Grant = Schema.Struct({ access: Schema.String, refresh: Schema.String })
type Grant = typeof Grant.Type
const Checkpoint = Schema.Struct({ after: Schema.String })
type Events = ReadonlyArray<ReadEvent.ReadEvent<typeof Checkpoint.Type>>

const base = { id: Schema.String, updated_at: Schema.String }
const Purchase = Schema.Struct({
  ...base,
  merchant: Schema.String,
  amount: Schema.Int,
  fee: Schema.Int,
  status: Schema.Literals(["open", "completed"]),
  day: Schema.String,
  installments: Schema.Array(
    Schema.Struct({
      number: Schema.Int,
      due: Schema.String,
      amount: Schema.Int,
      state: Schema.Literals(["scheduled", "paid"])
    })
  )
})
const Entry = Schema.Struct({
  ...base,
  kind: Schema.Literals(["top_up", "payment", "withdrawal", "cashback"]),
  amount: Schema.Int,
  state: Schema.Literals(["booked", "pending", "reversed"]),
  points_entry: Schema.optionalKey(Schema.String)
})
const Entered = Schema.Struct({
  ...base,
  kind: Schema.Literals(["earned", "redeemed"]),
  points: Schema.Int,
  state: Schema.Literals(["confirmed", "pending"]),
  balance_entry: Schema.optionalKey(Schema.String)
})
const wire = { purchases: Purchase, balance: Entry, points: Entered }
const path = { purchases: "/purchases", balance: "/entries", points: "/points" }
type Fed = keyof typeof wire

const Page = Schema.Struct({
  rows: Schema.Array(Schema.Record(Schema.String, Schema.Unknown)),
  next: Schema.Union([Schema.String, Schema.Int, Schema.Null])
})
const usd = (amount: number) => ({ amount, currency: "USD" })
const failed = (reason: ConnectorError.Reason) => new ConnectorError.ConnectorError({ connector: manifest.id, reason })
const consent = (detail: string) => failed(new ConnectorError.ConsentRequired({ detail }))
const odd = (detail: string) => failed(new ConnectorError.UnexpectedResponse({ detail }))
const down = (answerLost: boolean, detail = "no answer") =>
  failed(new ConnectorError.ProviderUnavailable({ detail, answerLost }))

const translate = (stream: Fed, row: Record<string, unknown>, bug: Bug | undefined): Events => {
  const decode = <A>(schema: Schema.Codec<A, unknown>) => Schema.decodeUnknownSync(schema)(row)
  if (stream === "purchases") {
    const { amount, day, fee, id, installments, merchant, status, updated_at: version } = decode(Purchase)
    const purchaseId = bug === "random ids" ? `${id}-${Math.random()}` : id
    const schedule = installments.map((each): Plan.Installment => ({
      installmentNumber: each.number,
      dueDate: each.due,
      amountDue: usd(each.amount),
      state: each.state
    }))
    return [
      {
        _tag: "Upsert",
        stream,
        id: bug === "another row's id" ? `order-${id}` : purchaseId,
        version,
        row: {
          purchaseId,
          merchantName: merchant,
          amount: usd(amount),
          status: status === "open" ? "OPEN" : "COMPLETED",
          purchaseDate: day,
          planId: `plan-${id}`
        }
      },
      {
        _tag: "Upsert",
        stream: "plans",
        id: `plan-${id}`,
        version,
        row: {
          planId: `plan-${id}`,
          purchaseId,
          planType: "pay_in_n",
          amount: usd(amount),
          planCharge: usd(fee),
          status: "ACTIVE",
          schedule: bug === "a missing installment" ? schedule.slice(1) : schedule
        }
      }
    ]
  }
  if (stream === "balance") {
    const { amount, id, kind, points_entry, state, updated_at: version } = decode(Entry)
    if (state === "reversed") {
      return bug === "a reversal passed over"
        ? []
        : [{ _tag: "Tombstone", stream, id, version, reason: "the store gave it up" }]
    }
    const pending = state === "pending"
    const entryId = pending && bug === "a pending row of its own" ? `${id}-pending` : id
    const entry: Balance.BalanceEntry = {
      rowType: "entry",
      entryId,
      entryType: kind,
      status: pending ? "PENDING" : "BOOKED",
      amount: usd(bug === "the wrong sign" ? Math.abs(amount) : amount),
      ...(points_entry === undefined ? {} : { pointsEntryId: points_entry })
    }
    return [{ _tag: "Upsert", stream, id: entryId, version, row: entry, pending }]
  }
  const { balance_entry, id, kind, points, state, updated_at: version } = decode(Entered)
  const entry: Points.PointsEntry = {
    rowType: "entry",
    entryId: id,
    entryType: kind,
    status: state === "pending" ? "PENDING" : "CONFIRMED",
    points,
    createdAt: version,
    ...(balance_entry === undefined ? {} : { balanceEntryId: balance_entry })
  }
  return [{ _tag: "Upsert", stream, id, version, row: entry }]
}

const events = (stream: Fed, row: Record<string, unknown>, bug: Bug | undefined): Events => {
  const unknown = Object.keys(row).filter((key) => !(key in wire[stream].fields))
  const drift: Events = unknown.map((field) => ({
    _tag: "Drift",
    stream,
    kind: "unknown_field",
    path: field,
    count: 1
  }))
  if (bug === "a crash on an unknown value" && Object.values(row).includes("in_transition"))
    throw new Error("unreachable")
  try {
    if (bug === "a strict decoder") Schema.decodeUnknownSync(wire[stream])(row, { onExcessProperty: "error" })
    const said = translate(stream, row, bug)
    if (bug !== "a stream nobody translates") return [...said, ...drift]
    return [...said.filter((event) => event._tag !== "Upsert" || event.stream !== "plans"), ...drift]
  } catch {
    if (bug === "a row in no quarantine") return []
    const locator = typeof row["id"] === "string" ? { id: row["id"] } : {}
    return [{ _tag: "Quarantined", stream, reason: "the row cannot be read", locator, raw: JSON.stringify(row) }]
  }
}

const kept = (rows: (typeof Page.Type)["rows"], bug: Bug | undefined): (typeof Page.Type)["rows"] => {
  if (bug === "a row swallowed") return rows.filter((_, index) => index === 0)
  if (bug !== "an order taken for granted") return rows
  const stamps = rows.map((row) => String(row["updated_at"]))
  return rows.filter((_, index) => (stamps[index] ?? "") >= (stamps[index - 1] ?? ""))
}

export const acme = (bug?: Bug) =>
  Connector.layer({
    manifest,
    grant: Grant,
    checkpoint: Checkpoint,
    make: Effect.gen(function* () {
      const client = yield* HttpClient.HttpClient
      const root = "https://api.acme.example"
      const send = (request: HttpClientRequest.HttpClientRequest, lost: boolean) =>
        Effect.gen(function* () {
          const response = yield* client.execute(request).pipe(Effect.mapError(() => down(lost)))
          if ((response.headers["content-type"] ?? "").includes("html")) {
            if (bug === "an HTML page as an outage") return yield* down(false)
            return yield* failed(
              new ConnectorError.InteractionRequired({ kind: "bot_check", detail: "the provider asks for a check" })
            )
          }
          if (response.status === 429) {
            const seconds = Number(response.headers["retry-after"])
            const now = yield* Clock.currentTimeMillis
            return yield* failed(
              new ConnectorError.RateLimited({ until: Instant.fromEpochMillis(now + seconds * 1000) })
            )
          }
          if (response.status >= 500) return yield* down(false)
          const body = yield* Effect.mapError(response.json, () => odd("not JSON"))
          return { status: response.status, body }
        })
      const Tokens = Schema.Struct({ access: Schema.String, refresh: Schema.String })
      const exchange = (grant: Grant) =>
        Effect.gen(function* () {
          if (bug === "a token in the log") yield* Effect.logDebug("renewing", grant.refresh)
          if (bug === "a token in a span") yield* Effect.annotateCurrentSpan("grant", grant.refresh)
          const request = HttpClientRequest.post(`${root}/token`).pipe(
            HttpClientRequest.bodyJsonUnsafe({ refresh: grant.refresh })
          )
          const { body, status } = yield* send(request, true)
          if (status !== 200)
            return yield* consent(bug === "a token in an error" ? `refused: ${grant.refresh}` : "the session has ended")
          return yield* Effect.mapError(Schema.decodeUnknownEffect(Tokens)(body), () => odd("no token"))
        }).pipe(Effect.withSpan("acme.renew"), (self) =>
          bug === "a second retry of a lost renewal" ? Effect.retry(self, { times: 1 }) : self
        )
      const get = (
        where: string,
        session: Session.Session<Grant>
      ): Effect.Effect<unknown, ConnectorError.ConnectorError> =>
        Effect.gen(function* () {
          const ask = (held: Session.Held<Grant>) =>
            send(HttpClientRequest.get(root + where).pipe(HttpClientRequest.bearerToken(held.grant.access)), false)
          let held = yield* session.current
          let answer = yield* ask(held)
          for (let tries = bug === "a retried refusal" ? 9 : 1; answer.status === 401 && tries > 0; tries -= 1) {
            held =
              bug === "a renewal per reader"
                ? { grant: yield* exchange(held.grant), generation: held.generation }
                : yield* session.renew(held, exchange)
            answer = yield* ask(held)
          }
          if (answer.status === 401 || answer.status === 403) return yield* consent("the session has ended")
          return answer.status === 200 ? answer.body : yield* odd(`status ${answer.status}`)
        }).pipe((self) =>
          bug === "a retried consent"
            ? Effect.retry(self, { times: 2, while: ({ reason }) => reason._tag === "ConsentRequired" })
            : self
        )

      const pages = (stream: Fed, session: Session.Session<Grant>, from: string) =>
        Stream.paginate({ after: from, page: 0 }, ({ after, page }) =>
          Effect.gen(function* () {
            const where = bug === "paging by position" ? `${path[stream]}/listed` : path[stream]
            const answer = yield* get(after === "" ? where : `${where}?after=${after}`, session).pipe(
              Effect.flatMap(Schema.decodeUnknownEffect(Page)),
              Effect.mapError((error) => (error instanceof ConnectorError.ConnectorError ? error : odd("not a page")))
            )
            const { rows } = answer
            const next =
              bug === "paging by position" ? String(Number(after) + rows.length) : String(answer.next ?? after)
            const checkpoint: Events[number] = {
              _tag: "Checkpoint",
              checkpoint: { after: bug === "a rewinding checkpoint" ? "" : next }
            }
            if (rows.length === 0) {
              const tombs: Events =
                bug === "a tombstone on an empty page" && page === 0 && stream === "points"
                  ? [{ _tag: "Tombstone", stream, id: "c1", reason: "no longer listed" }]
                  : []
              return [[...tombs, checkpoint], Option.none()] as const
            }
            const read = kept(rows, bug).flatMap((row) => events(stream, row, bug))
            const more =
              bug === "a page cap" && page >= 5 ? Option.none() : Option.some({ after: next, page: page + 1 })
            if (next === after && bug !== "a page cap") return yield* odd("the page does not move")
            return [bug === "a checkpoint ahead" ? [checkpoint, ...read] : [...read, checkpoint], more] as const
          })
        )

      const stated = (
        stream: Fed,
        session: Session.Session<Grant>
      ): Stream.Stream<Events[number], ConnectorError.ConnectorError> => {
        if (stream === "purchases") return Stream.empty
        const where = stream === "balance" ? "/balance" : "/standing"
        const Stated = Schema.Struct({
          amount: Schema.optionalKey(Schema.Int),
          points: Schema.optionalKey(Schema.Int),
          pending: Schema.optionalKey(Schema.Int),
          as_of: Schema.String
        })
        return Stream.fromIterableEffect(
          get(where, session).pipe(
            Effect.flatMap(Schema.decodeUnknownEffect(Stated)),
            Effect.mapError((error) =>
              error instanceof ConnectorError.ConnectorError ? error : odd("not a statement")
            ),
            Effect.map(({ amount = 0, as_of: asOf, pending = 0, points = 0 }): Events =>
              stream === "balance"
                ? [
                    {
                      _tag: "Upsert",
                      stream,
                      id: "stated",
                      row: { rowType: "balance", balanceType: "interimBooked", amount: usd(amount) },
                      version: asOf
                    }
                  ]
                : [
                    {
                      _tag: "Upsert",
                      stream,
                      id: "stated",
                      row: { rowType: "standing", points, pendingPoints: pending },
                      version: asOf
                    }
                  ]
            )
          )
        )
      }
      let revoked = false
      const definition: Connector.Definition<Grant, typeof Checkpoint.Type> = {
        link: ({ answer, state }) => {
          if (answer._tag !== "Redirected")
            return Effect.succeed({ _tag: "Redirect" as const, url: `${root}/authorize?state=s1`, state: "s1" })
          const back = new URL(answer.url).searchParams
          if (back.get("state") !== state) return Effect.fail(odd("not the address that was asked for"))
          const request = HttpClientRequest.post(`${root}/token`).pipe(
            HttpClientRequest.bodyJsonUnsafe({ code: back.get("code") })
          )
          return send(request, false).pipe(
            Effect.flatMap(({ body }) =>
              Effect.mapError(Schema.decodeUnknownEffect(Tokens)(body), () => odd("no token"))
            ),
            Effect.map((grant) => ({ _tag: "Linked" as const, grant, accounts: [account] }))
          )
        },
        read: (name, { checkpoint, session }) => {
          const stream: Fed | undefined =
            name === "purchases" || name === "balance" || name === "points" ? name : undefined
          if (stream === undefined) {
            return bug === "rows nobody asked for" ? pages("purchases", session, "") : Stream.empty
          }
          const from = Option.match(checkpoint, { onNone: () => "", onSome: ({ after }) => after })
          const whole = Stream.concat(stated(stream, session), pages(stream, session, from))
          const quiet =
            bug === "a throttle as success"
              ? "RateLimited"
              : bug === "an outage as an empty list"
                ? "ProviderUnavailable"
                : undefined
          const before =
            bug === "a foreign host"
              ? Effect.ignore(client.get("https://stats.example/read"))
              : bug === "a global fetch"
                ? Effect.ignore(Effect.tryPromise(() => globalThis.fetch("https://stats.example/read")))
                : bug === "a write"
                  ? Effect.ignore(
                      session.current.pipe(
                        Effect.flatMap(({ grant }) =>
                          send(
                            HttpClientRequest.put(`${root}/seen`).pipe(HttpClientRequest.bearerToken(grant.access)),
                            false
                          )
                        )
                      )
                    )
                  : Effect.void
          const read = Stream.unwrap(Effect.as(before, whole)).pipe(
            Stream.catchIf(
              (error) => error.reason._tag === quiet,
              () => Stream.empty
            )
          )
          if (bug === "a whole history in memory") return Stream.fromIterableEffect(Stream.runCollect(read))
          return bug === "an uninterruptible read"
            ? Stream.fromIterableEffect(Effect.uninterruptible(Stream.runCollect(read)))
            : read
        },
        revoke: (session) =>
          Effect.gen(function* () {
            if (bug === "a second revoke that fails" && revoked) return yield* odd("already gone")
            revoked = true
            const { grant } = yield* session.current
            yield* send(
              HttpClientRequest.post(`${root}/revoke`).pipe(
                HttpClientRequest.bodyJsonUnsafe({ refresh: grant.refresh })
              ),
              false
            )
          })
      }
      return definition
    })
  })
