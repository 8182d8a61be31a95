/**
 * The file of a person: everything the mirror holds of them in one JSON document, to take along and to bring into another
 * mirror as it was. Ids stay; numbers that mean something in one database only are counted anew within the file. No grant,
 * no key and no checkpoint is in it: whoever brings it in has to link again.
 */
import { Account, CalendarDate, Consent, Instant, StreamName } from "@paymirror/core"
import * as Schema from "effect/Schema"

const Id = Schema.NonEmptyString
const may = Schema.optionalKey

/** JSON that is kept to the letter: a row's body is compared as text when it is read again. */
const Verbatim = Schema.Unknown

/** What the law wants a person to be told who asks (GDPR Art. 15(1)), as far as this program knows it. */
const About = Schema.Struct({
  controllers: Schema.Array(Consent.Controller),
  purposes: Schema.Array(Schema.String),
  categories: Schema.Record(StreamName.StreamName, may(Schema.Array(Schema.String))),
  recipients: Schema.Array(Schema.String),
  retention: Schema.Record(StreamName.StreamName, may(Schema.String)),
  sources: Schema.Array(Schema.String),
  rights: Schema.String,
  automatedDecisions: Schema.String
})

export const PersonFile = Schema.Struct({
  format: Schema.Literal("paymirror-person"),
  version: Schema.Literal(1),
  exportedAt: Instant.Instant,
  holderId: Id,
  about: About,
  accounts: Schema.Array(
    Schema.Struct({
      accountId: Id,
      provider: Id,
      market: may(Account.Market),
      legalEntity: Schema.String,
      currency: Schema.String,
      status: Account.AccountStatus,
      displayName: Schema.String,
      createdAt: Instant.Instant
    })
  ),
  connections: Schema.Array(
    Schema.Struct({
      connectionId: Id,
      connector: Id,
      settings: Schema.Record(Schema.String, Schema.String),
      createdAt: Instant.Instant,
      /** What the provider calls them; that is destroyed when consent is withdrawn. */
      accounts: Schema.Array(Schema.Struct({ accountId: Id, linked: may(Account.LinkedAccount) }))
    })
  ),
  consents: Schema.Array(Consent.Consent),
  consentEvents: Schema.Array(
    Schema.Struct({
      consentId: Id,
      at: Instant.Instant,
      what: Schema.String,
      by: Schema.String,
      detail: may(Schema.String)
    })
  ),
  /** The reads: what `run` counts from 1 is a place in this list. */
  runs: Schema.Array(
    Schema.Struct({
      connectionId: Id,
      connector: Id,
      consentId: Id,
      accountId: Id,
      stream: StreamName.StreamName,
      startedAt: Instant.Instant,
      finishedAt: may(Instant.Instant),
      outcome: may(Schema.String),
      detail: may(Schema.String),
      counts: may(
        Schema.Struct({
          added: Schema.Int,
          updated: Schema.Int,
          unchanged: Schema.Int,
          removed: Schema.Int,
          quarantined: Schema.Int
        })
      )
    })
  ),
  /** What `row` counts from 1 is a place in this list. */
  rows: Schema.Array(
    Schema.Struct({
      accountId: Id,
      stream: StreamName.StreamName,
      id: Id,
      row: Verbatim,
      version: may(Schema.String),
      pending: Schema.Boolean,
      gone: may(Schema.String),
      origin: Schema.Literals(["reported", "projected"]),
      rank: Schema.Int,
      run: Schema.Int
    })
  ),
  changes: Schema.Array(
    Schema.Struct({
      row: Schema.Int,
      kind: Schema.Literals(["added", "updated", "restored", "removed"]),
      before: may(Verbatim),
      run: Schema.Int,
      at: Instant.Instant
    })
  ),
  transitions: Schema.Array(
    Schema.Struct({
      row: Schema.Int,
      installmentNumber: Schema.Int,
      from: may(Schema.String),
      to: may(Schema.String),
      event: Schema.String,
      evidence: Schema.String,
      contradiction: Schema.Boolean,
      run: Schema.Int,
      at: Instant.Instant
    })
  ),
  quarantine: Schema.Array(
    Schema.Struct({
      accountId: Id,
      stream: StreamName.StreamName,
      reason: Schema.String,
      locator: Verbatim,
      rowId: may(Schema.String),
      raw: Schema.String,
      run: Schema.Int,
      at: Instant.Instant,
      resolvedAt: may(Instant.Instant)
    })
  ),
  discrepancies: Schema.Array(
    Schema.Struct({
      accountId: Id,
      stream: StreamName.StreamName,
      name: Schema.String,
      place: Schema.String,
      expected: Schema.String,
      actual: Schema.String,
      raisedAt: Instant.Instant,
      resolvedAt: may(Instant.Instant)
    })
  ),
  /** What a stated balance is held against; without it the first comparison anywhere else would raise a gap. */
  ledgers: Schema.Array(
    Schema.Struct({
      accountId: Id,
      stream: StreamName.StreamName,
      opening: Schema.Int,
      since: Schema.String,
      fixedOn: may(CalendarDate.CalendarDate),
      /** The last row that was there when it was fixed. */
      lastRow: may(Schema.Int)
    })
  ),
  heard: Schema.Array(
    Schema.Struct({
      accountId: Id,
      stream: StreamName.StreamName,
      since: CalendarDate.CalendarDate,
      heardOn: CalendarDate.CalendarDate
    })
  ),
  /** From which day on rows are kept; older ones were purged. */
  keptFrom: Schema.Array(
    Schema.Struct({ accountId: Id, stream: StreamName.StreamName, day: CalendarDate.CalendarDate })
  ),
  /** Who read it. */
  accessLog: Schema.Array(
    Schema.Struct({
      at: Instant.Instant,
      actor: Schema.String,
      action: Schema.String,
      purpose: Schema.String,
      tenant: may(Schema.String),
      accountIds: Schema.Array(Schema.String),
      streams: Schema.Array(Schema.String),
      route: Schema.String,
      count: Schema.Int
    })
  )
})
export type PersonFile = typeof PersonFile.Type

/** The sections that are lists, in the order of the file. */
export const lists = [
  "accounts",
  "connections",
  "consents",
  "consentEvents",
  "runs",
  "rows",
  "changes",
  "transitions",
  "quarantine",
  "discrepancies",
  "ledgers",
  "heard",
  "keptFrom",
  "accessLog"
] as const satisfies ReadonlyArray<keyof PersonFile>
export type List = (typeof lists)[number]
