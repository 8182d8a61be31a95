/**
 * Counts every edge at which a process can die: before each SQL statement, before an HTTP call is sent and after its
 * answer came, after each piece of a file was read, around each change of a file. At the step it was told to, the process
 * kills itself.
 */
import { writeSync } from "node:fs"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { HttpClient } from "effect/http"

/** Lease extensions come by the clock: counting them would number the others differently each time. */
const byTheClock = /^\s*UPDATE lease SET expires_at = \?/

export class Steps {
  private count = 0
  private readonly crashAt: number

  constructor(crashAt: number) {
    this.crashAt = crashAt
  }

  readonly step = (what: string): void => {
    if (byTheClock.test(what)) return
    this.count += 1
    if (this.count === this.crashAt) process.kill(process.pid, "SIGKILL")
  }

  /** Tells the parent how many steps a run without a crash has. */
  report(): void {
    writeSync(1, `${JSON.stringify({ steps: this.count })}\n`)
  }

  private around<A, E, R>(what: string, effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> {
    const told = Effect.sync(() => this.step(what))
    return Effect.tap(Effect.andThen(told, effect), () => told)
  }

  readonly http = Layer.effect(
    HttpClient.HttpClient,
    Effect.map(
      HttpClient.HttpClient,
      HttpClient.transform((answer, request) =>
        Effect.suspend(() => {
          this.step(`send ${request.url}`)
          return Effect.tap(answer, () => Effect.sync(() => this.step(`received ${request.url}`)))
        })
      )
    )
  )

  readonly files = Layer.effect(
    FileSystem.FileSystem,
    Effect.map(FileSystem.FileSystem, (fs) =>
      FileSystem.FileSystem.of({
        ...fs,
        stream: (path, options) =>
          Stream.tap(fs.stream(path, options), () => Effect.sync(() => this.step("a piece of the file was read"))),
        open: (path, options) => this.around(`open ${path}`, fs.open(path, options)),
        rename: (from, to) => this.around(`rename ${from}`, fs.rename(from, to)),
        remove: (path, options) => this.around(`remove ${path}`, fs.remove(path, options))
      })
    )
  )
}
