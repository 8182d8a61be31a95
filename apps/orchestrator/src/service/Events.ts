/**
 * What a program outside is told, derived from the change log and the occurrences beside it and from nothing else, so that
 * a webhook and a server-sent event of one change are the same event with the same id. An id is a place in the log:
 * whoever holds one can go on from there.
 */
import { type Event, eventOf, Instant } from "@paymirror/core"
import type { Changes, Occurrences } from "@paymirror/sync"

/** A place in the log: a change, or the last one before an occurrence; and which of its events, or which occurrence (`o7`). */
export interface Place {
  readonly seq: number
  readonly index: number | `o${number}`
}

/** An event at its place. */
export interface Told extends Place {
  readonly event: Event.Event
}

/**
 * Never contains a `.`, as the signature of a webhook wants it. A mirror restored from a backup counts on from where it
 * was; the instant keeps its new ids from being old ones, which a receiver would drop.
 */
export const idOf = ({ event, index, seq }: Place & Partial<Told>): string =>
  `evt_${seq}_${index}${event === undefined ? "" : `_${Instant.toEpochMillis(event.timestamp).toString(36)}`}`

/** The place an id names; nothing where it is none of ours. */
export const placeOf = (id: string): Place | undefined => {
  const [, seq, index, occurrence] = /^evt_(\d{1,15})_(?:(\d{1,6})|o(\d{1,15}))(?:_[0-9a-z]{1,12})?$/.exec(id) ?? []
  if (seq === undefined) return undefined
  return { seq: Number(seq), index: index === undefined ? `o${Number(occurrence)}` : Number(index) }
}

/** The events of one change, in order. A row that stands again is told as new. */
export const of = (change: Changes.Change): ReadonlyArray<Told> => {
  const { accountId, after, at, before, holderId, id, kind, seq, stream } = change
  return eventOf({ stream, id, before: kind === "restored" ? undefined : before, after }).map(
    ({ data, type }, index): Told => ({
      seq,
      index,
      event: { type, timestamp: at, data: { holderId, accountId, ...data, seq } }
    })
  )
}

/** The event of an occurrence. */
export const ofOccurrence = (one: Occurrences.Occurrence): Told => ({
  seq: one.afterSeq,
  index: `o${one.n}`,
  event: {
    type: one.type,
    timestamp: one.at,
    data: {
      holderId: one.holderId,
      ...(one.accountId !== null && { accountId: one.accountId }),
      ...(one.connectionId !== null && { connectionId: one.connectionId }),
      ...(one.consentId !== null && { consentId: one.consentId }),
      ...(one.stream !== null && { stream: one.stream }),
      ...(one.days !== null && { days: one.days })
    }
  }
})
