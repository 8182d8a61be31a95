/** Makes a {@link Check} of a play on a stage, which is opened for it and torn down after it. */
import type { Manifest, ReadEvent, StreamName } from "@paymirror/core"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { CheckFailure, Skipped } from "../Check.ts"
import type { Check, Level } from "../Check.ts"
import type { FarSide } from "../Subject.ts"
import * as Stage from "../Stage.ts"

/** A play: the stage it has, and how to get another one where a fault must not outlive its scene. */
export type Play = (
  stage: Stage.Stage,
  another: Effect.Effect<Stage.Stage, CheckFailure, Scope.Scope>
) => Effect.Effect<void, CheckFailure | Skipped, Scope.Scope>

export const onStage = (spec: {
  readonly id: string
  readonly title: string
  readonly level: Level
  readonly wouldHaveCaught: string
  /** Nothing to show where a subject says that its route has none of these. */
  readonly about?: "renewals" | "one-time tokens" | "pages"
  /** Every manifest, where it is left out. */
  readonly appliesTo?: (manifest: Manifest.Manifest) => boolean
  readonly play: Play
}): Check => ({
  id: spec.id,
  title: spec.title,
  level: spec.level,
  wouldHaveCaught: spec.wouldHaveCaught,
  appliesTo: spec.appliesTo ?? (() => true),
  run: (subject) => {
    const has = {
      "renewals": subject.renews,
      "one-time tokens": subject.renews !== false && subject.standing !== true,
      "pages": subject.pages
    }
    if (spec.about !== undefined && has[spec.about] === false) {
      return Effect.fail(new Skipped({ reason: `this route has no ${spec.about}`, free: true }))
    }
    const open = Stage.open(subject)
    return open.pipe(
      Effect.flatMap((stage) => spec.play(stage, open)),
      Effect.scoped
    )
  }
})

/** Routes that go over the network, with a session behind them. */
export const online = (manifest: Manifest.Manifest): boolean => manifest.route !== "export"

/** Routes that are the person's own, their session or their key; account information has standards of its own. */
export const ofHolder = ({ route }: Manifest.Manifest): boolean => route === "session" || route === "api"

export const fromFiles = (manifest: Manifest.Manifest): boolean => manifest.route === "export"

/** Streams that are read as pages: those that move by a cursor or, where none does, every one with a read of its own. */
export const listed = (manifest: Manifest.Manifest): ReadonlyArray<StreamName.StreamName> => {
  const own = Stage.readable(manifest)
  const moving = own.filter((stream) => manifest.streams[stream]?.live === "cursor")
  return moving.length === 0 ? own : moving
}

export const hasCursor = (manifest: Manifest.Manifest): boolean =>
  online(manifest) && listed(manifest).some((stream) => manifest.streams[stream]?.live === "cursor")

export const fail = (suffered: string, evidence: string): Effect.Effect<never, CheckFailure> =>
  Effect.fail(new CheckFailure({ suffered, evidence }))

/** Fails unless `held`. */
export const ensure = (held: boolean, suffered: string, evidence: () => string): Effect.Effect<void, CheckFailure> =>
  Effect.suspend(() => (held ? Effect.void : fail(suffered, evidence())))

/** Whether a path is of the session (linking, revoking) and not of an account. */
export const ofSession = ({ refreshPath, sessionPaths = [] }: FarSide, path: string): boolean =>
  path === refreshPath ||
  sessionPaths.some((each) => (each.endsWith("*") ? path.startsWith(each.slice(0, -1)) : path === each))

/** At most `count` of the indices 0 … `length - 1`, evenly spread, the first and the last among them. */
export const spread = (length: number, count: number): ReadonlyArray<number> =>
  length <= count
    ? Array.from({ length }, (_, index) => index)
    : [...new Set(Array.from({ length: count }, (_, index) => Math.round((index * (length - 1)) / (count - 1))))]

/** Events up to and with the last checkpoint among them, which is what a host has committed. */
export const committed = (
  events: ReadonlyArray<ReadEvent.ReadEvent>
): { readonly events: ReadonlyArray<ReadEvent.ReadEvent>; readonly checkpoint: string | undefined } => {
  const last = events.findLastIndex((event) => event._tag === "Checkpoint")
  const checkpoint = events[last]
  return {
    events: events.slice(0, last + 1),
    checkpoint: checkpoint?._tag === "Checkpoint" ? checkpoint.checkpoint : undefined
  }
}

export const upserts = (events: ReadonlyArray<ReadEvent.ReadEvent>): ReadonlyArray<ReadEvent.Upsert> =>
  events.filter((event) => event._tag === "Upsert")
