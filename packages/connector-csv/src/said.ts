/** What the person said about a file beside its path: each option is checked before the file is looked at. */
import type { ConnectorError } from "@paymirror/core"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { Files } from "./Files.ts"
import type { DateOrder, Format } from "./Format.ts"
import { mapped } from "./mapped.ts"
import * as Mapping from "./Mapping.ts"
import type { Candidates, Readable } from "./recognise.ts"
import { list, refuse } from "./Refusal.ts"
import { unreadable } from "./Source.ts"

/** What can be said about a file beside its path. */
export const optionNames = ["format", "map", "dateOrder", "account", "market"] as const

const Order = Schema.Literals(["mdy", "dmy", "ymd"])

export interface Said extends Candidates {
  readonly dateOrder: DateOrder | undefined
  readonly map: Mapping.Mapping | undefined
}

export const said = Effect.fnUntraced(function* (
  files: Files,
  { formats, takesMappings }: Readable,
  options: Readonly<Record<string, string>>
): Effect.fn.Return<Said, ConnectorError.ConnectorError> {
  const unknown = Object.keys(options).filter((name) => !optionNames.some((known) => known === name))
  if (unknown.length > 0) {
    return yield* refuse(`There is no option ${list(unknown)}.`, `The options are ${optionNames.join(", ")}.`)
  }
  if (options["map"] !== undefined && !takesMappings) {
    return yield* refuse(
      `This connector reads the files of ${formats[0]?.providerName ?? "one provider"} alone and takes no mapping.`,
      "Leave the option map out, or read the file with a connector of any file."
    )
  }
  const dateOrder =
    options["dateOrder"] === undefined ? undefined : yield* stated(Order, "dateOrder", options["dateOrder"])
  const map = options["map"] === undefined ? undefined : yield* mapping(files, options["map"])
  const candidates = map === undefined ? yield* named(formats, options["format"]) : [mapped(map)]
  const forced = map !== undefined || options["format"] !== undefined
  return { dateOrder, formats: candidates, forced, takesMappings, map }
})

export const stated = <A>(
  schema: Schema.Codec<A, unknown>,
  name: string,
  value: string
): Effect.Effect<A, ConnectorError.ConnectorError> =>
  Option.match(Schema.decodeUnknownOption(schema)(value), {
    onNone: () =>
      Effect.fail(refuse(`The option ${name} cannot be ${list([value])}.`, `Allowed is ${allowed[name] ?? ""}.`)),
    onSome: Effect.succeed
  })

const allowed: Readonly<Record<string, string>> = {
  dateOrder: "mdy, dmy or ymd",
  market: "a country of two capital letters, such as US"
}

const named = (
  formats: ReadonlyArray<Format>,
  id: string | undefined
): Effect.Effect<ReadonlyArray<Format>, ConnectorError.ConnectorError> => {
  const fit = id === undefined ? formats : formats.filter((format) => format.id === id)
  return id === undefined || fit.length > 0
    ? Effect.succeed(fit)
    : Effect.fail(
        refuse(
          `There is no format ${list([id])}.`,
          formats.length === 0
            ? "This connector reads by mappings alone: describe the file in one and pass it with the option map."
            : `The formats are ${formats.map((format) => format.id).join(", ")}.`
        )
      )
}

const mapping = Effect.fnUntraced(function* (
  files: Files,
  path: string
): Effect.fn.Return<Mapping.Mapping, ConnectorError.ConnectorError> {
  const text = yield* Effect.mapError(files.readFileString(path), unreadable)
  const parsed = Mapping.parse(text)
  if (Result.isSuccess(parsed)) return parsed.success
  return yield* refuse(
    `The mapping file cannot be used: ${parsed.failure}.`,
    "The package's README describes every field."
  )
})
