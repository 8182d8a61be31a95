/**
 * The demo's story, told with commands to the simulated provider and with what the mirror noticed: a link, a seed from
 * an export, a first poll, an installment that falls due and is paid, a return that pauses the rest and a refund that
 * recomputes them, and points that become money and are counted once.
 */
import { Instant, StreamName } from "@paymirror/core"
import { Changes, Connections, Mirror, type Report } from "@paymirror/sync"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import { print } from "../commands/changes.ts"
import { importFile } from "../importFile.ts"
import { linkAccount } from "../linkAccount.ts"
import { money } from "../describe.ts"
import { sayOutcome } from "../Exit.ts"
import * as Connectors from "../Connectors.ts"
import { atTerminal } from "../Person.ts"
import * as Poll from "../Poll.ts"
import { sandboxOrders } from "./mapping.ts"
import type { Stage } from "./Stage.ts"

const person = "alex"

const title = (stage: Stage, text: string) =>
  Console.log(`\n${Instant.fromEpochMillis(stage.sandbox.world.clock.now).slice(0, 16).replace("T", " ")}  ${text}`)

const say = (text: string) => Console.log(`  ${text}`)

/** Reads everything once and prints a line per change. Gives what was read, stream by stream. */
const poll = (options: { readonly quiet?: boolean } = {}) =>
  Effect.gen(function* () {
    const seen = yield* Changes.latest
    const reports: Array<Report> = []
    for (const connection of yield* (yield* Connections).list) {
      if (Connectors.isExport(connection.connector)) continue
      reports.push(...(yield* Poll.once(connection)))
    }
    for (const report of reports) {
      if (report.outcome._tag !== "CaughtUp") yield* say(`${report.stream}: ${sayOutcome(report.outcome)}`)
    }
    if (options.quiet !== true) {
      for (const change of yield* Changes.changes({ after: seen, limit: 1000 })) {
        for (const line of print(change)) yield* say(line)
      }
    }
    return reports
  })

const linkPerson = (stage: Stage) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    const { deviceId, refreshToken } = stage.sandbox.openSession(person)
    const handOver = path.join(stage.folder, "hand-over.json")
    yield* fs.writeFileString(handOver, JSON.stringify({ refresh_token: refreshToken, device_id: deviceId }), {
      mode: 0o600
    })
    const linked = yield* linkAccount(
      {
        connector: "klarna-us",
        holder: person,
        settings: { baseUrl: stage.sandbox.baseUrl },
        streams: StreamName.streamNames,
        days: 365,
        attendedOnly: false,
        presence: undefined
      },
      {
        ...atTerminal({ handOver: Option.some(handOver), agreed: true, redirectUrl: undefined }),
        say: () => Effect.void
      }
    )
    yield* fs.remove(handOver)
    return linked
  })

const seedFromExport = (stage: Stage) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    const orders = path.join(stage.folder, "orders.csv")
    const map = path.join(stage.folder, "orders.map.json")
    yield* fs.writeFileString(orders, stage.sandbox.exportOrders(person))
    yield* fs.writeFileString(map, JSON.stringify(sandboxOrders))
    return yield* importFile({ path: orders, holder: person, options: { map }, into: undefined })
  })

const sum = (reports: ReadonlyArray<Report>, of: (report: Report) => number): number =>
  reports.reduce((total, report) => total + of(report), 0)

/** The whole story, once. */
export const tell = (stage: Stage) =>
  Effect.gen(function* () {
    const { sandbox } = stage
    yield* Console.log(`A simulated Klarna US answers at ${sandbox.baseUrl}; the mirror is ${stage.database}`)

    yield* title(stage, `${person} hands over a session and agrees to be mirrored`)
    const linked = yield* linkPerson(stage)
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

/** Lets a day pass every few seconds and prints what it brought, until somebody stops it. */
export const goOn = (stage: Stage) =>
  Effect.gen(function* () {
    yield* Console.log(
      `\nA day now passes every 5 seconds. Ctrl-C ends it. In another terminal: paymirror --db ${stage.database} show plans`
    )
    while (true) {
      yield* Effect.sleep("5 seconds")
      stage.sandbox.advance({ days: 1 })
      yield* title(stage, "")
      yield* poll()
    }
  })
