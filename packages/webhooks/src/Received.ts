/**
 * The body of a message, read. A receiver is often older than its sender: fields it does not know are left out, and an
 * event it does not know comes out as `Unknown` and fails nothing. What is no event at all is refused, with the field that
 * is wrong and never its value.
 */
import { Event, StreamName } from "@paymirror/core"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type * as SchemaIssue from "effect/SchemaIssue"
import { WebhookError } from "./WebhookError.ts"

/** What a queue is handed: plain JSON. */
export const Message = Schema.Struct({ id: Schema.NonEmptyString, event: Event.Event })
export interface Message {
  /** The `webhook-id`: the same however often the message is delivered. */
  readonly id: string
  readonly event: Event.Event
}

const Envelope = Schema.Struct({
  type: Schema.NonEmptyString,
  timestamp: Schema.NonEmptyString,
  data: Schema.Record(Schema.String, Schema.Unknown)
})

export interface Known {
  readonly _tag: "Known"
  readonly event: Event.Event
}

/** An event of a newer sender: a type, or a stream, that this version has no name for. */
export interface Unknown {
  readonly _tag: "Unknown"
  readonly type: string
  readonly timestamp: string
  readonly data: Readonly<Record<string, unknown>>
}

export type Received = Known | Unknown

const envelope = Schema.decodeUnknownResult(Envelope)
const event = Schema.decodeUnknownResult(Event.Event)
const isType = Schema.is(Event.EventType)
const isStream = Schema.is(StreamName.StreamName)

/** Names of fields, never what they hold. */
const pathOf = (issue: SchemaIssue.Issue): string => {
  const path: Array<string> = []
  let at: SchemaIssue.Issue | undefined = issue
  while (at !== undefined) {
    if (at._tag === "Pointer") path.push(...at.path.map(String))
    at = "issue" in at ? at.issue : "issues" in at ? at.issues[0] : undefined
  }
  return path.length === 0 ? "the body" : `the field ${path.join(".")}`
}

const malformed = (message: string) => new WebhookError("MalformedBody", message)

const parse = (body: string): Result.Result<unknown, WebhookError> =>
  Result.try({ try: (): unknown => JSON.parse(body), catch: () => malformed("The body is not JSON.") })

const unreadable = ({ issue }: { readonly issue: SchemaIssue.Issue }) =>
  malformed(`The body is not an event: ${pathOf(issue)} is missing or of the wrong kind.`)

export const decode = (body: string): Result.Result<Received, WebhookError> =>
  parse(body).pipe(
    Result.flatMap((json) => Result.mapError(envelope(json), unreadable)),
    Result.flatMap(({ data, timestamp, type }): Result.Result<Received, WebhookError> => {
      const isNewer = !isType(type) || (typeof data["stream"] === "string" && !isStream(data["stream"]))
      if (isNewer) return Result.succeed({ _tag: "Unknown", type, timestamp, data })
      return event({ type, timestamp, data }).pipe(
        Result.map((event) => ({ _tag: "Known" as const, event })),
        Result.mapError(unreadable)
      )
    })
  )
