/** Kills a process that tells receivers what happens, lets another go on, and holds what they heard against the logs. */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { DatabaseSync } from "node:sqlite"
import { fileURLToPath } from "node:url"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import type { Folder } from "../crash/Process.ts"
import * as EventLog from "../../src/service/EventLog.ts"
import * as Events from "../../src/service/Events.ts"
import { deliver, dispatcherOf, mirrorOn, person, Receiver, register } from "./Post.ts"

export const bugs = [
  "the cursor moves before the deliveries are written",
  "an attempt is written down before it is sent"
] as const

export interface Order {
  readonly database: string
  readonly connectionId: string
  readonly accountId: string
  readonly crashAt?: number
  readonly planted?: string
}

const script = fileURLToPath(new URL("./crashed.ts", import.meta.url))

const finish = async (order: Order): Promise<number | "killed"> => {
  const child = spawn(process.execPath, [script, JSON.stringify(order)], {
    stdio: ["ignore", "pipe", "pipe"]
  })
  let told = ""
  let complaint = ""
  child.stdout.on("data", (piece) => void (told += String(piece)))
  child.stderr.on("data", (piece) => void (complaint += String(piece)))
  const [code, signal] = (await once(child, "close")) as [number | null, string | null]
  if (signal === "SIGKILL") return "killed"
  if (code !== 0) throw new Error(`the child ended with ${code}: ${complaint}`)
  return (JSON.parse(told) as { readonly steps: number }).steps
}

/** What a killed process held is free at once, instead of when its time is over. */
const release = (database: string): void => {
  const file = new DatabaseSync(database)
  file.exec("UPDATE webhook_delivery SET next_at = 0 WHERE status = 'pending' AND lease IS NOT NULL")
  file.close()
}

/** A mirror of its own with two receivers, for one death. */
const life = async (folder: Folder, planted: string | undefined, crashAt: number | undefined) => {
  const scope = await Effect.runPromise(Scope.make())
  const within = <A, E>(effect: Effect.Effect<A, E, Scope.Scope>) => Effect.runPromise(Scope.provide(effect, scope))
  const database = folder.file()
  const all = Layer.provideMerge(dispatcherOf(), mirrorOn(database))
  const setUp = Effect.gen(function* () {
    const alex = yield* person("acme", "alex")
    const [everything, some] = [yield* Receiver.start, yield* Receiver.start]
    yield* register(alex.tenantId, everything)
    yield* register(alex.tenantId, some, { eventTypes: ["consent.confirmed"] })
    const start = yield* EventLog.latest
    return { alex, everything, some, start }
  })
  const { alex, everything, some, start } = await within(Effect.provide(setUp, all))
  const { accountId, connectionId } = alex
  const end = await finish({
    database,
    connectionId,
    accountId,
    ...(crashAt !== undefined && { crashAt }),
    ...(planted !== undefined && { planted })
  })
  if (end === "killed") release(database)
  const happened = Effect.gen(function* () {
    yield* deliver
    return (yield* EventLog.read({ after: start, limit: 1000 })).events
  })
  const events = await within(Effect.provide(happened, Layer.fresh(all)))
  await Effect.runPromise(Scope.close(scope, Exit.void))
  return { database, end, events, everything, some }
}

/** What is wrong with what a receiver heard, in words. */
const compare = (name: string, receiver: Receiver, wanted: ReadonlyArray<Events.Told>): ReadonlyArray<string> => {
  const bodies = new Map(wanted.map((one) => [Events.idOf(one), JSON.stringify(one.event)]))
  const heard = new Set(receiver.ids)
  return [
    ...[...bodies.keys()].filter((id) => !heard.has(id)).map((id) => `${name} never heard of ${id}`),
    ...[...heard].filter((id) => !bodies.has(id)).map((id) => `${name} heard of ${id}, which did not happen`),
    ...receiver.received
      .filter(({ body, id }) => body !== bodies.get(id))
      .map(({ id }) => `${id} came with another body`)
  ]
}

/** Confirmations in the consent's record, and of how many the mirror tells. */
const confirmations = (database: string): { readonly written: number; readonly told: number } => {
  const file = new DatabaseSync(database)
  const found = file
    .prepare(
      `SELECT (SELECT coalesce(sum(json_array_length(body, '$.confirmedAt')), 0) FROM consent) AS written,
        (SELECT count(*) FROM occurrence WHERE type = 'consent.confirmed') AS told`
    )
    .get() as { readonly written: number; readonly told: number }
  file.close()
  return found
}

/** Steps of a life without a death. */
export const steps = async (folder: Folder, planted?: string): Promise<number> => {
  const { end, events } = await life(folder, planted, undefined)
  if (events.length < 6) throw new Error("this life is too quiet to prove anything")
  return Number(end)
}

/** What is wrong after a death at a step, and how often a receiver heard something again. */
export const dieAt = async (folder: Folder, crashAt: number, planted?: string) => {
  const { database, end, events, everything, some } = await life(folder, planted, crashAt)
  const { told, written } = confirmations(database)
  const wrong = [
    ...(end === "killed" ? [] : ["the process was to die and lived"]),
    ...compare("the receiver of everything", everything, events),
    ...compare(
      "the receiver of some",
      some,
      events.filter(({ event }) => event.type === "consent.confirmed")
    ),
    ...(told === written ? [] : [`${written} confirmations are written down, and ${told} are told`])
  ].map((one) => `killed at step ${crashAt}: ${one}`)
  return {
    wrong,
    again: everything.ids.length - new Set(everything.ids).size + some.ids.length - new Set(some.ids).size
  }
}
