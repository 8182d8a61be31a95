/**
 * A file taken in over HTTP: it is written to a file of this process alone while it arrives, imported, and removed, whatever
 * came of it. Nothing of it is kept but its rows, and what could not be read, sealed.
 */
import { Api, CurrentCaller, Problem } from "@paymirror/api"
import type { ConnectorError } from "@paymirror/core"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import * as Stream from "effect/Stream"
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as SqlClient from "effect/sql/SqlClient"
import { type ImportOptions, importFile } from "../../importFile.ts"
import { say } from "../../outcomeWords.ts"
import * as Reading from "../Reading.ts"
import * as Visible from "../Visible.ts"

/** A connector speaks of its options by name; over HTTP they are parameters of the same names. */
const refused = ({ reason }: ConnectorError.ConnectorError) =>
  new Problem.Unprocessable({
    detail:
      reason._tag === "UnsupportedFile"
        ? `${reason.detail} ${reason.hint}`.replaceAll(/the option (\w+)/g, "`$1`")
        : "The file cannot be read."
  })

/** The person, and the account that is named, where the caller may see both and they belong together. */
const permitted = (holderId: string, accountId: string | undefined) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const caller = yield* CurrentCaller
    const found = yield* Effect.orDie(
      accountId === undefined
        ? sql`SELECT 1 FROM holder WHERE ${Visible.holders(sql, "holder.holder_id", caller, { holderId })}`
        : sql`SELECT 1 FROM account WHERE ${Visible.accounts(sql, caller, { accountId, holderId })}`
    )
    if (found.length === 0) return yield* new Problem.NotFound()
  })

const imported = (options: ImportOptions) =>
  importFile(options).pipe(
    Effect.catchTags({
      ConnectorError: (error) => Effect.fail(refused(error)),
      NoSuchAccount: () =>
        Effect.fail(new Problem.Unprocessable({ detail: "The file is in another currency than the account." })),
      Incomplete: ({ outcome }) => {
        const again = "Import it again"
        const next = { budget: again, presence: again, confirmation: again, consent: again }
        return Effect.fail(
          new Problem.Unprocessable({
            detail: `The import is not complete: ${say(outcome, next)}. What was read is kept; import it again.`
          })
        )
      },
      Refusal: ({ message }) => Effect.fail(new Problem.Unprocessable({ detail: message })),
      SqlError: Effect.die,
      SealError: Effect.die
    })
  )

export const imports = HttpApiBuilder.group(Api, "imports", (handlers) =>
  handlers.handleAll({
    createImport: ({ payload, query: { accountId, dateOrder, holderId, market } }) =>
      Effect.scoped(
        Effect.gen(function* () {
          yield* permitted(holderId, accountId)
          yield* Reading.note([{ holderId }])
          const fs = yield* FileSystem.FileSystem
          const path = (yield* Path.Path).join(
            yield* Effect.orDie(fs.makeTempDirectoryScoped({ prefix: "paymirror-import-" })),
            "upload.csv"
          )
          yield* Stream.run(payload, fs.sink(path, { flag: "wx", mode: 0o600 })).pipe(
            Effect.catchTag("PlatformError", Effect.die)
          )
          // They may have been erased while it arrived.
          yield* permitted(holderId, accountId)
          const options = {
            ...(dateOrder !== undefined && { dateOrder: dateOrder.toLowerCase() }),
            ...(market !== undefined && { market })
          }
          const { accounts, added, format, quarantined, rows, unchanged, updated } = yield* imported({
            path,
            holder: holderId,
            options,
            into: accountId
          })
          const importId = yield* (yield* SecureRandom.SecureRandom).uuidV7()
          return { importId, format, rows, added, updated, unchanged, quarantined, accountIds: accounts }
        })
      )
  })
)
