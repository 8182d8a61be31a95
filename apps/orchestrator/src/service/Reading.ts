/**
 * What an answer tells of whom. A handler notes it while it makes the answer; the line of the access log is written from
 * it before the answer goes out. What is remembered of a creating call goes with the person its handler noted. A note
 * holds ids, never a value.
 */
import type { Caller } from "@paymirror/api"
import type { Access } from "@paymirror/sync"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { Told } from "./Events.ts"

export class Reading {
  readonly holderIds = new Set<string>()
  readonly accountIds = new Set<string>()
  readonly streams = new Set<string>()
  count = 0

  add({ accountId, holderId }: Noted, stream?: string): void {
    if (typeof holderId === "string") this.holderIds.add(holderId)
    if (typeof accountId === "string") this.accountIds.add(accountId)
    if (stream !== undefined) this.streams.add(stream)
    this.count += 1
  }
}

/** The answer that is being made; there while somebody's request is answered. */
export const Current = Context.Reference<Reading | undefined>("paymirror/service/Reading", {
  defaultValue: () => undefined
})

interface Noted {
  readonly holderId?: string | null | undefined
  readonly accountId?: string | null | undefined
}

/** Notes what is about to be told: one thing of somebody for each of these. */
export const note = (told: ReadonlyArray<Noted>, streams: ReadonlyArray<string> = []): Effect.Effect<void> =>
  Effect.map(Current, (reading) => {
    if (reading === undefined) return
    for (const one of told) reading.add(one)
    for (const stream of streams) reading.streams.add(stream)
  })

/** The line of the access log: what a key was told, at which door. */
export const line = (reading: Reading, { keyId, tenantId }: Caller, route: string): Access => ({
  actor: `key:${keyId}`,
  action: "read",
  purpose: "api",
  tenant: tenantId,
  holderIds: [...reading.holderIds],
  accountIds: [...reading.accountIds],
  streams: [...reading.streams],
  route,
  count: reading.count
})

/** The line of events that are about to go out. */
export const ofEvents = (events: ReadonlyArray<Told>, caller: Caller, route: string): Access => {
  const reading = new Reading()
  for (const { event } of events) reading.add(event.data, event.data.stream)
  return line(reading, caller, route)
}
