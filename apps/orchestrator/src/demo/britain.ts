/**
 * Chapter four, Great Britain: ruth's e-money, pounds and euros under one login, approved on the bank's page. There the
 * host has to ask every 90 days whether it may go on; until she says so, nothing is read without her.
 */
import { Connections } from "@paymirror/sync"
import * as Effect from "effect/Effect"
import { confirm } from "../confirm.ts"
import { sayOutcome } from "../Exit.ts"
import { join } from "./customer.ts"
import type { Stage } from "./Stage.ts"
import { poll, say, sayAccounts, title } from "./telling.ts"

const ruth = { holder: "ruth", institution: "revolut-gb", customer: "ruth" }

export const britain = (stage: Stage) =>
  Effect.gen(function* () {
    yield* title(stage, "ruth links her e-money account in Britain, and approves on the bank's page")
    const { baseUrl } = stage.banks.institution(ruth.institution)
    const linked = yield* join(stage, { ...ruth, settings: { issuer: baseUrl, redirectUrl: stage.redirectUrl } })
    for (const { added, outcome } of linked.read) yield* say(`${added} rows of the past (${sayOutcome(outcome)})`)
    yield* sayAccounts(ruth.holder)

    yield* poll({ quiet: true })
    stage.sandbox.advance({ days: 62 })
    yield* poll({ quiet: true })
    stage.sandbox.advance({ days: 30 })
    yield* title(stage, "90 days have passed, and she was not asked")
    for (const { outcome } of yield* poll({ of: linked.connectionId, quiet: true })) {
      if (outcome._tag === "CaughtUp") yield* say("read all the same")
    }
    stage.banks
      .institution(ruth.institution)
      .bank.book("ruth-gbp", { amount: -1_250, text: "Badger Grocers", kind: "card" })
    const connection = yield* (yield* Connections).get(linked.connectionId)
    if (connection === undefined) return
    const confirmed = yield* confirm(connection)
    yield* title(stage, "she confirms, here and not at the bank, and reading goes on")
    yield* say(`confirmed until ${confirmed?.reconfirmBy?.slice(0, 10) ?? "?"}`)
    yield* poll({ of: linked.connectionId })
  })
