/** `paymirror routes`: which connector serves which stream in a country, and what was passed over. */
import { StreamName } from "@paymirror/core"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Connectors from "../Connectors.ts"
import { countryOf } from "../countryOf.ts"
import * as Poll from "../Poll.ts"
import { answer, withMirror } from "../root.ts"
import * as Routing from "../Routing.ts"
import { section, together } from "../Sections.ts"
import { render } from "../Table.ts"
import { toLink } from "../toLink.ts"

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

/** A command stands in one line however long it is, so that it can be copied. */
const commands = Number.POSITIVE_INFINITY

const called = (streams: ReadonlyArray<string>): string =>
  streams.length === StreamName.streamNames.length ? "every stream" : streams.join(", ")

/** Choices for a person to read; `holderId` where they are somebody's. */
export const describe = (choices: ReadonlyArray<Routing.Choice>, room: number, holderId?: string): string => {
  const why = choices.flatMap(({ gap, history, live, stream: of }) => [
    ...(live === undefined ? [] : [{ of, text: `${Routing.nameOf(live)}: ${live.why}` }]),
    ...(history === undefined || history.why === live?.why
      ? []
      : [{ of, text: `${Routing.nameOf(history)} for the past: ${history.why}` }]),
    ...(gap === undefined ? [] : [{ of, text: gap }])
  ])
  const passed = choices.flatMap(({ passedOver, stream: of }) =>
    passedOver.map((one) => ({
      of,
      text: `${Routing.nameOf(one)}${one.for.length === 1 && one.for[0] === "history" ? " for the past" : ""}: ${one.why}`
    }))
  )
  const unlinked = choices.flatMap(({ live, stream: of }) => {
    if (holderId === undefined || live === undefined || live.connectionId !== undefined) return []
    const { connector, institution } = live
    return [{ of, text: toLink({ connector, holderId, settings: institution === undefined ? {} : { institution } }) }]
  })
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
    ...section("Why", together(why, room, called)),
    ...section("Passed over", together(passed, room, called)),
    ...section("Not linked yet", together(unlinked, commands, called))
  ].join("\n")
}

export const routes = Command.make(
  "routes",
  {
    market: Flag.String("market").pipe(Flag.withDescription("The account's country: US, DE, SE, GB, …")),
    provider: Flag.String("provider").pipe(Flag.withDescription("Who holds the data"), Flag.withDefault("klarna")),
    holder: Flag.String("holder").pipe(
      Flag.withDescription("For this person, with what they have linked"),
      Flag.optional
    )
  },
  Effect.fn(function* ({ holder, market: country, provider }) {
    const market = yield* countryOf(country)
    const choices = Option.isSome(holder)
      ? yield* withMirror(ofHolder(market, provider, holder.value))
      : yield* anybody(market, provider)
    yield* answer({ market, provider, routes: choices }, (room) =>
      describe(choices, room, Option.getOrUndefined(holder))
    )
  })
).pipe(
  Command.withDescription("Say which connector serves which stream, and why"),
  Command.withExamples([
    { command: "paymirror routes --market DE", description: "Who reads what of Klarna in Germany" },
    { command: "paymirror routes --market US --holder me", description: "The same with what you have linked" }
  ])
)
