/**
 * What is killed at every step: a sync of every stream, a renewal of an expired session, an import of a file. Each gives
 * the number of its steps, and for a step at which the process died what was wrong after the next process had gone on.
 */
import { writeFileSync } from "node:fs"
import { isDeepStrictEqual } from "node:util"
import { Connector, type Link, type StreamName } from "@paymirror/core"
import { Sandbox, type SessionMode } from "@paymirror/sandbox"
import * as Sync from "@paymirror/sync"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { finish, type Folder } from "./Process.ts"
import { look, replays } from "./Mirror.ts"
import { carryOut, layerOf, type Order } from "./Order.ts"

export interface Scenario {
  readonly steps: number
  /** What was wrong, in words; nothing where the promise held. */
  readonly dieAt: (step: number) => Promise<ReadonlyArray<string>>
  readonly close: () => Promise<void>
}

const streams: ReadonlyArray<StreamName.StreamName> = [
  "purchases",
  "card",
  "balance",
  "points",
  "deliveries",
  "profile"
]

const agreement: Sync.Agreement = {
  holderId: "alex",
  streams: [...streams, "plans"],
  purpose: "test",
  notice: { text: "…", version: "1", language: "en" },
  expiresAt: "2100-01-01T00:00:00.000Z"
}

const within = <A, E>(
  order: Order,
  effect: Effect.Effect<A, E, Effect.Services<ReturnType<typeof carryOut>> | Sync.Connections>
) => Effect.runPromise(Effect.provide(effect, layerOf(order)))

/** Links by one answer, in a database that is created with it. */
const link = async (
  order: Pick<Order, "baseUrl" | "database" | "streams">,
  answer: Link.LinkAnswer
): Promise<Order> => {
  const unlinked: Order = { ...order, connectionId: "", accountId: "" }
  const linked = await within(
    unlinked,
    Effect.gen(function* () {
      const connector = yield* Connector.Connector
      const step = yield* connector.link({ answer, state: "hand-over" })
      if (step._tag !== "Linked") return yield* Effect.die(`expected to be linked, got ${step._tag}`)
      return yield* (yield* Sync.Connections).store(step, agreement)
    })
  )
  return { ...unlinked, connectionId: linked.connectionId, accountId: linked.accountIds[0] ?? "" }
}

const handOver = (sandbox: Sandbox.RunningSandbox, person: string): Link.LinkAnswer => {
  const { deviceId, refreshToken } = sandbox.openSession(person)
  return { _tag: "Entered", values: { refresh_token: Redacted.make(refreshToken), device_id: Redacted.make(deviceId) } }
}

/** An order whose outcome is one state of the database, whatever happens on the way. */
const converging = async (order: Order, folder: Folder, close: () => Promise<void>): Promise<Scenario> => {
  const { planted: _, ...healthy } = order
  const untouched = folder.copy(order.database)
  const steps = await finish({ ...order, database: folder.copy(untouched) })
  const wanted = { ...healthy, database: folder.copy(untouched) }
  await finish(wanted)
  const never = look(wanted.database)
  if (never["quarantine"]?.length === 0 || (never["changes"]?.length ?? 0) < 30)
    throw new Error("this order does too little to prove anything")
  return {
    steps: Number(steps),
    dieAt: async (crashAt) => {
      const database = folder.copy(untouched)
      const end = await finish({ ...order, database, crashAt })
      if (end !== "killed") return [`the process was to die at step ${crashAt} and lived`]
      const reports = await within({ ...healthy, database }, carryOut(healthy))
      const found = look(database)
      return [
        ...reports
          .filter(({ outcome }) => outcome._tag !== "CaughtUp")
          .map(({ outcome, stream }) => `${stream} ended as ${outcome._tag}`),
        ...Object.keys(never).filter((table) => !isDeepStrictEqual(found[table], never[table])),
        ...(replays(database) ? [] : ["the change log does not replay"])
      ].map((wrong) => `killed at step ${crashAt}: ${wrong}`)
    },
    close
  }
}

/** A mirror that is three weeks behind catches up over several pages, with a row that cannot be read among them. */
export const sync = async (folder: Folder, planted?: string): Promise<Scenario> => {
  const sandbox = await Sandbox.start({ seed: 7, session: { rotation: "none" } })
  const order = await link({ database: folder.file(), baseUrl: sandbox.baseUrl, streams }, handOver(sandbox, "robin"))
  await within(order, carryOut(order))
  for (let n = 1; n <= 12; n += 1)
    sandbox.world.shop("robin", { merchant: "Pebble Row", amount: 1000 * n, plan: "pay_in_4" })
  sandbox.world.topUp("robin", { amount: 5000 })
  sandbox.advance({ days: 21 })
  sandbox.faults.add({
    fault: { kind: "drift", change: "malformed-row", row: 1 },
    path: "/consumer/v2/purchases",
    times: "always"
  })
  return converging({ ...order, ...(planted === undefined ? {} : { planted }) }, folder, sandbox.close)
}

