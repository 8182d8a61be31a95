/** How the demo's chapters speak: the simulated time and a heading, lines under it, and what a poll noticed. */
import { Instant } from "@paymirror/core"
import { Changes, type Connection, Connections, Mirror, type Report } from "@paymirror/sync"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import { print } from "../commands/changes.ts"
import * as Connectors from "../Connectors.ts"
import { money } from "../describe.ts"
import { sayOutcome } from "../Exit.ts"
import * as Poll from "../Poll.ts"
import { remind } from "../remind.ts"
import type { Stage } from "./Stage.ts"

export const title = (stage: Stage, text: string) =>
  Console.log(`\n${Instant.fromEpochMillis(stage.sandbox.world.clock.now).slice(0, 16).replace("T", " ")}  ${text}`)

export const say = (text: string) => Console.log(`  ${text}`)

export interface Polling {
  readonly quiet?: boolean
  /** Only this connection. */
  readonly of?: string
}

/** Reads everything once and prints a line per change. Gives what was read, stream by stream. */
export const poll = (options: Polling = {}) =>
  Effect.gen(function* () {
    const seen = yield* Changes.latest
    const reports: Array<Report> = []
    for (const connection of yield* (yield* Connections).list) {
      if (Connectors.isExport(connection.connector) || connection.status !== "active") continue
      if (options.of !== undefined && connection.connectionId !== options.of) continue
      reports.push(...(yield* Poll.once(connection)))
    }
    for (const report of reports) {
      if (report.outcome._tag !== "CaughtUp") yield* say(`${report.stream}: ${sayOutcome(report.outcome)}`)
    }
    if (options.quiet !== true) {
      yield* remind(say)
      for (const change of yield* Changes.changes({ after: seen, limit: 1000 })) {
        for (const line of print(change)) yield* say(line)
      }
    }
    return reports
  })

export const sum = (reports: ReadonlyArray<Report>, of: (report: Report) => number): number =>
  reports.reduce((total, report) => total + of(report), 0)

/** What a holder has where: an account a line, each in its own currency, with what its provider states. */
export const sayAccounts = (holderId: string) =>
  Effect.gen(function* () {
    for (const { accountId, currency, displayName, holderId: whose, legalEntity } of yield* Mirror.accounts) {
      if (whose !== holderId) continue
      const rows = yield* Mirror.rows({ stream: "balance", accountId, limit: 5000 })
      const stated = rows.find(({ row }) => row && "rowType" in row && row.rowType === "balance")?.row
      const amount = stated !== undefined && "balanceType" in stated ? money(stated.amount) : "no balance stated"
      yield* say(`${displayName} (${legalEntity}), ${currency}: ${amount}, ${rows.length} rows in balance`)
    }
  })

/** The connection of a holder at a bank. */
export const connectionAt = (holderId: string, institution: string) =>
  Effect.gen(function* () {
    const found = (yield* (yield* Connections).list).find(
      (one: Connection) => one.holderId === holderId && one.settings["institution"] === institution
    )
    return found ?? (yield* Effect.die(new Error(`${holderId} has not linked ${institution}`)))
  })
