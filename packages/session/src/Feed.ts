/**
 * The feeds as data: where each is read, what its rows look like and who translates them; and how one answer becomes
 * events. A row that cannot be read is set aside with its reason and its raw text, and the page goes on. Fields nobody
 * knows are counted at any depth, by name only.
 */
import type { ReadEvent, StreamName } from "@paymirror/core"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"
import * as Field from "./Field.ts"
import { pathOf } from "./issue.ts"
import * as Known from "./Known.ts"
import type { Paging } from "./Paging.ts"
import { isRefusal, type Note, type Translation } from "./Translation.ts"

export type RowEvent = Exclude<ReadEvent.ReadEvent, ReadEvent.Checkpoint>

export interface PageEvents {
  readonly events: ReadonlyArray<RowEvent>
  /** The latest version among the rows that could be read. */
  readonly seenTo: string | undefined
}

/** `only`: rows of no other stream are wanted. */
type Reader = (rows: ReadonlyArray<unknown>, stream: StreamName.StreamName, only?: StreamName.StreamName) => PageEvents

/** A list of rows. */
export interface List {
  readonly _tag: "List"
  readonly path: string
  readonly schema: Schema.ConstraintDecoder<unknown>
  /** The field its rows stand under, with dots for depth. */
  readonly rows: string
  readonly query: Readonly<Record<string, string>>
  readonly paging: Paging | undefined
  readonly alongside: ReadonlyArray<string>
  /** What the provider states beside the entries. */
  readonly stated: Single | undefined
  readonly events: Reader
}

/** One answer that is no list: a balance, a profile. */
export interface Single {
  readonly _tag: "Single"
  readonly path: string
  readonly schema: Schema.ConstraintDecoder<unknown>
  readonly query: Readonly<Record<string, string>>
  /** Where the answer is not what it should be, the field; otherwise nothing. */
  readonly refused: (body: unknown) => string | undefined
  readonly events: Reader
}

export type Feed = List | Single

interface Written<S extends Schema.ConstraintDecoder<unknown>> {
  readonly path: string
  readonly schema: S
  /**
   * Where a row's id stands, so that one that is set aside is known again once it can be read; several places are joined by
   * a colon. Default `id`.
   */
  readonly id?: string | ReadonlyArray<string>
  /** Pure: one wire row becomes rows of the model, or the refusal to make any. */
  readonly translate: (wire: S["Type"], note: Note) => Translation
  /** Parameters that are always sent. */
  readonly query?: Readonly<Record<string, string>>
}

export const feed = <S extends Schema.ConstraintDecoder<unknown>>(
  options: Written<S> & {
    readonly rows: string
    /** Where it differs from the provider's. */
    readonly paging?: Paging
    /** Fields of a page that are known beside its rows and its cursor (`total`, `has_more`), with dots for depth. */
    readonly alongside?: ReadonlyArray<string>
    /** Read before and after the entries, and passed on where it did not move in between. */
    readonly stated?: Single
  }
): List => ({
  _tag: "List",
  path: options.path,
  schema: options.schema,
  rows: options.rows,
  query: options.query ?? {},
  paging: options.paging,
  alongside: options.alongside ?? [],
  stated: options.stated,
  events: reader(options)
})

export const single = <S extends Schema.ConstraintDecoder<unknown>>(options: Written<S>): Single => {
  const decode = Schema.decodeUnknownResult(options.schema)
  return {
    _tag: "Single",
    path: options.path,
    schema: options.schema,
    query: options.query ?? {},
    refused: (body) =>
      Result.match(decode(body), { onFailure: ({ issue }) => pathOf(issue), onSuccess: () => undefined }),
    events: reader(options)
  }
}

const idOf = (raw: unknown, places: ReadonlyArray<string>): ReadEvent.Locator => {
  const parts = places.map((place) => Field.at(raw, place))
  return parts.every((part) => typeof part === "string") ? { id: parts.join(":") } : {}
}

