/** Reminders of consents that end and of confirmations that are asked for, each said once. */
import type { Consent } from "@paymirror/core"
import { type Connection, Connections, Reminders } from "@paymirror/sync"
import * as Effect from "effect/Effect"
import * as Connectors from "./Connectors.ts"
import { toLink } from "./toLink.ts"

const day = (until: string): string => until.slice(0, 10)

/** What to do, and by when. */
export const reminderLine = (
  reminder: Consent.Reminder,
  connection: Pick<Connection, "connectionId" | "connector" | "consent" | "holderId" | "settings">
): string => {
  const { connectionId, connector, holderId, settings } = connection
  const whose = `${holderId}'s consent at ${settings["institution"] ?? connector}`
  return reminder.of === "consent"
    ? `${whose} ends on ${day(reminder.until)}. Renew it without a gap: ${toLink(connection)}`
    : `${whose} has to be confirmed by ${day(reminder.until)}: paymirror reconfirm ${connectionId}`
}

/** Says what is due and has not been said; what was said is remembered with the consent. */
export const remind = (say: (line: string) => Effect.Effect<void>) =>
  Effect.gen(function* () {
    const connections = yield* Connections
    for (const reminder of yield* Reminders.untold) {
      const connection = yield* connections.get(reminder.connectionId)
      // A file that was imported is not read again, so its consent has nothing to go on with.
      if (connection !== undefined && !Connectors.isExport(connection.connector)) {
        yield* say(reminderLine(reminder, connection))
      }
    }
  })
