/**
 * Chapter three, Sweden: sven's account, an entry that is booked late and dated back, and his consent withdrawn: it takes
 * effect at once, at the bank too.
 */
import { CalendarDate } from "@paymirror/core"
import * as Effect from "effect/Effect"
import { endConsent } from "../endConsent.ts"
import { join } from "./customer.ts"
import type { Stage } from "./Stage.ts"
import { connectionAt, poll, say, sayAccounts, title } from "./telling.ts"

const sven = {
  holder: "sven",
  institution: "klarna-se",
  customer: "sven",
  email: "sven.svensson@example.com",
  brief: true
}
const account = "sven-sek"

export const sweden = (stage: Stage) =>
  Effect.gen(function* () {
    const { bank, consents } = stage.banks.institution(sven.institution)

    yield* title(stage, "sven links his account in Sweden, and approves in the app")
    const linked = yield* join(stage, sven)
    for (const { added } of linked.read) yield* say(`${added} rows of the past`)
    yield* sayAccounts(sven.holder)

    stage.sandbox.advance({ hours: 7 })
    const today = stage.sandbox.world.clock.today
    bank.book(account, {
      on: CalendarDate.addDays(today, -4),
      amount: -24_900,
      text: "Handelsboden Grävling",
      kind: "card"
    })
    yield* title(stage, "an entry is booked late and dated four days back: it is found all the same")
    yield* poll({ of: linked.connectionId })

    yield* title(stage, "sven withdraws")
    const connection = yield* connectionAt(sven.holder, sven.institution)
    const { revokedUpstream } = yield* endConsent(connection)
    const standing = consents.all.filter(({ customer, status }) => customer === sven.customer && status === "valid")
    yield* say(
      revokedUpstream && standing.length === 0
        ? "nothing is read any more, the tokens are destroyed, and the bank has ended its consent"
        : "nothing is read any more, and the tokens are destroyed; the bank did not confirm"
    )
  })
