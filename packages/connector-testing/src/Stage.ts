/**
 * One connector, linked, before one far side of its own: where a check plays. It reads the way a host would, within a
 * time limit, and turns what no host can work with (a crash, a read without end) into a failed check. It holds no rule.
 */
import { Connector, Session, StreamName } from "@paymirror/core"
import type { Access, Account, ConnectorError, Manifest, ReadEvent } from "@paymirror/core"
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as Capture from "./Capture.ts"
import { CheckFailure, Skipped } from "./Check.ts"
import * as Recorder from "./Recorder.ts"
import type { FarSide, Linked, Subject } from "./Subject.ts"

/** One stream of one linked account. */
export interface Walk {
  readonly account: Account.LinkedAccount
  readonly stream: StreamName.StreamName
}

/** What a read said, and how it ended; no `error` means it said it was done. */
export interface Heard {
  readonly events: ReadonlyArray<ReadEvent.ReadEvent>
  readonly error: ConnectorError.ConnectorError | undefined
}

export interface Listening {
  readonly session?: Session.Session<Connector.SealedGrant>
  readonly checkpoint?: string | undefined
  /** Who reads, and at what cost. Left out: nobody is there, and the budget never ends. */
  readonly access?: Access.Access
  /** Stop listening after so many events, as a process that is killed does. */
  readonly upTo?: number
  /** Runs after each event, before the next is asked for. */
  readonly during?: (event: ReadEvent.ReadEvent) => Effect.Effect<void>
}

export interface Stage {
  readonly manifest: Manifest.Manifest
  /** Grows while the far side hands out tokens. */
  readonly secrets: ReadonlyArray<string>
  /** Whether the subject says that something may be pending. */
  readonly pending: boolean
  /** Whether the subject says that only the person can end the grant. */
  readonly standing: boolean
  /** Checkpoints of earlier versions. */
  readonly earlier: ReadonlyArray<string>
  readonly patience: number
  readonly far: FarSide
  readonly connector: Connector.Connector["Service"]
  readonly recorder: Recorder.Recorder
  readonly capture: Capture.Capture
  readonly linked: Linked
  /** The one session of this stage. */
  readonly session: Session.Session<Connector.SealedGrant>
  readonly walks: ReadonlyArray<Walk>
  readonly can: <K extends keyof FarSide>(capability: K) => Effect.Effect<NonNullable<FarSide[K]>, Skipped>
  /** Plays the person once more. */
  readonly relink: Effect.Effect<Linked, ConnectorError.ConnectorError | CheckFailure>
  /** Links another file (export routes). */
  readonly upload: (path: string) => Effect.Effect<Linked, ConnectorError.ConnectorError | CheckFailure>
  readonly listen: (walk: Walk, how?: Listening) => Effect.Effect<Heard, CheckFailure>
  /** A read that has no reason to fail. */
  readonly calm: (walk: Walk, how?: Listening) => Effect.Effect<ReadonlyArray<ReadEvent.ReadEvent>, CheckFailure>
  readonly sessionOf: (linked: Linked) => Session.Session<Connector.SealedGrant>
}

const defaultPatience = 10_000

const endless: Access.Access = { spend: () => Effect.void }

/** Streams that have a read of their own. */
export const readable = (manifest: Manifest.Manifest): ReadonlyArray<StreamName.StreamName> =>
  StreamName.streamNames.filter((stream) => {
    const capability = manifest.streams[stream]
    return capability !== undefined && (capability.via === undefined || capability.via === stream)
  })

/** What reading `stream` delivers: its own rows, and those of every stream that comes by way of it. */
export const delivered = (
  manifest: Manifest.Manifest,
  stream: StreamName.StreamName
): ReadonlyArray<StreamName.StreamName> =>
  StreamName.streamNames.filter((name) => name === stream || manifest.streams[name]?.via === stream)

export const walksOf = (manifest: Manifest.Manifest, linked: Linked): ReadonlyArray<Walk> =>
  linked.accounts.flatMap((account) => readable(manifest).map((stream) => ({ account, stream })))

const gone = (what: string, cause: Cause.Cause<unknown>): CheckFailure =>
  new CheckFailure({
    suffered: `an app that crashes while ${what}`,
    evidence: Cause.pretty(cause).split("\n")[0] ?? ""
  })

