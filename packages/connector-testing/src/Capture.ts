/**
 * Everything a connector says besides its rows: log lines and span attributes at the finest level, and what it writes to
 * the console around them. Kept as text, to be searched for secrets; never printed.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Formatter from "effect/Formatter"
import * as Logger from "effect/Logger"
import * as References from "effect/References"
import type * as Scope from "effect/Scope"
import * as Tracer from "effect/Tracer"

export interface Capture {
  /** Runs an effect with its logs and spans captured. */
  readonly within: <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  /** Notes what `console` is given until the scope closes. */
  readonly console: Effect.Effect<void, never, Scope.Scope>
  readonly said: () => ReadonlyArray<{ readonly where: string; readonly text: string }>
}

const text = (value: unknown): string =>
  value instanceof Error
    ? `${value.message} ${value.stack ?? ""} ${Formatter.format(value)}`
    : typeof value === "string"
      ? value
      : Formatter.format(value)

export const make = (): Capture => {
  const lines: Array<{ readonly where: string; readonly text: string }> = []
  const spans: Array<Tracer.NativeSpan> = []
  const logger = Logger.make<unknown, void>(({ cause, fiber, message }) => {
    const annotations = fiber.getRef(References.CurrentLogAnnotations)
    const parts = [...(Array.isArray(message) ? message : [message]), annotations].map(text)
    lines.push({ where: "a log line", text: `${parts.join(" ")} ${Cause.pretty(cause)}` })
  })
  const tracer = Tracer.make({
    span: (options) => {
      const span = new Tracer.NativeSpan(options)
      spans.push(span)
      return span
    }
  })
  const spanText = (span: Tracer.NativeSpan): string =>
    [
      span.name,
      ...[...span.attributes].flat().map(text),
      ...span.events.flatMap(([name, , attributes]) => [name, text(attributes)]),
      span.status._tag === "Ended" && Exit.isFailure(span.status.exit) ? Cause.pretty(span.status.exit.cause) : ""
    ].join(" ")
  return {
    within: (self) =>
      self.pipe(
        Effect.provide(Logger.layer([logger])),
        Effect.provideService(Tracer.Tracer, tracer),
        Effect.provideService(References.MinimumLogLevel, "All")
      ),
    console: Effect.acquireRelease(
      Effect.sync(() => {
        const kept = { ...globalThis.console }
        const note = (...values: ReadonlyArray<unknown>): void => {
          lines.push({ where: "the console", text: values.map(text).join(" ") })
        }
        Object.assign(globalThis.console, { log: note, info: note, warn: note, error: note, debug: note, trace: note })
        return kept
      }),
      (kept) => Effect.sync(() => Object.assign(globalThis.console, kept))
    ).pipe(Effect.asVoid),
    said: () => [...lines, ...spans.map((span) => ({ where: `the span "${span.name}"`, text: spanText(span) }))]
  }
}