/**
 * Whether a row is as the schema says is asked first, without building anything: a schema that transforms nothing has the
 * parsed JSON for its row. Only a row that fails is decoded, to learn where; and every row of a schema that transforms.
 */
const reader = <S extends Schema.ConstraintDecoder<unknown>>({
  id = "id",
  schema,
  translate
}: Pick<Written<S>, "id" | "schema" | "translate">): Reader => {
  const places = typeof id === "string" ? [id] : id
  const transforms = SchemaAST.toType(schema.ast) !== schema.ast
  const is = Schema.is(schema)
  const decode = Schema.decodeUnknownResult(schema)
  const known = Known.of(SchemaAST.toEncoded(schema.ast), "open")
  const closed = Known.of(SchemaAST.toEncoded(schema.ast), "closed")
  return (rows, stream, only) => {
    const events: Array<RowEvent> = []
    const drift = new Map<string, ReadEvent.Drift>()
    const count = (kind: ReadEvent.Drift["kind"]) => (path: string) => {
      const key = `${kind} ${path}`
      drift.set(key, { _tag: "Drift", stream, kind, path, count: (drift.get(key)?.count ?? 0) + 1 })
    }
    const unknownValue = count("unknown_value")
    /** Fields of the row in hand whose word is not known, each counted already. */
    const other = new Set<string>()
    const told: Known.Told = {
      field: count("unknown_field"),
      word: (path) => {
        other.add(path)
        unknownValue(path)
      }
    }
    const note: Note = (path) => {
      if (!other.has(path)) unknownValue(path)
    }
    const unknownWord = (path: string): string => `${path} has a value that is not known`
    const setAside = (raw: unknown, reason: string) =>
      events.push({ _tag: "Quarantined", stream, reason, locator: idOf(raw, places), raw: JSON.stringify(raw) })
    let seenTo: string | undefined
    for (const raw of rows) {
      other.clear()
      Known.count(known, raw, "", told)
      let translated: Translation
      if (!transforms && is(raw)) translated = translate(raw, note)
      else {
        const row = decode(raw)
        if (Result.isFailure(row)) {
          Known.count(closed, raw, "", { field: () => undefined, word: told.word })
          const path = pathOf(row.failure.issue)
          setAside(raw, other.has(path) ? unknownWord(path) : `cannot be read at ${path}`)
          continue
        }
        translated = translate(row.success, note)
      }
      if (isRefusal(translated)) {
        const { kind, path } = translated
        if (kind === "unknown_value") note(path)
        setAside(raw, kind === "unknown_value" ? unknownWord(path) : `cannot be read at ${path}`)
        continue
      }
      for (const event of translated) {
        if (event.version !== undefined && (seenTo === undefined || event.version > seenTo)) seenTo = event.version
        if (only === undefined || event.stream === only) events.push(event)
      }
    }
    for (const each of drift.values()) events.push(each)
    return { events, seenTo }
  }
}

/** The rows of a page, or nothing where it is no page of this feed. */
export const rowsOf = (self: List, body: unknown): ReadonlyArray<unknown> | undefined => {
  const rows = Field.at(body, self.rows)
  return Array.isArray(rows) ? rows : undefined
}

/** What a page is known to hold: its rows, where the next cursor stands, and what the feed names beside them. */
export const envelopeOf = (self: List, next: ReadonlyArray<string>): Known.Known =>
  Known.fromPaths([self.rows, ...next, ...self.alongside])

/** Fields nobody knows beside the rows. */
export const envelopeDrift = (
  envelope: Known.Known,
  body: unknown,
  stream: StreamName.StreamName
): ReadonlyArray<ReadEvent.Drift> => {
  const drift: Array<ReadEvent.Drift> = []
  Known.count(envelope, body, "$.", {
    field: (path) => drift.push({ _tag: "Drift", stream, kind: "unknown_field", path, count: 1 }),
    word: () => undefined
  })
  return drift
}