/** A file with twins and a row that cannot be read, large enough to be read in pieces. */
export const fileImport = async (folder: Folder, planted?: string): Promise<Scenario> => {
  const path = `${folder.file()}.csv`
  let balance = 0
  const lines = Array.from({ length: 2500 }, (_, n) => {
    const day = new Date(Date.UTC(2025, 0, 1) + Math.floor(n / 2) * 3_600_000)
      .toISOString()
      .slice(0, 19)
      .replace("T", " ")
    balance += 5
    const amount = n === 1200 ? "five" : "5.00"
    return `TOPUP,Current,${day},${day},"Top-up by a card of ours, half-hourly",${amount},0.00,USD,COMPLETED,${balance}.00`
  })
  writeFileSync(
    path,
    `Type,Product,Started Date,Completed Date,Description,Amount,Fee,Currency,State,Balance\n${lines.join("\n")}\n`
  )
  const order = await link(
    { database: folder.file(), streams: ["balance"] },
    { _tag: "Uploaded", path, options: { market: "US" } }
  )
  return converging({ ...order, ...(planted === undefined ? {} : { planted }) }, folder, async () => undefined)
}

/** A person with an expired session, at a provider of their own. */
export const expired = async (folder: Folder, rotation: SessionMode["rotation"]) => {
  const sandbox = await Sandbox.start({
    story: { days: 1, tell: (world) => void world.addPerson({ id: "alex", givenName: "Alex", familyName: "Doe" }) },
    session: { rotation }
  })
  const order = await link(
    { database: folder.file(), baseUrl: sandbox.baseUrl, streams: ["profile"] },
    handOver(sandbox, "alex")
  )
  sandbox.world.expireAccess()
  sandbox.ledger.clear()
  return { sandbox, order }
}

/** An expired session is renewed by a read. Every death has a provider of its own, because renewing changes it. */
export const renewal = async (
  folder: Folder,
  rotation: SessionMode["rotation"],
  planted?: string
): Promise<Scenario> => {
  const bug = planted === undefined ? {} : { planted }
  const first = await expired(folder, rotation)
  const steps = await finish({ ...first.order, ...bug })
  await first.sandbox.close()
  return {
    steps: Number(steps),
    dieAt: async (crashAt) => {
      const { order, sandbox } = await expired(folder, rotation)
      const asked = () => sandbox.ledger.entries
      const renewals = () => asked().filter(({ path }) => path === "/auth/v1/token/refresh")
      if ((await finish({ ...order, ...bug, crashAt })) !== "killed")
        return [`the process was to die at step ${crashAt} and lived`]
      const renewed = asked().findIndex(({ event }) => event === "refreshed")
      const wasUsed =
        renewed !== -1 &&
        asked()
          .slice(renewed + 1)
          .some(({ path, status }) => path.startsWith("/consumer/") && status === 200)
      const [report] = await within(order, carryOut(order))
      const wrong: Array<string> = []
      if (report?.outcome._tag !== "CaughtUp") {
        const expected = report?.outcome._tag === "Stopped" && report.outcome.reason._tag === "ConsentRequired"
        if (!expected) wrong.push(`the next run ended as ${report?.outcome._tag}`)
        if (rotation === "none" || rotation === "rotate-with-grace") wrong.push("the session is lost")
        else if (wasUsed) wrong.push("a token was used before it was stored, and is lost")
        const calls = asked().length
        const again = [...(await within(order, carryOut(order))), ...(await within(order, carryOut(order)))]
        if (again.some(({ outcome }) => outcome._tag !== "NotPermitted")) wrong.push("a lost session is read again")
        if (asked().length !== calls) wrong.push("a lost session is asked for again")
        const connection = await within(
          order,
          Effect.flatMap(Sync.Connections, (all) => all.get(order.connectionId))
        )
        if (connection?.status !== "consent_required") wrong.push(`the connection is ${connection?.status}`)
      }
      if (renewals().length > 2) wrong.push(`${renewals().length} renewals were sent`)
      await sandbox.close()
      return wrong.map((what) => `${rotation}, killed at step ${crashAt}: ${what}`)
    },
    close: async () => undefined
  }
}
