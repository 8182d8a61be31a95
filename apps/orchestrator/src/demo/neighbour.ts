/**
 * The story at one of Klarna's neighbours: its simulated side answers on a socket of its own, somebody hands their session
 * over, and what happens there is read. Its wire is illustrative, which is said first.
 */
import { neighbours } from "@paymirror/sandbox"
import { Mirror } from "@paymirror/sync"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Connectors from "../Connectors.ts"
import { money } from "../describe.ts"
import { chapters, type Provider, type Step } from "./chapters.ts"
import { handOver } from "./handOver.ts"
import type { Stage } from "./Stage.ts"
import { poll, say, sayAccounts, title } from "./telling.ts"

export const providers = Object.keys(neighbours) as ReadonlyArray<Provider>

const person = "alex"

/** A neighbour and its steps, held together so that the acts are that provider's own. */
const open = <P extends Provider>(provider: P, options: { readonly seed: number; readonly start: string }) => {
  const far = neighbours[provider](options) as ReturnType<(typeof neighbours)[P]>
  const steps: ReadonlyArray<Step> = chapters[provider](far)
  return { far, steps }
}

export const tellOf = (provider: Provider, seed: number) => (stage: Stage) =>
  Effect.gen(function* () {
    const { clock } = stage.sandbox.world
    const { far, steps } = open(provider, { seed, start: new Date(clock.now).toISOString() })
    const manifest = Connectors.manifests.find((one) => one.provider === provider && one.route === "session")
    if (manifest === undefined) return yield* Effect.die(new Error(`no connector reads ${provider}`))
    const baseUrl = yield* far.serve
    const pass = (days: number): void => {
      far.advance({ days })
      stage.sandbox.advance({ days })
    }

    yield* Console.log(`A simulated ${manifest.name} answers at ${baseUrl}; the mirror is ${stage.database}`)
    yield* Console.log(
      "Nobody has published its wire: what you see is how the mirror works, not how it is spelled there."
    )

    yield* title(stage, `${person} hands over a session and agrees to be mirrored`)
    const linked = yield* handOver(stage, { person, connector: manifest.id, baseUrl, session: far.handOver(person) })
    yield* say(
      `linked, consent ${linked.consentId}, ${linked.accountIds.length === 1 ? "one account" : `${linked.accountIds.length} accounts`}`
    )

    yield* title(stage, "the first poll reads it from the beginning")
    for (const report of yield* poll({ quiet: true })) yield* say(`${report.stream.padEnd(10)} ${report.added} added`)
    if (manifest.streams.balance !== undefined) yield* sayAccounts(person)
    for (const due of yield* Mirror.due({ until: "2099-12-31", limit: 3 })) {
      yield* say(`${due.dueDate}  ${money(due.amountDue)} is to pay`)
    }

    for (const { act, days = 0, title: what } of steps) {
      act?.()
      if (days > 0) pass(days)
      yield* title(stage, what)
      yield* poll()
    }
    return { allowedBaseUrls: [baseUrl], pass }
  })
