/**
 * The smallest mirror that keeps the rules of the contract: upsert by stream and id, an older version never wins, a
 * tombstone marks, a pending snapshot replaces what is pending, quarantine is counted. It exists to compare final
 * states; it stores nothing, and it is not the engine.
 */
import type { ReadEvent, StreamName } from "@paymirror/core"

export interface Kept {
  readonly stream: StreamName.StreamName
  readonly id: string
  readonly row: unknown
  readonly version: string | undefined
  readonly pending: boolean
  readonly gone: boolean
}

export interface Mirror {
  readonly apply: (events: ReadonlyArray<ReadEvent.ReadEvent>) => Mirror
  /** Every row, tombstones included, by `stream/id`. */
  readonly rows: () => ReadonlyMap<string, Kept>
  /** `stream/id` of the rows a person still sees. */
  readonly live: () => ReadonlyArray<string>
  /** The raw text of each row that could not be read, once each. */
  readonly quarantined: () => ReadonlySet<string>
}

const keyOf = (stream: string, id: string): string => `${stream}/${id}`

const older = (version: string | undefined, than: string | undefined): boolean =>
  version !== undefined && than !== undefined && version < than

export const make = (): Mirror => {
  const rows = new Map<string, Kept>()
  const quarantined = new Set<string>()
  const step = (event: ReadEvent.ReadEvent): void => {
    switch (event._tag) {
      case "Upsert": {
        const key = keyOf(event.stream, event.id)
        if (older(event.version, rows.get(key)?.version)) return
        rows.set(key, {
          stream: event.stream,
          id: event.id,
          row: event.row,
          version: event.version,
          pending: event.pending === true,
          gone: false
        })
        return
      }
      case "Tombstone": {
        const key = keyOf(event.stream, event.id)
        const kept = rows.get(key)
        if (kept === undefined || older(event.version, kept.version)) return
        rows.set(key, { ...kept, version: event.version ?? kept.version, gone: true })
        return
      }
      case "PendingSnapshot": {
        const named = new Set(event.ids)
        for (const [key, kept] of rows) {
          if (kept.stream === event.stream && kept.pending && !named.has(kept.id)) rows.delete(key)
        }
        return
      }
      case "Quarantined":
        quarantined.add(`${event.stream}: ${event.raw}`)
        return
      case "Drift":
      case "Reach":
      case "Check":
      case "Checkpoint":
        return
    }
  }
  const mirror: Mirror = {
    apply: (events) => {
      events.forEach(step)
      return mirror
    },
    rows: () => rows,
    live: () => [...rows].filter(([, kept]) => !kept.gone).map(([key]) => key),
    quarantined: () => quarantined
  }
  return mirror
}

/** A mirror that has heard these events, in this order. */
export const of = (...parts: ReadonlyArray<ReadonlyArray<ReadEvent.ReadEvent>>): Mirror =>
  parts.reduce((mirror, events) => mirror.apply(events), make())

/** A statement of the provider (its balance, its standing) rather than a row of a ledger. */
export const isStatement = (row: unknown): boolean =>
  typeof row === "object" && row !== null && "rowType" in row && row.rowType !== "entry"

/** Text that is equal for equal rows. */
const canonical = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "undefined"
  return `{${Object.entries(value)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, field]) => `${key}:${canonical(field)}`)
    .join(",")}}`
}

export const sameRow = (a: unknown, b: unknown): boolean => canonical(a) === canonical(b)

export interface Difference {
  readonly lost: ReadonlyArray<string>
  readonly extra: ReadonlyArray<string>
  readonly changed: ReadonlyArray<string>
}

/** How `actual` departs from `expected`; nothing where they tell a person the same. */
export const difference = (expected: Mirror, actual: Mirror): Difference | undefined => {
  const a = expected.rows()
  const b = actual.rows()
  const notRead = [...expected.quarantined()].filter((raw) => !actual.quarantined().has(raw))
  const newlyNotRead = [...actual.quarantined()].filter((raw) => !expected.quarantined().has(raw))
  const lost = [...a.keys()].filter((key) => !b.has(key)).concat(notRead.map(() => "a quarantined row"))
  const extra = [...b.keys()].filter((key) => !a.has(key)).concat(newlyNotRead.map(() => "a quarantined row"))
  const changed = [...a].flatMap(([key, kept]) => {
    const other = b.get(key)
    if (other === undefined) return []
    return sameRow(kept.row, other.row) && kept.gone === other.gone && kept.pending === other.pending ? [] : [key]
  })
  return lost.length + extra.length + changed.length === 0 ? undefined : { lost, extra, changed }
}

const some = (what: string, keys: ReadonlyArray<string>): ReadonlyArray<string> =>
  keys.length === 0 ? [] : [`${keys.length} ${what} (${keys.slice(0, 3).join(", ")}${keys.length > 3 ? ", …" : ""})`]

export const describe = ({ changed, extra, lost }: Difference): string =>
  [...some("lost", lost), ...some("extra", extra), ...some("changed", changed)].join("; ")
