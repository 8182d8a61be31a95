/**
 * The feeds as data: where each is read, what its rows look like and who translates them; and how one answer becomes
 * events. A row that cannot be read is set aside with its reason and its raw text, and the page goes on. Fields nobody
 * knows are counted at any depth, by name only.
 */
import type { ReadEvent, StreamName } from "@paymirror/core"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { pathOf } from "./Access.ts"
import * as Api from "./Api.ts"
import * as Known from "./Known.ts"
import { cardTransaction } from "./translate/card.ts"
import * as Ledgers from "./translate/ledgers.ts"
import * as Person from "./translate/person.ts"
import { purchase } from "./translate/purchase.ts"
import { isRefusal, type Note, type Translation } from "./translate/Translation.ts"

export interface Feed {
  readonly name: string
  readonly path: string
  /** The field its rows stand under. */
  readonly rows: string
  readonly events: (rows: ReadonlyArray<unknown>, stream: StreamName.StreamName) => PageEvents
}

export type RowEvent = Exclude<ReadEvent.ReadEvent, ReadEvent.Checkpoint>

export interface PageEvents {
  readonly events: ReadonlyArray<RowEvent>
  /** The latest version among the rows that could be read. */
  readonly seenTo: string | undefined
}

const idOf = (raw: unknown): { readonly id: string } | object =>
  typeof raw === "object" && raw !== null && "id" in raw && typeof raw.id === "string" ? { id: raw.id } : {}

/**
 * Whether a row is as the schema says is asked first, without building anything: the schemas transform nothing, so the
 * parsed JSON is the row. Only a row that fails is decoded, to learn where.
 */
const reader = <S extends Schema.ConstraintDecoder<unknown>>(
  schema: S,
  translate: (row: S["Type"], note: Note) => Translation
): Feed["events"] => {
  const is = Schema.is(schema)
  const decode = Schema.decodeUnknownResult(schema)
  const known = Known.of(schema.ast)
  return (rows, stream) => {
    const events: Array<RowEvent> = []
    const drift = new Map<string, ReadEvent.Drift>()
    const count = (kind: ReadEvent.Drift["kind"]) => (path: string) => {
      const key = `${kind} ${path}`
      drift.set(key, { _tag: "Drift", stream, kind, path, count: (drift.get(key)?.count ?? 0) + 1 })
    }
    const unknownField = count("unknown_field")
    const unknownValue = count("unknown_value")
    const setAside = (raw: unknown, reason: string) =>
      events.push({ _tag: "Quarantined", stream, reason, locator: idOf(raw), raw: JSON.stringify(raw) })
    let seenTo: string | undefined
    for (const raw of rows) {
      Known.count(known, raw, "", unknownField)
      if (!is(raw)) {
        const at = Result.match(decode(raw), { onFailure: ({ issue }) => pathOf(issue), onSuccess: () => "its checks" })
        setAside(raw, `cannot be read at ${at}`)
        continue
      }
      const translated = translate(raw, unknownValue)
      if (isRefusal(translated)) {
        const { kind, path } = translated
        if (kind === "unknown_value") unknownValue(path)
        setAside(raw, kind === "unknown_value" ? `${path} has a value that is not known` : `cannot be read at ${path}`)
        continue
      }
      for (const event of translated) {
        if (event.version !== undefined && (seenTo === undefined || event.version > seenTo)) seenTo = event.version
        if (stream !== "plans" || event.stream === "plans") events.push(event)
      }
    }
    for (const each of drift.values()) events.push(each)
    return { events, seenTo }
  }
}

/** The rows of a page, or nothing where it is no page of this feed. */
export const rowsOf = (self: Feed, body: unknown): ReadonlyArray<unknown> | undefined => {
  const rows = typeof body === "object" && body !== null ? Reflect.get(body, self.rows) : undefined
  return Array.isArray(rows) ? rows : undefined
}

/** Fields nobody knows beside the rows. */
export const envelopeDrift = (
  self: Feed,
  body: unknown,
  stream: StreamName.StreamName
): ReadonlyArray<ReadEvent.Drift> => {
  const drift: Array<ReadEvent.Drift> = []
  const known: Known.Known = {
    fields: new Map([
      [self.rows, Known.leaf],
      ["next_cursor", Known.leaf]
    ])
  }
  Known.count(known, body, "$.", (path) => drift.push({ _tag: "Drift", stream, kind: "unknown_field", path, count: 1 }))
  return drift
}

const feed = (
  endpoint: { readonly path: string; readonly rows: string },
  name: string,
  events: Feed["events"]
): Feed => ({
  name,
  path: endpoint.path,
  rows: endpoint.rows,
  events
})

export const purchases = feed(Api.endpoints.purchases, "purchases", reader(Api.Purchase, purchase))
export const card = feed(Api.endpoints.card, "card", reader(Api.CardTransaction, cardTransaction))
export const balance = feed(Api.endpoints.balanceEntries, "balance", reader(Api.BalanceEntry, Ledgers.balanceEntry))
export const points = feed(Api.endpoints.cashbackEntries, "points", reader(Api.CashbackEntry, Ledgers.pointsEntry))
export const deliveries = feed(Api.endpoints.deliveries, "deliveries", reader(Api.Delivery, Person.delivery))

/** Answers that are not lists are read by the same rules, as a list of one. */
export const statedBalance = reader(Api.Balance, Ledgers.balance)
export const statedPoints = reader(Api.Cashback, Ledgers.standing)
export const profile = reader(Api.Profile, Person.profile)
