/**
 * What a command shows of somebody leaves a line in the access log before it is shown: who looked (whoever runs this
 * program), at whose accounts and which streams, through which command, and how much of it there was. Never a value.
 */
import { type Access, AccessLog, Mirror } from "@paymirror/sync"
import * as Effect from "effect/Effect"

export interface Seen {
  /** `show purchases`, as it was typed without anybody's id. */
  readonly command: string
  readonly action?: "read" | "export"
  readonly streams: ReadonlyArray<string>
  readonly accountIds: ReadonlyArray<string>
  readonly count: number
}

const lineOf = (
  { accountIds, action = "read", command, count, streams }: Seen,
  holderIds: ReadonlyArray<string>
): Access => ({
  actor: "operator",
  action,
  purpose: "at this terminal",
  holderIds,
  accountIds,
  streams,
  route: `paymirror ${command}`,
  count
})

/** Writes the line. Where nobody's data was seen there is none. */
export const seen = (what: Seen) =>
  Effect.gen(function* () {
    if (what.accountIds.length === 0) return
    const mine = new Set(what.accountIds)
    const holders = (yield* Mirror.accounts).flatMap(({ accountId, holderId }) =>
      mine.has(accountId) ? [holderId] : []
    )
    yield* (yield* AccessLog).append(lineOf(what, holders))
  })

/** Writes the line of what was done with all that is held of one person. */
export const seenWhole = (holderId: string, what: Omit<Seen, "accountIds">) =>
  Effect.gen(function* () {
    const accountIds = (yield* Mirror.accounts).flatMap((one) => (one.holderId === holderId ? [one.accountId] : []))
    yield* (yield* AccessLog).append(lineOf({ ...what, accountIds }, [holderId]))
  })

/** Reads, and writes the line of what was read. */
export const seeing =
  <A>(of: (found: A) => Seen) =>
  <E, R>(read: Effect.Effect<A, E, R>) =>
    Effect.tap(read, (found) => seen(of(found)))
