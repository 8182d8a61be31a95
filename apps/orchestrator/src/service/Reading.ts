/**
 * What an answer tells of whom. A handler notes it while it makes the answer; the line of the access log is written from
 * it before the answer goes out. A note holds ids, never a value.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"

export class Reading {
  readonly holderIds = new Set<string>()
  readonly accountIds = new Set<string>()
  readonly streams = new Set<string>()
  count = 0
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
    for (const { accountId, holderId } of told) {
      if (holderId != null) reading.holderIds.add(holderId)
      if (accountId != null) reading.accountIds.add(accountId)
    }
    for (const stream of streams) reading.streams.add(stream)
    reading.count += told.length
  })
