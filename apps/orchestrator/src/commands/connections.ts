/** `paymirror connections`: who is linked to what, on which consent, until when, and what the person should hear of it. */
import { Consent, Instant } from "@paymirror/core"
import { Connections } from "@paymirror/sync"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Command from "effect/cli/Command"
import * as Connectors from "../Connectors.ts"
import * as Poll from "../Poll.ts"
import { reminderLine } from "../remind.ts"
import { answer, withMirror } from "../root.ts"
import { render } from "../Table.ts"

const listed = Effect.gen(function* () {
  const at = Instant.fromEpochMillis(yield* Clock.currentTimeMillis)
  const contested = yield* Poll.contested
  return (yield* (yield* Connections).list).map((connection) => {
    const { connectionId, connector, consent, detail, holderId, settings, status } = connection
    const reminders =
      consent === undefined || status !== "active" || Connectors.isExport(connector)
        ? []
        : Consent.reminders(consent, at)
    return {
      connectionId,
      holderId,
      connector,
      institution: settings["institution"],
      status: consent !== undefined && status === "active" ? Consent.status(consent, at).toLowerCase() : status,
      detail,
      streams: consent?.streams ?? [],
      attendedOnly: consent?.attendedOnly === true,
      consentUntil: consent?.expiresAt,
      reconfirmBy: consent?.reconfirmBy,
      reminders: reminders.map((reminder) => ({ ...reminder, say: reminderLine(reminder, connection) })),
      leaves: contested
        .filter((one) => one.connectionId === connectionId)
        .map(({ instead, stream, why }) => ({ stream, to: instead, why }))
    }
  })
})

type Listed = Effect.Success<typeof listed>[number]

const day = (instant: string | undefined): string => instant?.slice(0, 10) ?? ""

export const connections = Command.make(
  "connections",
  {},
  Effect.fn(function* () {
    const rows = yield* withMirror(listed)
    const notes = rows.flatMap((row) => [
      ...row.reminders.map(({ say }) => say),
      ...row.leaves.map(({ stream, to, why }) => `${row.connectionId} leaves ${stream} to ${to}: ${why}`)
    ])
    yield* answer(rows, (room) =>
      rows.length === 0
        ? "Nothing is linked. See: paymirror routes --market CC"
        : [
            render(
              [
                { title: "holder", of: (row: Listed) => row.holderId },
                { title: "over", of: (row) => row.institution ?? row.connector },
                { title: "status", of: (row) => (row.attendedOnly ? `${row.status}, attended only` : row.status) },
                { title: "until", of: (row) => day(row.consentUntil), whole: true },
                ...(rows.some(({ reconfirmBy }) => reconfirmBy !== undefined)
                  ? [{ title: "confirm by", of: (row: Listed) => day(row.reconfirmBy), whole: true }]
                  : []),
                { title: "connection id", of: (row) => row.connectionId, whole: true }
              ],
              rows,
              room
            ),
            ...(notes.length === 0 ? [] : ["", ...notes])
          ].join("\n")
    )
  })
).pipe(Command.withDescription("List what is linked, and until when"))
