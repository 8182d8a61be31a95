/**
 * Silver: what a route with a legal budget owes. Each access to a resource is counted before it is made, an unattended read
 * stays within the budget and stops where it ends, and the person's address goes along if and only if they are there.
 */
import { Access } from "@paymirror/core"
import type { ConnectorError, Manifest } from "@paymirror/core"
import * as Effect from "effect/Effect"
import type { Check } from "../Check.ts"
import { person } from "../Recorder.ts"
import type { Heard, Stage, Walk } from "../Stage.ts"
import { ensure, fail, ofSession, onStage } from "./onStage.ts"

const metered = ({ streams }: Manifest.Manifest): boolean =>
  Object.values(streams).some((capability) => capability?.budget !== undefined)

const budgetOf = (stage: Stage, { stream }: Walk): Manifest.Budget | undefined => stage.manifest.streams[stream]?.budget

/** Requests about an account since `from`, with their full addresses. */
const accesses = (stage: Stage, from: number) => {
  const addresses = stage.recorder.addresses()
  return stage.recorder.sent().flatMap((sent, index) => {
    const read = index >= from && sent.method === "GET" && !ofSession(stage.far, sent.path)
    return read ? [{ ...sent, index, url: addresses[index] ?? "" }] : []
  })
}

/** An access that writes down how many requests had been sent whenever something was counted or refused. */
const noting = (stage: Stage, of: Access.Access) => {
  const counted: Array<number> = []
  const refused: Array<{ readonly at: number; readonly error: ConnectorError.ConnectorError }> = []
  const access: Access.Access = {
    ...of,
    spend: (resource) =>
      of.spend(resource).pipe(
        Effect.tap(() => Effect.sync(() => counted.push(stage.recorder.sent().length))),
        Effect.tapError((error) => Effect.sync(() => refused.push({ at: stage.recorder.sent().length, error })))
      )
  }
  return { access, counted, refused }
}

const free: Access.Access = { spend: () => Effect.void }

/**
 * The first request that was not counted: each new resource costs one, and so does sending the very same request again.
 * Further pages of a resource cost nothing, which is for the bank to count.
 */
const uncounted = (stage: Stage, from: number, counted: ReadonlyArray<number>): string | undefined => {
  const resources = new Set<string>()
  const urls = new Set<string>()
  let cost = 0
  for (const { index, path, url } of accesses(stage, from)) {
    if (!resources.has(path) || urls.has(url)) cost += 1
    resources.add(path)
    urls.add(url)
    if (counted.filter((at) => at <= index).length < cost) return path
  }
  return undefined
}

export const attendance: ReadonlyArray<Check> = [
  onStage({
    id: "A1",
    title: "the person's address goes along while they are there, and none does when they are not",
    level: "silver",
    appliesTo: metered,
    wouldHaveCaught: "a scheduled read in the name of a person who sleeps; a person's own read that costs the budget",
    play: (stage) =>
      Effect.gen(function* () {
        for (const walk of stage.walks) {
          const before = stage.recorder.sent().length
          yield* stage.calm(walk)
          const made = stage.recorder
            .sent()
            .slice(before)
            .find(({ address }) => address !== undefined)
          if (made !== undefined) {
            return yield* fail("a bank that was told they were there", `${made.path} carried an address, unattended`)
          }
          const from = stage.recorder.sent().length
          yield* stage.calm(walk, { access: { ...free, presence: person } })
          const without = accesses(stage, from).find(({ address }) => address !== "theirs")
          yield* ensure(
            without === undefined,
            "their own reads refused as one too many",
            () => `${without?.path} carried ${without?.address ?? "no"} address, attended`
          )
        }
      })
  }),
  onStage({
    id: "A2",
    title: "each access is counted before it is made, and again before it is repeated",
    level: "silver",
    appliesTo: metered,
    wouldHaveCaught: "a count after the answer: the process dies in between, and a fifth read goes out that day",
    play: (_, another) =>
      Effect.gen(function* () {
        for (const troubled of [false, true]) {
          const stage = yield* another
          for (const walk of stage.walks.filter((each) => budgetOf(stage, each) !== undefined)) {
            if (troubled) yield* yield* Effect.map(stage.can("failNext"), (failNext) => failNext(1))
            const { access, counted } = noting(stage, free)
            const from = stage.recorder.sent().length
            yield* stage.listen(walk, { access })
            const path = uncounted(stage, from, counted)
            yield* ensure(
              path === undefined,
              "a bank that stops answering, because it counts and nobody else does",
              () => `${walk.stream}: ${path} was asked for and not counted before`
            )
          }
        }
      })
  }),
  onStage({
    id: "A3",
    title: "an unattended read fits the budget, and one too many asks for nothing and says until when",
    level: "silver",
    appliesTo: metered,
    wouldHaveCaught: "a refusal of the host's own budget passed over, or reported as done",
    play: (_, another) =>
      Effect.gen(function* () {
        const { walks } = yield* another
        for (const index of walks.keys()) {
          const stage = yield* another
          const walk = stage.walks[index]
          const budget = walk && budgetOf(stage, walk)
          if (walk === undefined || budget === undefined) continue
          const shared = Access.memory({ connector: stage.manifest.id, budget })
          yield* stage.calm(walk, { access: shared })
          const last = yield* untilRefused(stage, walk, shared, budget.reads)
          if (last === undefined) {
            return yield* fail("a fifth read that day", `${walk.stream}: ${budget.reads + 1} reads and no refusal`)
          }
          const { heard, refusal } = last
          const after = accesses(stage, refusal.at)
          yield* ensure(
            after.length === 0,
            "a fifth read that day",
            () => `${walk.stream}: ${after[0]?.path} was asked for after the budget was used up`
          )
          const reason = heard.error?.reason
          const { reason: own } = refusal.error
          yield* ensure(
            reason?._tag === "RateLimited" && own._tag === "RateLimited" && reason.until === own.until,
            "a sync reported as done although nothing was read",
            () => `${walk.stream} ended with ${reason?._tag ?? "success"}`
          )
          yield* stage.calm(walk, { access: { ...free, presence: person } })
        }
      })
  })
]

const untilRefused = (stage: Stage, walk: Walk, shared: Access.Access, reads: number) =>
  Effect.gen(function* () {
    for (let n = 0; n < reads; n += 1) {
      const { access, refused } = noting(stage, shared)
      const heard: Heard = yield* stage.listen(walk, { access })
      const [refusal] = refused
      if (refusal !== undefined) return { heard, refusal }
    }
    return undefined
  })
