/**
 * Chapter two, Germany: alex has an account there as well. It is approved in the bank's app and read over PSD2, four
 * times a day and no more while nobody is there; its consent is renewed before it ends, without a gap.
 */
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import { describe, ofHolder } from "../commands/routes.ts"
import { sayOutcome } from "../Exit.ts"
import * as Poll from "../Poll.ts"
import { join } from "./customer.ts"
import type { Stage } from "./Stage.ts"
import { connectionAt, poll, say, sayAccounts, title } from "./telling.ts"

const alex = {
  holder: "alex",
  institution: "klarna-de",
  customer: "john",
  email: "john.doe@example.com",
  days: 40
}
const account = "john-eur"

/** The poll before was the first of the day. */
const fourMore = (stage: Stage) =>
  Effect.gen(function* () {
    for (const read of ["second", "third", "fourth", "fifth"]) {
      stage.sandbox.advance({ hours: 4 })
      const connection = yield* connectionAt(alex.holder, alex.institution)
      const reports = yield* Poll.once(connection)
      for (const { outcome } of reports) yield* say(`the ${read} read with nobody there: ${sayOutcome(outcome)}`)
    }
  })

const renewal = (stage: Stage, connectionId: string, before: string) =>
  Effect.gen(function* () {
    stage.sandbox.advance({ days: 32 })
    yield* title(stage, "the German consent comes to its end, which is said in time")
    yield* poll({ of: connectionId })
    yield* title(stage, "alex renews it: the old consent goes on until the new one is approved")
    const renewed = yield* join(stage, { ...alex, days: 365, brief: true })
    const now = yield* connectionAt(alex.holder, alex.institution)
    yield* say(
      renewed.connectionId === connectionId && renewed.consentId !== before
        ? `the same connection and the same account, on a new consent until ${now.consent?.expiresAt.slice(0, 10) ?? "?"}`
        : "the renewal made another connection"
    )
  })

export const germany = (stage: Stage) =>
  Effect.gen(function* () {
    const bank = stage.banks.institution(alex.institution).bank

    yield* title(stage, "alex has an account in Germany too: who could read it?")
    const choices = yield* ofHolder("DE", "klarna", alex.holder)
    for (const line of describe(choices, 98, alex.holder).split("\n")) yield* line === "" ? Console.log("") : say(line)

    yield* title(stage, "alex links it, and approves in the bank's app")
    const linked = yield* join(stage, alex)
    for (const { added, outcome } of linked.read) {
      yield* say(`read at once, while the bank shows all of it: ${added} rows (${sayOutcome(outcome)})`)
    }

    yield* title(stage, "one person, two accounts, two currencies, which are never added up")
    yield* sayAccounts(alex.holder)

    bank.announce(account, { amount: -1_890, text: "Kaffeerösterei Specht", kind: "card" })
    bank.book(account, { amount: 4_200, text: "Erstattung Laden Dachs", kind: "transfer" })
    stage.sandbox.advance({ hours: 1 })
    yield* title(stage, "a refund is booked, a card payment is announced")
    yield* poll({ of: linked.connectionId })

    yield* title(stage, "the law's budget: four reads in 24 hours with nobody there, counted before each call")
    yield* fourMore(stage)

    yield* renewal(stage, linked.connectionId, linked.consentId)
  })
