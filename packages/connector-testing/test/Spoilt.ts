/** Bugs that need no connector of their own: what a good one says is changed on its way out. */
import { Connector, Session } from "@paymirror/core"
import type { ReadEvent } from "@paymirror/core"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"

const bugs = [
  "a credit that names nobody",
  "a crash on a lost key",
  "a crash on an old checkpoint",
  "a row set aside without its id",
  "a token in a checkpoint",
  "a tombstone after a failure",
  "a version that goes back",
  "an installment that reopens",
  "ids by page",
  "points never taken off"
] as const
export type Bug = (typeof bugs)[number]

export const is = (bug: string | undefined): bug is Bug => bugs.some((each) => each === bug)

const backwards = (version: string): string => new Date(Date.UTC(2030, 0, 1) - Date.parse(version)).toISOString()

const spoil = (event: ReadEvent.ReadEvent, bug: Bug, page: number): ReadEvent.ReadEvent => {
  if (bug === "a row set aside without its id" && event._tag === "Quarantined") return { ...event, locator: {} }
  if (event._tag !== "Upsert") return event
  if (bug === "a version that goes back" && event.version !== undefined) {
    return { ...event, version: backwards(event.version) }
  }
  if (bug === "ids by page" && event.stream === "purchases") {
    const purchaseId = `${event.id}-${page}`
    return { ...event, id: purchaseId, row: { ...event.row, purchaseId } }
  }
  if (bug === "a credit that names nobody" && event.stream === "balance" && event.row.rowType === "entry") {
    const { pointsEntryId: _, ...row } = event.row
    return { ...event, row }
  }
  if (bug === "points never taken off" && event.stream === "points" && event.row.rowType === "entry") {
    return { ...event, row: { ...event.row, points: Math.abs(event.row.points) } }
  }
  if (bug === "an installment that reopens" && event.stream === "plans") {
    const done = event.row.schedule.filter(({ state }) => state === "paid").length
    const schedule = event.row.schedule.map((each) => (done > 2 ? { ...each, state: "scheduled" as const } : each))
    return { ...event, row: { ...event.row, schedule } }
  }
  return event
}

const readable = (text: string): boolean => {
  try {
    return typeof JSON.parse(text) === "object"
  } catch {
    return false
  }
}

export const layer = <E, R>(good: Layer.Layer<Connector.Connector, E, R>, bug: Bug) =>
  Layer.effect(
    Connector.Connector,
    Effect.map(Connector.Connector, (connector): Connector.Connector["Service"] => ({
      ...connector,
      read: (stream, input) => {
        const old = Option.getOrElse(input.checkpoint, () => "{}")
        if (bug === "a crash on an old checkpoint" && !readable(old))
          return Stream.die(new SyntaxError("no checkpoint"))
        let page = 0
        const read = connector.read(stream, input).pipe(
          Stream.map((event) => {
            if (event._tag === "Checkpoint") page += 1
            return spoil(event, bug, page)
          })
        )
        if (bug === "a crash on a lost key") {
          return Stream.unwrap(
            Effect.map(Effect.orDie(input.session.current), ({ grant }: Session.Held<Connector.SealedGrant>) =>
              readable(Redacted.value(grant)) ? read : Stream.die(new SyntaxError("no grant"))
            )
          )
        }
        if (bug === "a token in a checkpoint") {
          return Stream.unwrap(
            Effect.map(input.session.current, ({ grant }: Session.Held<Connector.SealedGrant>) =>
              Stream.map(read, (event) =>
                event._tag === "Checkpoint"
                  ? { ...event, checkpoint: `${event.checkpoint.slice(0, -1)},"held":${Redacted.value(grant)}}` }
                  : event
              )
            )
          )
        }
        if (bug !== "a tombstone after a failure") return read
        const tombstone: ReadEvent.Tombstone = { _tag: "Tombstone", stream: "points", id: "c1", reason: "not listed" }
        return read.pipe(Stream.catch((error) => Stream.concat(Stream.succeed(tombstone), Stream.fail(error))))
      }
    }))
  ).pipe(Layer.provide(good))
