/** `paymirror routes`: which connector serves which stream in a country, and what was passed over. */
import type { StreamName } from "@paymirror/core"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Connectors from "../Connectors.ts"
import { codes, Refusal } from "../Exit.ts"
import * as Poll from "../Poll.ts"
import { answer, withMirror } from "../root.ts"
import * as Routing from "../Routing.ts"
import { render } from "../Table.ts"

/** The routes of a market for anybody. */
const anybody = (market: string, provider: string) =>
  Effect.map(Connectors.candidates, (candidates) => Routing.routes({ market, provider, candidates }))

/** The routes of a market for one person, with what they have linked. */
export const ofHolder = (market: string, provider: string, holder: string) =>
  Effect.gen(function* () {
    const known = yield* Connectors.candidates
    const linked = yield* Poll.readers(holder)
    // A bank behind an aggregator is known once it is linked.
    const others = linked
      .map(({ candidate }) => candidate)
      .filter((one) => !known.some((other) => Routing.nameOf(other) === Routing.nameOf(one)))
    return Routing.routes({ market, provider, candidates: [...known, ...others], linked })
  })

const cell = (chosen: Routing.Chosen | undefined): string =>
  chosen === undefined ? "–" : `${Routing.nameOf(chosen)}${chosen.maturity === "illustrative" ? ", illustrative" : ""}`

interface Line {
  readonly streams: ReadonlyArray<StreamName.StreamName>
  readonly text: string
}

/** The same words for several streams are said once. */
const together = (
  lines: ReadonlyArray<{ readonly stream: StreamName.StreamName; readonly text: string }>
): ReadonlyArray<Line> =>
  [...Map.groupBy(lines, ({ text }) => text)].map(([text, some]) => ({
    text,
    streams: some.map(({ stream }) => stream)
  }))

const said = (lines: ReadonlyArray<Line>): ReadonlyArray<string> =>
  lines.map(({ streams, text }) => `  ${streams.length === 7 ? "every stream" : streams.join(", ")}: ${text}`)

const section = (title: string, lines: ReadonlyArray<string>): ReadonlyArray<string> =>
  lines.length === 0 ? [] : ["", title, ...lines]

/** Choices for a person to read. */
export const describe = (choices: ReadonlyArray<Routing.Choice>, room: number, forPerson: boolean): string => {
  const why = choices.flatMap(({ gap, history, live, stream }) => [
    ...(live === undefined ? [] : [{ stream, text: `${Routing.nameOf(live)}: ${live.why}` }]),
    ...(history === undefined || history.why === live?.why
      ? []
      : [{ stream, text: `${Routing.nameOf(history)} for the past: ${history.why}` }]),
    ...(gap === undefined ? [] : [{ stream, text: gap }])
  ])
  const passed = choices.flatMap(({ passedOver, stream }) =>
    passedOver.map((one) => ({
      stream,
      text: `${Routing.nameOf(one)}${one.for.length === 1 && one.for[0] === "history" ? " for the past" : ""}: ${one.why}`
    }))
  )
  const unlinked = choices.flatMap(({ live, stream }) =>
    forPerson && live !== undefined && live.connectionId === undefined
      ? [
          {
            stream,
            text: `paymirror link ${live.connector}${live.institution === undefined ? "" : ` --institution ${live.institution}`}`
          }
        ]
      : []
  )
  return [
    render(
      [
        { title: "stream", of: (row: Routing.Choice) => row.stream },
        { title: "live", of: (row) => cell(row.live) },
        { title: "history", of: (row) => cell(row.history) }
      ],
      choices,
      room
    ),
    ...section("Why", said(together(why))),
    ...section("Passed over", said(together(passed))),
    ...section("Not linked yet", said(together(unlinked)))
  ].join("\n")
}

export const routes = Command.make(
  "routes",
  {
    market: Flag.String("market").pipe(
      Flag.withDescription("The account's country: US, DE, SE, GB, …"),
      Flag.map((text) => text.toUpperCase())
    ),
    provider: Flag.String("provider").pipe(Flag.withDescription("Who holds the data"), Flag.withDefault("klarna")),
    holder: Flag.String("holder").pipe(
      Flag.withDescription("For this person, with what they have linked"),
      Flag.optional
    )
  },
  Effect.fn(function* ({ holder, market, provider }) {
    if (!/^[A-Z]{2}$/.test(market)) {
      return yield* new Refusal({ message: `"${market}" is no country; write it as DE or US.`, code: codes.usage })
    }
    const choices = Option.isSome(holder)
      ? yield* withMirror(ofHolder(market, provider, holder.value))
      : yield* anybody(market, provider)
    yield* answer({ market, provider, routes: choices }, (room) => describe(choices, room, Option.isSome(holder)))
  })
).pipe(
  Command.withDescription("Say which connector serves which stream, and why"),
  Command.withExamples([
    { command: "paymirror routes --market DE", description: "Who reads what of Klarna in Germany" },
    { command: "paymirror routes --market US --holder me", description: "The same with what you have linked" }
  ])
)