/** Opens a stage for as long as the scope lives. */
export const open = <F extends FarSide>(subject: Subject<F>): Effect.Effect<Stage, CheckFailure, Scope.Scope> =>
  Effect.gen(function* () {
    const { manifest } = subject
    const patience = subject.patience ?? defaultPatience
    const far = yield* Effect.orDie(subject.far)
    const recorder = yield* Recorder.make({ hosts: manifest.hosts, origin: far.origin, fetch: far.fetch })
    const capture = Capture.make()
    const scope = yield* Effect.scope
    const connector = yield* Layer.buildWithScope(Layer.fresh(subject.layer), scope).pipe(
      Effect.map((services) => Context.get(services, Connector.Connector)),
      Effect.provide(recorder.layer),
      capture.within,
      Effect.catchCause((cause) => Effect.fail(gone("starting", cause)))
    )

    const upload = (path: string): Effect.Effect<Linked, ConnectorError.ConnectorError | CheckFailure> =>
      Effect.gen(function* () {
        const options = far.files?.options ?? {}
        const market = manifest.markets[0]
        const start = market === undefined ? { _tag: "Start" as const } : { _tag: "Start" as const, market }
        const first = yield* connector.link({ answer: start, state: "" })
        const step =
          first._tag === "Upload"
            ? yield* connector.link({ answer: { _tag: "Uploaded", path, options }, state: first.state })
            : first
        if (step._tag === "Linked") return { grant: step.grant, accounts: step.accounts }
        return yield* new CheckFailure({
          suffered: "an upload that never finishes",
          evidence: `link answered ${step._tag}`
        })
      }).pipe(capture.within)

    const play =
      subject.link === undefined
        ? upload(far.files?.good ?? "")
        : subject.link(far).pipe(Effect.provideService(Connector.Connector, connector), capture.within)
    const relink = Effect.timeoutOrElse(play, {
      duration: patience,
      orElse: () =>
        Effect.fail(new CheckFailure({ suffered: "a link that never finishes", evidence: `${patience} ms` }))
    })
    const linked = yield* relink.pipe(
      Effect.catchTag("ConnectorError", (error) =>
        Effect.fail(new CheckFailure({ suffered: "a link that fails", evidence: error.message }))
      ),
      Effect.catchDefect((defect) => Effect.fail(gone("linking", Cause.die(defect))))
    )
    const sessionOf = (of: Linked): Session.Session<Connector.SealedGrant> =>
      Session.memory({ connector: manifest.id, grant: of.grant })
    const session = sessionOf(linked)

    const listen = (walk: Walk, how: Listening = {}): Effect.Effect<Heard, CheckFailure> =>
      Effect.gen(function* () {
        const events: Array<ReadEvent.ReadEvent> = []
        const whole = Stream.suspend(() =>
          connector.read(walk.stream, {
            session: how.session ?? session,
            account: walk.account,
            access: how.access ?? endless,
            checkpoint: Option.fromUndefinedOr(how.checkpoint)
          })
        )
        const end = yield* (how.upTo === undefined ? whole : Stream.take(whole, how.upTo)).pipe(
          Stream.runForEach((event) => {
            events.push(event)
            return how.during?.(event) ?? Effect.void
          }),
          capture.within,
          Effect.exit,
          Effect.timeoutOption(patience)
        )
        if (Option.isNone(end)) {
          const evidence = `${walk.stream}: ${events.length} events and no end after ${patience} ms`
          return yield* new CheckFailure({ suffered: "a sync that never ends", evidence })
        }
        if (Exit.isSuccess(end.value)) return { events, error: undefined }
        const error = Cause.findErrorOption(end.value.cause)
        if (Option.isNone(error)) return yield* gone(`reading ${walk.stream}`, end.value.cause)
        return { events, error: error.value }
      })

    return {
      manifest,
      patience,
      get secrets() {
        return [...(subject.secrets ?? []), ...(far.secrets ?? [])]
      },
      pending: subject.pending ?? true,
      standing: subject.standing ?? false,
      earlier: subject.earlier ?? [],
      far,
      connector,
      recorder,
      capture,
      linked,
      session,
      sessionOf,
      relink,
      upload,
      listen,
      walks: walksOf(manifest, linked),
      can: (capability) => {
        const ability = far[capability]
        return ability === undefined || ability === null
          ? Effect.fail(new Skipped({ reason: `the far side offers no \`${capability}\`` }))
          : Effect.succeed(ability)
      },
      calm: (walk, how) =>
        Effect.flatMap(listen(walk, how), ({ error, events }) =>
          error === undefined
            ? Effect.succeed(events)
            : Effect.fail(
                new CheckFailure({
                  suffered: "a sync that fails although the provider is well",
                  evidence: `${walk.stream}: ${error.message}`
                })
              )
        )
    }
  })
