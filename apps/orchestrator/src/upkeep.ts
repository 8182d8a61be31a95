/**
 * What has to be done every hour, by whatever runs on: reminders, consents that have run out, withdrawals that a process
 * did not survive, legal holds that are over, rows that are too old, proofs whose time has come, and the file itself after
 * somebody was erased. Each does nothing where there is nothing to do, and is safe to be done by two processes at once.
 */
import { ConsentLedger, Connections, Erasure, LegalHold, rebuild, Retention } from "@paymirror/sync"
import * as Effect from "effect/Effect"
import { endConsent } from "./endConsent.ts"
import { remind } from "./remind.ts"

export const upkeep = (say: (line: string) => Effect.Effect<void>) =>
  Effect.gen(function* () {
    yield* remind(say)
    yield* ConsentLedger.expire
    for (const connection of yield* (yield* Connections).halfWithdrawn) {
      yield* Effect.catchTag(endConsent(connection), "Refusal", ({ message }) => say(message))
    }
    const released = yield* LegalHold.release
    if (released > 0) yield* say(`${released} rows were purged: their legal hold is over.`)
    for (const [stream, rows] of Object.entries(yield* Retention.purge)) {
      if (rows > 0) yield* say(`${stream}: ${rows} rows were purged, they are older than is kept.`)
    }
    yield* Erasure.expire
    yield* Erasure.scrub
    if (released > 0) yield* rebuild
  })
