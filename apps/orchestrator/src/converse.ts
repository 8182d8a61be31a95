/**
 * The conversation that links an account, step by step until the connector says it is linked. Nothing is kept before
 * that: whoever breaks off leaves nothing half-done here, and is told what to do about a question that is still open in
 * their app.
 */
import { Connector } from "@paymirror/core"
import type { Access, Link } from "@paymirror/core"
import * as Effect from "effect/Effect"
import { codes, fromConnector, Refusal } from "./Exit.ts"
import type { Person } from "./Person.ts"

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
          if (told !== step.message) yield* person.say(step.message)
          told = step.message
          yield* person.approve(step)
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
