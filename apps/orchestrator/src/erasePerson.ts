/**
 * The erasure of a person from everything this program keeps: the mirror, and the service's tables beside it. Those name
 * a person by an id and are found by it; what is counted on the receipt, or sealed under a key of its own, is named here.
 * Every door erases this way, and leaves its line in the access log.
 */
import { type Access, AccessLog, Erasure } from "@paymirror/sync"
import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"
import { endConsent } from "./endConsent.ts"
import * as LinkSessions from "./linking/LinkSessions.ts"

const ofTable = (name: string, table: string): Erasure.ErasureHook => ({
  name,
  erase: ({ holderId }) =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      return (yield* sql`DELETE FROM ${sql(table)} WHERE holder_id = ${holderId} RETURNING 1`).length
    })
})

const hooks: ReadonlyArray<Erasure.ErasureHook> = [
  ofTable("remembered answers", "idempotency"),
  ofTable("webhook deliveries", "webhook_delivery"),
  { name: "link sessions", erase: ({ holderId }) => LinkSessions.erase(holderId) }
]

export interface Erasing extends Pick<Access, "purpose" | "route" | "tenant"> {
  /** On whose word: `operator`, or `key:<id>`. */
  readonly by: string
  /** `later`: the file is rebuilt by the next upkeep. */
  readonly scrub: "now" | "later"
}

/** Erases a person, and gives the receipt. */
export const erasePerson = (holderId: string, { by, scrub, ...line }: Erasing) =>
  Effect.gen(function* () {
    const receipt = yield* Erasure.erase(holderId, {
      endConsent: (connection) => endConsent(connection, by),
      scrub: "later"
    }).pipe(Effect.provideService(Erasure.ErasureHooks, hooks))
    // Before the file is rebuilt: that takes a while, and may be broken off.
    yield* (yield* AccessLog).append({
      ...line,
      actor: by,
      action: "erase",
      holderIds: [holderId],
      accountIds: [],
      streams: Object.keys(receipt.streams),
      count: Object.values(receipt.streams).reduce((sum, rows) => sum + (rows ?? 0), 0)
    })
    if (scrub === "now") yield* Erasure.scrub
    return receipt
  })
