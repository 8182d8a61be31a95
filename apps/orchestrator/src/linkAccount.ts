/**
 * The conversation that connects an account. The person is shown what they agree to before anything is asked; secrets
 * come from a hidden prompt or a file, never from the command line.
 */
import { Connector, Instant, type StreamName } from "@paymirror/core"
import type { Link } from "@paymirror/core"
import { Connections } from "@paymirror/sync"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Prompt from "effect/cli/Prompt"
import * as Connectors from "./Connectors.ts"
import { codes, fromConnector, Refusal } from "./Exit.ts"

/** The text a person agrees to, stored word for word with the consent. */
const notice = (name: string, streams: ReadonlyArray<string>, until: string) => ({
  text:
    `You let this paymirror read your own account at ${name}: ${streams.join(", ")}. It keeps a copy in your database, ` +
    `until ${until.slice(0, 10)} or until you withdraw (paymirror withdraw), which ends it at once. ` +
    `It only reads, and it never asks for your password.`,
  version: "1",
  language: "en"
})

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

const enter = (step: Extract<Link.LinkStep<unknown>, { _tag: "Prompt" }>, handOver: Option.Option<string>) =>
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

const converse = (handOver: Option.Option<string>, say: (line: string) => Effect.Effect<void>) =>
  Effect.gen(function* () {
    const connector = yield* Connector.Connector
    let step = yield* connector.link({ answer: { _tag: "Start" }, state: "" })
    while (step._tag !== "Linked") {
      switch (step._tag) {
        case "Prompt":
          yield* say(step.message)
          step = yield* connector.link({
            answer: { _tag: "Entered", values: yield* enter(step, handOver) },
            state: step.state
          })
          break
        case "Approve":
          yield* say(step.message)
          yield* Effect.sleep(step.pollAfterSeconds * 1000)
          step = yield* connector.link({ answer: { _tag: "Poll" }, state: step.state })
          break
        case "Redirect": {
          yield* say(`Open this page, agree there, and paste the address you are sent back to:\n${step.url}`)
          const url = yield* Prompt.run(Prompt.String({ message: "Address" }))
          step = yield* connector.link({ answer: { _tag: "Redirected", url }, state: step.state })
          break
        }
        case "Upload":
          return yield* new Refusal({
            message: "This connector reads a file: use `paymirror import FILE`.",
            code: codes.usage
          })
      }
    }
    return step
  }).pipe(Effect.catchTag("ConnectorError", (error) => Effect.fail(fromConnector(error))))

export interface LinkOptions {
  readonly connector: string
  readonly holder: string
  readonly baseUrl: Option.Option<string>
  readonly handOver: Option.Option<string>
  readonly streams: ReadonlyArray<StreamName.StreamName>
  readonly days: number
  readonly agreed: boolean
}

/** Links an account into the mirror in context. */
export const linkAccount = (options: LinkOptions, say: (line: string) => Effect.Effect<void>) =>
  Effect.gen(function* () {
    const entry = Connectors.find(options.connector)
    if (entry === undefined || entry.manifest.route === "export") {
      return yield* new Refusal({
        message: `There is no connector "${options.connector}" to link. Known: ${Connectors.linkable.join(", ")}. A file is imported: paymirror import FILE.`,
        code: codes.usage
      })
    }
    const settings = Option.match(options.baseUrl, { onNone: () => ({}), onSome: (baseUrl) => ({ baseUrl }) })
    const now = yield* Clock.currentTimeMillis
    const expiresAt = Instant.fromEpochMillis(now + options.days * 86_400_000)
    const streams = options.streams.filter((stream) => entry.manifest.streams[stream] !== undefined)
    const shown = notice(entry.manifest.name, streams, expiresAt)
    yield* say(shown.text)
    if (!options.agreed && !(yield* Prompt.run(Prompt.Confirm({ message: "Do you agree?" })))) {
      return yield* new Refusal({ message: "Nothing was linked.", code: codes.personNeeded })
    }
    const layer = yield* Effect.try({
      try: () => entry.layer(settings),
      catch: (cause) =>
        new Refusal({ message: String(cause instanceof Error ? cause.message : cause), code: codes.usage })
    })
    return yield* Effect.gen(function* () {
      const linked = yield* converse(options.handOver, say)
      const connections = yield* Connections
      return yield* connections.store(linked, {
        holderId: options.holder,
        streams,
        purpose: "a copy for the account holder",
        notice: shown,
        expiresAt,
        settings
      })
    }).pipe(Effect.provide(layer))
  })
