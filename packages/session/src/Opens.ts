/**
 * Which accounts a session opens onto, as data: what is asked, one after the other, and what the answers come to. It proves
 * the session too: what fails here fails the link.
 */
import type { Account, ConnectorError } from "@paymirror/core"
import * as Effect from "effect/Effect"
import type * as Schema from "effect/Schema"

/** A `GET` under the session, and what its answer is read by. */
export interface Question {
  readonly path: string
  readonly schema: Schema.ConstraintDecoder<unknown>
}

/** Asks, and reads the answer. */
export type Ask = (question: Question) => Effect.Effect<unknown, ConnectorError.ConnectorError>

export interface Opens {
  readonly questions: ReadonlyArray<Question>
  readonly accounts: (ask: Ask) => Effect.Effect<ReadonlyArray<Account.LinkedAccount>, ConnectorError.ConnectorError>
}

/** Each answer goes by the name of its question. */
export const opensOnto = <Questions extends Readonly<Record<string, Question>>>(
  questions: Questions,
  accounts: (answers: {
    readonly [Name in keyof Questions]: Questions[Name]["schema"]["Type"]
  }) => ReadonlyArray<Account.LinkedAccount>
): Opens => ({
  questions: Object.values(questions),
  accounts: Effect.fnUntraced(function* (ask) {
    const answers: Record<string, unknown> = {}
    for (const [name, question] of Object.entries(questions)) answers[name] = yield* ask(question)
    // Each is what its own schema made of it.
    return accounts(answers as Parameters<typeof accounts>[0])
  })
})
