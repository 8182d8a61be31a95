/** How a file is linked: the person uploads it, and it is read whole. What is left behind is the file and its digest. */
import type { ConnectorError, Link } from "@paymirror/core"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Schema from "effect/Schema"
import * as Statement from "./Statement.ts"

export const Grant = Schema.Struct({
  path: Schema.NonEmptyString,
  digest: Schema.NonEmptyString,
  currencies: Schema.Array(Schema.String)
})
export type Grant = typeof Grant.Type

/** The account is named by its provider and by the person, never by the file: the next download meets the same rows. */
export const link = (fs: FileSystem.FileSystem) =>
  Effect.fnUntraced(function* ({
    answer
  }: Link.LinkInput): Effect.fn.Return<Link.LinkStep<Grant>, ConnectorError.ConnectorError> {
    if (answer._tag !== "Uploaded")
      return { _tag: "Upload", message: "Choose the statement you downloaded from Acme, as CSV.", state: "" }
    const { digest, records } = yield* Statement.open(fs, answer.path)
    const told = records.map(({ cells }) => cells["Currency"] ?? "").filter((code) => /^[A-Z]{3}$/.test(code))
    const currencies = [...new Set(told)].toSorted()
    if (currencies.length === 0)
      return yield* Statement.refuse(
        "No row of the file names its currency.",
        "Choose the file Acme calls a statement."
      )
    return {
      _tag: "Linked",
      grant: { path: answer.path, digest, currencies },
      accounts: currencies.map((currency) => ({
        identification: `acme:${answer.options["account"] ?? "default"}`,
        currency,
        market: "US",
        legalEntity: "Acme",
        status: "OPEN",
        displayName: `Acme ${currency}`
      })),
      found: {
        format: "acme",
        rows: records.length,
        encoding: "utf-8",
        columns: Object.keys(records[0]?.cells ?? {}).length
      }
    }
  })
