/**
 * Whoever is linked, as the conversation sees them: somebody to tell things, to ask, to send to a page and to wait for.
 * At a terminal that is prompts, lines and a listener for the way back; a demonstration brings people of its own. Secrets
 * come from a hidden prompt or a file, never from the command line.
 */
import { Instant } from "@paymirror/core"
import type { Link } from "@paymirror/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import type * as Terminal from "effect/Terminal"
import * as Prompt from "effect/cli/Prompt"
import { codes, Refusal } from "./Exit.ts"
import * as Loopback from "./Loopback.ts"
import { wrap } from "./wrap.ts"

type Step<Tag extends Link.LinkStep<unknown>["_tag"]> = Extract<Link.LinkStep<unknown>, { _tag: Tag }>
type Asking<A> = Effect.Effect<A, Refusal | Terminal.QuitError, Prompt.Environment>

export interface Person {
  readonly say: (line: string) => Effect.Effect<void>
  /** Shows what is to be agreed to, word for word, and asks. */
  readonly agrees: (text: string) => Asking<boolean>
  readonly enter: (step: Step<"Prompt">) => Asking<Readonly<Record<string, Redacted.Redacted<string>>>>
  /** Sends them to a page and gives the address they came back to. */
  readonly visit: (step: Step<"Redirect">) => Asking<string>
  /** They are asked to approve elsewhere; lasts until it is time to look whether they have. */
  readonly approve: (step: Step<"Approve">) => Effect.Effect<void>
}

const HandOver = Schema.fromJsonString(Schema.Record(Schema.String, Schema.String))

const fromFile = (path: string) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const text = yield* fs
      .readFileString(path)
      .pipe(
        Effect.mapError(
          () => new Refusal({ message: `The hand-over file ${path} cannot be read.`, code: codes.inputRefused })
        )
      )
    return yield* Schema.decodeUnknownEffect(HandOver)(text).pipe(
      Effect.mapError(
        () =>
          new Refusal({
            message: `The hand-over file ${path} is not a JSON object of texts.`,
            code: codes.inputRefused
          })
      )
    )
  })

const enter = (step: Step<"Prompt">, handOver: Option.Option<string>) =>
  Effect.gen(function* () {
    const given = Option.isSome(handOver) ? yield* fromFile(handOver.value) : {}
    const values: Record<string, Redacted.Redacted<string>> = {}
    for (const field of step.fields) {
      const known = given[field.name]
      values[field.name] =
        known !== undefined
          ? Redacted.make(known)
          : field.secret
            ? yield* Prompt.run(Prompt.Hidden({ message: field.label }))
            : Redacted.make(yield* Prompt.run(Prompt.String({ message: field.label })))
    }
    return values
  })

/** As long as a bank's page keeps somebody at most. */
const patience = "30 minutes"

const visit = (step: Step<"Redirect">, redirectUrl: string | undefined, say: Person["say"]): Asking<string> => {
  const open = say(`Open this page and agree there:\n${step.url}`)
  const paste: Asking<string> = Effect.andThen(
    say("When you are back, paste the whole address of the page you see:"),
    Prompt.run(Prompt.String({ message: "Address" }))
  )
  if (redirectUrl === undefined || !Loopback.answers(redirectUrl)) return Effect.andThen(open, paste)
  return Effect.scoped(
    Effect.gen(function* () {
      const back = yield* Loopback.listen(redirectUrl)
      yield* open
      if (Option.isNone(back)) return yield* paste
      const came = yield* Effect.timeoutOption(back.value, patience)
      if (Option.isSome(came)) return came.value
      return yield* new Refusal({ message: "Nobody came back from the bank's page.", code: codes.personNeeded })
    })
  )
}

const second = 1000

/** `, 9:05 left`. */
const left = (until: string | undefined, now: number): string => {
  if (until === undefined) return ""
  const seconds = Math.max(0, Math.round((Instant.toEpochMillis(until) - now) / second))
  return `, ${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")} left`
}

/** The pause before the next look, with the time that is left in sight. */
const pause = (step: Step<"Approve">, tick: (line: string) => Effect.Effect<void>) =>
  Effect.gen(function* () {
    for (let waited = 0; waited < step.pollAfterSeconds; waited += 1) {
      const now = yield* Clock.currentTimeMillis
      yield* tick(`Waiting for your approval${left(step.until, now)} (Ctrl-C breaks off)`)
      yield* Effect.sleep(Math.min(1, step.pollAfterSeconds - waited) * second)
    }
  })

/** A person at this terminal. The answer alone goes to standard output, so they are spoken to on the other. */
export const atTerminal = (options: {
  readonly handOver: Option.Option<string>
  readonly agreed: boolean
  readonly redirectUrl: string | undefined
}): Person => {
  const write = (text: string) => Effect.sync(() => void process.stderr.write(text))
  const say = (line: string) => write(`${process.stderr.isTTY ? "\r\u001b[K" : ""}${line}\n`)
  return {
    say,
    agrees: (text) =>
      Effect.andThen(
        say(wrap(text, process.stderr.columns ?? text.length).join("\n")),
        options.agreed ? Effect.succeed(true) : Prompt.run(Prompt.Confirm({ message: "Do you agree?" }))
      ),
    enter: (step) => enter(step, options.handOver),
    visit: (step) => visit(step, options.redirectUrl, say),
    // A line about waiting takes the place of the one before it.
    approve: (step) => pause(step, (line) => (process.stderr.isTTY ? write(`\r\u001b[K${line}`) : Effect.void))
  }
}
