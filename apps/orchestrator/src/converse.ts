/**
 * The conversation that links an account, step by step until the connector says it is linked. Nothing is kept before
 * that: whoever breaks off leaves nothing half-done here, and is told what to do about a question that is still open in
 * their app.
 */
import { Connector, Instant } from "@paymirror/core"
import type { Access, Link } from "@paymirror/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { codes, fromConnector, Refusal } from "./Exit.ts"
import type { Person } from "./Person.ts"

const second = 1000

/** `9:05 left`. */
const left = (until: string | undefined, now: number): string => {
  if (until === undefined) return ""
  const seconds = Math.max(0, Math.round((Instant.toEpochMillis(until) - now) / second))
  return `, ${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")} left`
}

/** The pause before asking whether they have approved, with the time that is left in sight. */
const pause = (step: Extract<Link.LinkStep<unknown>, { _tag: "Approve" }>, person: Person) =>
  Effect.gen(function* () {
    for (let waited = 0; waited < step.pollAfterSeconds; waited += 1) {
      yield* person.tick(
        `Waiting for your approval${left(step.until, yield* Clock.currentTimeMillis)} (Ctrl-C breaks off)`
      )
      yield* Effect.sleep(Math.min(1, step.pollAfterSeconds - waited) * second)
    }
  })

export const converse = (person: Person, presence: Access.Presence | undefined) =>
  Effect.gen(function* () {
    const connector = yield* Connector.Connector
    const answer = (given: Link.LinkAnswer, state: string) =>
      connector.link({ answer: given, state, ...(presence !== undefined && { presence }) })
    let step = yield* answer({ _tag: "Start" }, "")
    let told: string | undefined
    while (step._tag !== "Linked") {
      switch (step._tag) {
        case "Prompt":
          yield* person.say(step.message)
          step = yield* answer({ _tag: "Entered", values: yield* person.enter(step) }, step.state)
          break
        case "Approve":
          if (told !== step.message) {
            yield* person.say(step.message)
            yield* person.approve(step)
            told = step.message
          }
          yield* pause(step, person)
          step = yield* answer({ _tag: "Poll" }, step.state)
          break
        case "Redirect":
          step = yield* answer({ _tag: "Redirected", url: yield* person.visit(step) }, step.state)
          break
        case "Upload":
          return yield* new Refusal({
            message: "This connector reads a file: use `paymirror import FILE`.",
            code: codes.usage
          })
      }
    }
    return step
  }).pipe(
    Effect.catchTag("ConnectorError", (error) => Effect.fail(fromConnector(error))),
    Effect.onInterrupt(() =>
      person.say("Nothing was linked. If your bank still asks you to approve, decline it there: nobody waits for it.")
    )
  )
