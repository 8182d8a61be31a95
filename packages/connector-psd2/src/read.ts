/**
 * Reading an account: window by window, newest first, each with a checkpoint of its own; then what is pending, then the
 * balance. A window the bank cannot serve at once is halved, one that begins too early is shortened and what is left of
 * it said; a window that was not walked to its end gives nothing. One row that cannot be read never ends a run.
 */
import { type Connector, type ConnectorError, Instant, type ReadEvent, type StreamName } from "@paymirror/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as Caller from "./Caller.ts"
import * as Checkpoint from "./Checkpoint.ts"
import type { Dialect } from "./Dialect.ts"
import { type Grant, ofInstitution } from "./Grant.ts"
import * as Windows from "./ledger/Window.ts"
import { walk } from "./ledger/Walk.ts"
import type { Settings } from "./Options.ts"
import { Reading } from "./Reading.ts"
import { Refusal } from "./Refusal.ts"
import { balanceRows } from "./translate/balance.ts"

export type Events = Stream.Stream<ReadEvent.ReadEvent<Checkpoint.Checkpoint>, ConnectorError.ConnectorError>

type Input = Connector.ReadInput<Grant, Checkpoint.Checkpoint>

/** Events handed on at a time. */
const chunkSize = 500

const none: Events = Stream.empty

export const read = (dialect: Dialect, settings: Settings, stream: StreamName.StreamName, input: Input): Events =>
  stream === "balance" ? Stream.unwrap(begin(dialect, settings, input)) : none

const minutes = 60_000

const begin = (dialect: Dialect, settings: Settings, { access, account, checkpoint, session }: Input) =>
  Effect.gen(function* () {
    const { institution } = settings
    yield* ofInstitution((yield* session.current).grant, institution)
    const caller = yield* Caller.make({ dialect, session, access, account })
    const now = yield* Clock.currentTimeMillis
    const today = Instant.utcDate(Instant.fromEpochMillis(now))
    const { history } = institution
    const authorisedAt = Instant.toEpochMillis(caller.grant.authorisedAt)
    const floor = Windows.floorOf(Instant.utcDate(caller.grant.authorisedAt), history.days)
    const reading = new Reading(settings, caller.account, Checkpoint.open(Option.getOrUndefined(checkpoint), floor), {
      today,
      // An approval in the future is one of a clock that was set back, and says nothing.
      fresh: Math.abs(now - authorisedAt) < history.freshMinutes * minutes,
      attended: access.presence !== undefined
    })
    const windows: Events = Stream.flatMap(
      Stream.paginate(undefined, () =>
        Effect.map(step(caller, reading, settings), (events) => [
          [events],
          reading.agenda.isDone ? Option.none() : Option.some(undefined)
        ])
      ),
      (events) => Stream.fromIterable(events, { chunkSize })
    )
    const closing: Events = Stream.fromIterableEffect(
      Effect.map(caller.balances, (balances) => [...balanceRows(balances, reading.balanceContext), reading.checkpoint])
    )
    return Stream.concat(windows, closing)
  })

/** One window. What is refused goes back in pieces; what was walked before a failure is told before it. */
const step = (
  caller: Caller.Caller,
  reading: Reading,
  settings: Settings
): Effect.Effect<Iterable<ReadEvent.ReadEvent<Checkpoint.Checkpoint>>, ConnectorError.ConnectorError> =>
  Effect.suspend(() => {
    if (reading.failure !== undefined) return Effect.fail(reading.failure)
    const ask = reading.agenda.next
    const { from, to } = ask
    return walk(caller.page, { from, to }, { maxPages: settings.maxPages, ...reading.recognising }).pipe(
      Effect.map((walked) => reading.take(ask, walked)),
      Effect.catch((failure) => {
        const events = failure instanceof Refusal ? reading.refused(ask, failure) : undefined
        if (events !== undefined) return Effect.succeed(events)
        reading.failure = Caller.settled(failure)
        return Effect.succeed(reading.release())
      })
    )
  })
