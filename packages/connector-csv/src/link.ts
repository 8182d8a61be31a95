/**
 * The conversation that links a file: it asks for an upload, reads the file whole, and answers with what was found. The
 * account is named by its provider and by the person, never by the file, so that the next export meets the same rows.
 */
import { Account, type ConnectorError, type Link } from "@paymirror/core"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { Format } from "./Format.ts"
import { formats } from "./Formats.ts"
import type { Grant } from "./Grant.ts"
import * as Mapping from "./Mapping.ts"
import { list, refuse } from "./Refusal.ts"
import { type Scan, scan } from "./scan.ts"
import { unreadable } from "./Source.ts"

/** What can be said about a file beside its path. */
export const optionNames = ["format", "map", "dateOrder", "account", "market"] as const

const DateOrder = Schema.Literals(["mdy", "dmy", "ymd"])

export const link = (fs: FileSystem.FileSystem) =>
  Effect.fnUntraced(function* ({ answer, state }: Link.LinkInput): Effect.fn.Return<
    Link.LinkStep<Grant>,
    ConnectorError.ConnectorError
  > {
    if (answer._tag !== "Uploaded") {
      return {
        _tag: "Upload",
        message: "Choose the CSV file you downloaded from the provider.",
        state: answer._tag === "Start" ? answer.market ?? "" : state
      }
    }
    const { path, options } = answer
    const unknown = Object.keys(options).filter((name) => !optionNames.some((known) => known === name))
    if (unknown.length > 0) {
      return yield* refuse(`There is no option ${list(unknown)}.`, `The options are ${optionNames.join(", ")}.`)
    }
    const dateOrder = options["dateOrder"] === undefined ? undefined : yield* stated(DateOrder, "dateOrder", options["dateOrder"])
    const map = options["map"] === undefined ? undefined : yield* mapping(fs, options["map"])
    const known = map === undefined ? yield* named(options["format"]) : [Mapping.toFormat(map)]
    const found = yield* scan(fs, path, { formats: known, forced: known.length === 1, dateOrder })
    const market = yield* marketOf(found.format, options["market"] ?? state)
    return {
      _tag: "Linked",
      grant: {
        path,
        size: found.size,
        fingerprint: found.fingerprint,
        format: found.format.id,
        ...(map === undefined ? {} : { map }),
        encoding: found.encoding,
        delimiter: found.delimiter,
        header: found.layout.header,
        ...(found.dateOrder === undefined ? {} : { dateOrder: found.dateOrder }),
        ...(found.decimal === undefined ? {} : { decimal: found.decimal }),
        currencies: found.currencies,
        rows: found.rows
      },
      accounts: accounts(found, market, options["account"] ?? "default"),
      found: { format: found.format.id, rows: found.rows, encoding: found.encoding, columns: found.layout.header.length }
    }
  })

const stated = <A>(schema: Schema.Codec<A, unknown>, name: string, value: string): Effect.Effect<A, ConnectorError.ConnectorError> =>
  Option.match(Schema.decodeUnknownOption(schema)(value), {
    onNone: () => Effect.fail(refuse(`The option ${name} cannot be ${list([value])}.`, `Allowed is ${allowed[name] ?? ""}.`)),
    onSome: Effect.succeed
  })

const allowed: Readonly<Record<string, string>> = {
  dateOrder: "mdy, dmy or ymd",
  market: "a country of two capital letters, such as US"
}

const named = (id: string | undefined): Effect.Effect<ReadonlyArray<Format>, ConnectorError.ConnectorError> => {
  const fit = id === undefined ? formats : formats.filter((format) => format.id === id)
  return fit.length > 0
    ? Effect.succeed(fit)
    : Effect.fail(refuse(`There is no format ${list([id ?? ""])}.`, `The formats are ${formats.map((format) => format.id).join(", ")}.`))
}

const mapping = Effect.fnUntraced(function* (
  fs: FileSystem.FileSystem,
  path: string
): Effect.fn.Return<Mapping.Mapping, ConnectorError.ConnectorError> {
  const text = yield* Effect.mapError(fs.readFileString(path), unreadable)
  const parsed = Mapping.parse(text)
  if (Result.isSuccess(parsed)) return parsed.success
  return yield* refuse(`The mapping file cannot be used: ${parsed.failure}.`, "The package's README describes every field.")
})

const marketOf = (format: Format, said: string): Effect.Effect<Account.Market, ConnectorError.ConnectorError> => {
  if (said !== "") return stated(Account.Market, "market", said)
  return format.market === undefined
    ? Effect.fail(
        refuse(`A ${format.providerName} file does not say which country the account is in.`, "Say it with the option market, such as US or DE.")
      )
    : Effect.succeed(format.market)
}

const accounts = ({ format, currencies }: Scan, market: string, account: string): ReadonlyArray<Account.LinkedAccount> =>
  currencies.map((currency) => ({
    provider: format.provider,
    identification: `csv:${format.provider}:${account}`,
    currency,
    market,
    legalEntity: format.legalEntity ?? format.legalEntities?.[market] ?? format.providerName,
    status: "OPEN",
    displayName: `${format.providerName} ${currency}${account === "default" ? "" : ` (${account})`}`
  }))
