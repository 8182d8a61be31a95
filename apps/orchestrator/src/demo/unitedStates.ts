/**
 * Chapter one, the United States: a session is handed over, history is seeded from an export, an installment falls due
 * and is paid, a return pauses the rest and a refund recomputes them, and points become money and are counted once.
 */
import { Mirror } from "@paymirror/sync"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import { money } from "../describe.ts"
import { importFile } from "../importFile.ts"
import { handOver } from "./handOver.ts"
import { sandboxOrders } from "./mapping.ts"
import type { Stage } from "./Stage.ts"
import { poll, say, sum, title } from "./telling.ts"

const person = "alex"

const seedFromExport = (stage: Stage) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    const orders = path.join(stage.folder, "orders.csv")
    const map = path.join(stage.folder, "orders.map.json")
    yield* fs.writeFileString(orders, stage.sandbox.exportOrders(person))
    yield* fs.writeFileString(map, JSON.stringify(sandboxOrders))
    return yield* Effect.orDie(importFile({ path: orders, holder: person, options: { map }, into: undefined }))
  })

export const unitedStates = (stage: Stage) =>
  Effect.gen(function* () {
    const { sandbox } = stage
    yield* title(stage, `${person} hands over a session and agrees to be mirrored`)
    const linked = yield* handOver(stage, {
      person,
      connector: "klarna-us",
      baseUrl: sandbox.baseUrl,
      session: sandbox.openSession(person)
    })
    yield* say(`linked, consent ${linked.consentId}`)

    yield* title(stage, "history is seeded from the export the person downloaded")
    const imported = yield* seedFromExport(stage)
    yield* say(
      `${imported.format}: ${imported.rows} rows, ${imported.added} added, ${imported.quarantined.length} quarantined`
    )

    yield* title(stage, "the first poll: the cursor takes over from the export")
    const first = yield* poll({ quiet: true })
    for (const report of first) {
      yield* say(`${report.stream.padEnd(10)} ${report.added} added, ${report.updated} taken over from the export`)
    }
    const balance = first.find((report) => report.reconciliation?.stream === "balance")?.reconciliation
    const points = first.find((report) => report.reconciliation?.stream === "points")?.reconciliation
    if (balance !== undefined) {
      yield* say(
        `the balance adds up: ledger ${money({ amount: balance.ledger, currency: "USD" })}, stated ${money({ amount: balance.stated, currency: "USD" })}`
      )
    }
    if (points !== undefined) yield* say(`the points add up: ledger ${points.ledger}, stated ${points.stated}`)

    yield* title(stage, "nothing has changed: the second poll writes nothing")
    const second = yield* poll()
    yield* say(`${sum(second, (report) => report.added + report.updated + report.removed)} rows written`)

    const next = (yield* Mirror.due({ until: "2099-12-31", limit: 1 }))[0]
    if (next !== undefined) {
      sandbox.advanceTo(`${next.dueDate}T08:00:00.000Z`)
      yield* title(stage, "an installment falls due")
      yield* poll()
      sandbox.advance({ hours: 14 })
      yield* title(stage, "and is paid")
      yield* poll()
    }

    const purchase = sandbox.world.shop(person, {
      merchant: "Quillfish Supply",
      amount: 20_000,
      plan: "pay_in_4",
      mcc: "5712",
      shipment: { carrier: "Heron Post" }
    })
    yield* title(stage, "a new purchase on Pay in 4")
    yield* poll()

    sandbox.advance({ days: 2 })
    sandbox.world.reportReturn(person, purchase.id)
    yield* title(stage, "a return is reported: what is still to pay is paused")
    yield* poll()

    sandbox.advance({ days: 3 })
    sandbox.world.resolveReturn(person, purchase.id, { outcome: "accepted", refund: 6_000 })
    yield* title(stage, "the store refunds a part: the rest is recomputed, to the cent")
    yield* poll()

    sandbox.world.redeemPoints(person, { points: 1000 })
    yield* title(stage, "points are redeemed: a debit there, a credit here, one event")
    const redeemed = yield* poll()
    for (const { reconciliation } of redeemed) {
      if (reconciliation !== undefined)
        yield* say(
          `the ${reconciliation.stream} ledger ${reconciliation.agrees ? "agrees with what is stated" : "does NOT agree with what is stated"}`
        )
    }
  })
