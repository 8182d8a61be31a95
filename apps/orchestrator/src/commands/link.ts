/** `paymirror link`: connects an account, with the account holder's consent. */
import { StreamName } from "@paymirror/core"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Connectors from "../Connectors.ts"
import { countryOf } from "../countryOf.ts"
import { codes, Refusal, worst } from "../Exit.ts"
import { grow } from "../grow.ts"
import { linkAccount } from "../linkAccount.ts"
import { atTerminal } from "../Person.ts"
import { presenceOf } from "../presence.ts"
import { reports } from "../reports.ts"
import { answer, progress, withMirror } from "../root.ts"

/** Only what was given. */
const set = (given: Readonly<Record<string, Option.Option<string>>>): Connectors.Settings =>
  Object.fromEntries(
    Object.entries(given).flatMap(([name, value]) => (Option.isSome(value) ? [[name, value.value] as const] : []))
  )

const aggregator = "enable-banking"

/** The bank that is meant: one that is known by its id, or by its name behind the aggregator. */
const bankOf = (given: {
  readonly institution: Option.Option<string>
  readonly bank: Option.Option<string>
  readonly market: Option.Option<string>
  readonly provider: Option.Option<string>
}) => {
  const { bank, institution, market, provider } = given
  const behind = Option.getOrUndefined(institution) === aggregator
  if (behind !== Option.isSome(bank) || behind !== Option.isSome(market)) {
    return Effect.fail(
      new Refusal({
        message: `A bank behind the aggregator is named in full: --institution ${aggregator} --bank NAME --market CC.`,
        code: codes.usage
      })
    )
  }
  return behind && Option.isSome(bank) && Option.isSome(market)
    ? Effect.map(countryOf(market.value), (country) =>
        Connectors.behindAggregator(bank.value, country, Option.getOrUndefined(provider))
      )
    : Effect.succeed(set({ institution }))
}

export const link = Command.make(
  "link",
  {
    connector: Argument.String("connector").pipe(
      Argument.withDescription(`Which route: ${Connectors.linkable.join(", ")}`)
    ),
    institution: Flag.String("institution").pipe(
      Flag.withDescription("Which bank, for a route with several; `paymirror institutions` lists them"),
      Flag.optional
    ),
    bank: Flag.String("bank").pipe(
      Flag.withDescription("With --institution enable-banking: the bank's name as it is listed there"),
      Flag.optional
    ),
    market: Flag.String("market").pipe(Flag.withDescription("With --bank: its country"), Flag.optional),
    provider: Flag.String("provider").pipe(
      Flag.withDescription("With --bank: the word its accounts go by in the mirror"),
      Flag.optional
    ),
    holder: Flag.String("holder").pipe(Flag.withDescription("Whose account it is"), Flag.withDefault("me")),
    address: Flag.String("address").pipe(
      Flag.withDescription("The IP address of your own device, as it is; the bank then sees that you are there"),
      Flag.optional
    ),
    attendedOnly: Flag.Boolean("attended-only").pipe(
      Flag.withDescription("Read only while you are there, never on a schedule"),
      Flag.withDefault(false)
    ),
    baseUrl: Flag.String("base-url").pipe(
      Flag.withDescription("Where the provider answers (the simulated one, or a host that is not published)"),
      Flag.optional
    ),
    issuer: Flag.String("issuer").pipe(
      Flag.withDescription("The bank's authorisation server, where it is not the published one"),
      Flag.optional
    ),
    redirectUrl: Flag.String("redirect-url").pipe(
      Flag.withDescription("Where the bank sends you back to, as registered there; on localhost it is answered here"),
      Flag.optional
    ),
    handOver: Flag.File("hand-over").pipe(
      Flag.withDescription("A JSON file with what would be asked for, instead of prompts"),
      Flag.optional
    ),
    streams: Flag.Literals("stream", StreamName.streamNames).pipe(
      Flag.withDescription("Only this stream; may be repeated"),
      Flag.atLeast(0)
    ),
    days: Flag.Int("days").pipe(
      Flag.withDescription("How long the consent lasts, 1 to 365; a bank may allow less"),
      Flag.withDefault(365)
    ),
    yes: Flag.Boolean("yes").pipe(
      Flag.withDescription("You agree to the notice, without being asked"),
      Flag.withDefault(false)
    )
  },
  Effect.fn(function* (given) {
    const { address, attendedOnly, baseUrl, connector, days, handOver, holder, streams, yes } = given
    if (days < 1 || days > 365) return yield* new Refusal({ message: "--days goes from 1 to 365.", code: codes.usage })
    const presence = yield* presenceOf(address)
    const redirectUrl = Option.getOrUndefined(given.redirectUrl)
    const settings = {
      ...(yield* bankOf(given)),
      ...set({ baseUrl, issuer: given.issuer, redirectUrl: given.redirectUrl })
    }
    const linked = yield* withMirror(
      linkAccount(
        {
          connector,
          holder,
          settings,
          days,
          attendedOnly,
          presence,
          streams: streams.length === 0 ? StreamName.streamNames : streams,
          onRows: grow
        },
        atTerminal({ handOver, agreed: yes, redirectUrl })
      )
    )
    const { accountIds, connectionId, consentId, read } = linked
    yield* progress(
      read.length === 0
        ? "Linked. Read it with: paymirror sync"
        : "Linked. Keep it current with: paymirror sync --watch"
    )
    yield* answer(
      { connectionId, consentId, accountIds, read },
      (room) =>
        `connection ${connectionId}\naccounts   ${accountIds.join(", ")}${read.length === 0 ? "" : `\n\n${reports(read, room)}`}`
    )
    const code = worst(read.map(({ outcome }) => outcome))
    if (code !== undefined) {
      return yield* new Refusal({ message: "It is linked, but not all of the past could be read yet.", code })
    }
  })
).pipe(
  Command.withDescription("Connect an account, with the account holder's consent"),
  Command.withExamples([
    { command: "paymirror link klarna-us", description: "Hand over your own signed-in session, at hidden prompts" },
    {
      command: "paymirror link klarna-us --base-url http://127.0.0.1:4010 --hand-over session.json --yes",
      description: "Link a person of the simulated provider"
    },
    {
      command: "paymirror link psd2 --institution klarna-de",
      description: "A German account: you approve in the app of the bank"
    }
  ])
)
