/** `paymirror quarantine`: rows that could not be read, and what does not add up. */
import { Mirror } from "@paymirror/sync"
import * as Effect from "effect/Effect"
import * as Command from "effect/cli/Command"
import { answerTable, withMirror } from "../root.ts"
import { seeing } from "../seen.ts"

export const quarantine = Command.make(
  "quarantine",
  {},
  Effect.fn(function* () {
    const rows = yield* withMirror(
      Mirror.quarantined.pipe(
        seeing((found) => ({
          command: "quarantine",
          streams: found.map(({ stream }) => stream),
          accountIds: found.map(({ accountId }) => accountId),
          count: found.length
        }))
      )
    )
    yield* answerTable(
      rows,
      [
        { title: "stream", of: (row) => row.stream },
        {
          title: "where",
          of: (row) =>
            [
              row.locator.line === undefined ? "" : `line ${row.locator.line}`,
              row.locator.column ?? "",
              row.locator.id ?? ""
            ]
              .filter((part) => part !== "")
              .join(" ")
        },
        { title: "reason", of: (row) => row.reason },
        { title: "by", of: (row) => row.connector },
        { title: "since", of: (row) => row.at.slice(0, 10) }
      ],
      "Nothing is in quarantine."
    )
  })
).pipe(Command.withDescription("List rows that could not be read, with the reason"))
