/**
 * What a program outside is told, derived from the change log and nothing else, so that a webhook and a server-sent event
 * of one change are the same event with the same id. An id is a place in the log: whoever holds one can go on from there.
 */
import { type Event, eventOf } from "@paymirror/core"
import type { Changes } from "@paymirror/sync"

/** An event at its place: the change with this `seq`, and which of that change's events it is. */
export interface Occurrence {
  readonly seq: number
  readonly index: number
  readonly event: Event.Event
}

/** Never contains a `.`, as the signature of a webhook wants it. */
export const idOf = ({ index, seq }: Pick<Occurrence, "index" | "seq">): string => `evt_${seq}_${index}`

/** The place an id names; nothing where it is none of ours. */
export const placeOf = (id: string): Pick<Occurrence, "index" | "seq"> | undefined => {
  const match = /^evt_(\d{1,15})_(\d{1,6})$/.exec(id)
  return match === null ? undefined : { seq: Number(match[1]), index: Number(match[2]) }
}

/** The events of one change, in order. A row that stands again is told as new. */
export const of = (change: Changes.Change): ReadonlyArray<Occurrence> => {
  const { accountId, after, at, before, holderId, id, kind, seq, stream } = change
  return eventOf({ stream, id, before: kind === "restored" ? undefined : before, after }).map(
    ({ data, type }, index): Occurrence => ({
      seq,
      index,
      event: { type, timestamp: at, data: { holderId, accountId, ...data, seq } }
    })
  )
}
