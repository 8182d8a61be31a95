/**
 * The connector contract without Effect: a layer becomes plain promises, async iterables and `Error`s. Grants and
 * checkpoints are text here; a grant is a secret and is to be kept like a password. Nothing is stored: the caller keeps
 * what `onGrant` and the checkpoints hand over. How the network is reached is the layer's business; {@link overFetch} is
 * for one that leaves it open.
 */
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import type { HttpClient } from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { memory as accessInMemory, type Access, type Presence } from "./Access.ts"
import type { LinkedAccount } from "./Account.ts"
import { Connector, type SealedGrant } from "./Connector.ts"
import { type ConnectorError as EffectError, Reason as ReasonSchema } from "./ConnectorError.ts"
import type { LinkAnswer as EffectAnswer, LinkStep as EffectStep } from "./Link.ts"
import type { Manifest } from "./Manifest.ts"
import type { ReadEvent } from "./ReadEvent.ts"
import { memory, type Session } from "./Session.ts"
import type { StreamName } from "./StreamName.ts"

export type { LinkedAccount, Manifest, Presence, ReadEvent, StreamName }

/** What the caller may do next, as a plain object: switch on `_tag`. */
export type Reason = typeof ReasonSchema.Encoded

/** The only error of a connector. It holds no token and nothing of a person. */
export class ConnectorError extends Error {
  override readonly name = "ConnectorError"
  readonly connector: string
  readonly reason: Reason
  constructor(message: string, connector: string, reason: Reason) {
    super(message)
    this.connector = connector
    this.reason = reason
  }
}

const encodeReason = Schema.encodeSync(ReasonSchema)

/** The same error for a caller without Effect. */
export const plainError = ({ connector, message, reason }: EffectError): ConnectorError =>
  new ConnectorError(message, connector, encodeReason(reason))

/** What the person answered; entered values are plain text. */
export type LinkAnswer =
  | Exclude<EffectAnswer, { readonly _tag: "Entered" }>
  | { readonly _tag: "Entered"; readonly values: Readonly<Record<string, string>> }

/** The next step of linking. `Linked` carries the grant to store before anything else is done. */
export type LinkStep = EffectStep<string>

export interface ReadOptions {
  readonly grant: string
  readonly account: LinkedAccount
  /** The person, where they are there and asked for this read. */
  readonly presence?: Presence
  /** The last checkpoint that was stored with its rows; without it the stream is read from its beginning. */
  readonly checkpoint?: string
  /** Stores the renewed grant. The read goes on when it has returned; what it throws ends the read. */
  readonly onGrant: (grant: string) => void | Promise<void>
}

export interface PlainConnector {
  readonly manifest: Manifest
  /** One step of linking; without an argument the first. */
  readonly link: (input?: {
    readonly answer: LinkAnswer
    readonly state: string
    readonly presence?: Presence
  }) => Promise<LinkStep>
  /** Leaving the loop early ends the request in flight and frees what was opened. */
  readonly read: (stream: StreamName, options: ReadOptions) => AsyncIterable<ReadEvent>
  /** Ends the grant at the provider. */
  readonly revoke: (grant: string) => Promise<void>
  /** Frees what the layer holds. */
  readonly close: () => Promise<void>
}

/** The `fetch` of the moment of the call, so that one that was replaced or instrumented later is the one that is used. */
export const overFetch: Layer.Layer<HttpClient> = Layer.provide(
  FetchHttpClient.layer,
  Layer.succeed(FetchHttpClient.Fetch, (input, init) => globalThis.fetch(input, init))
)

/** Turns any connector into plain promises. */
export const fromLayer = async <E>(layer: Layer.Layer<Connector, E>): Promise<PlainConnector> => {
  const runtime = ManagedRuntime.make(layer)
  const context = await runtime.context()
  const connector = await runtime.runPromise(Connector)
  const sessions = new Sessions(connector.manifest.id)
  const accesses = new Accesses(connector.manifest)
  const run = <A>(effect: Effect.Effect<A, EffectError>): Promise<A> =>
    runtime.runPromise(Effect.mapError(effect, plainError))
  return {
    manifest: connector.manifest,
    link: async (input = { answer: { _tag: "Start" }, state: "" }) => {
      const step = await run(connector.link({ ...input, answer: redact(input.answer) }))
      return step._tag === "Linked" ? { ...step, grant: Redacted.value(step.grant) } : step
    },
    read: (stream, { account, checkpoint, grant, onGrant, presence }) =>
      Stream.toAsyncIterableWith(
        Stream.suspend(() => {
          const shared = sessions.of(grant)
          const reader: Reader = { onGrant }
          shared.readers.add(reader)
          return connector
            .read(stream, {
              session: shared.session,
              account,
              checkpoint: Option.fromUndefinedOr(checkpoint),
              access: accesses.of(account, stream, presence)
            })
            .pipe(Stream.ensuring(Effect.sync(() => shared.readers.delete(reader))))
        }).pipe(Stream.mapError(plainError)),
        context
      ),
    revoke: async (grant) => {
      await run(connector.revoke(sessions.of(grant).session))
      sessions.forget(grant)
    },
    close: () => runtime.dispose()
  }
}

const redact = (answer: LinkAnswer): EffectAnswer =>
  answer._tag === "Entered"
    ? {
        ...answer,
        values: Object.fromEntries(Object.entries(answer.values).map(([name, value]) => [name, Redacted.make(value)]))
      }
    : answer

/** The budgets of this process: one per account and terms, whoever reads. */
class Accesses {
  readonly manifest: Manifest
  readonly unattended = new Map<string, Access>()
  constructor(manifest: Manifest) {
    this.manifest = manifest
  }

  of({ currency, identification }: LinkedAccount, stream: StreamName, presence: Presence | undefined): Access {
    const budget = this.manifest.streams[stream]?.budget
    const connector = this.manifest.id
    if (presence !== undefined) return accessInMemory({ connector, budget, presence })
    const key = `${identification}\n${currency}\n${budget?.reads}/${budget?.hours}`
    const known = this.unattended.get(key) ?? accessInMemory({ connector, budget })
    this.unattended.set(key, known)
    return known
  }
}

type Reader = Pick<ReadOptions, "onGrant">

interface Shared {
  readonly session: Session<SealedGrant>
  readonly readers: Set<Reader>
  /** The grants it has had, the latest last. */
  readonly grants: Array<string>
}

/**
 * One session per grant, however many reads share it, also for a caller who goes on passing a grant that was renewed
 * since: two renewals with one token would end the session at the provider.
 */
class Sessions {
  readonly connector: string
  readonly byGrant = new Map<string, Shared>()
  constructor(connector: string) {
    this.connector = connector
  }

  of(grant: string): Shared {
    const known = this.byGrant.get(grant)
    if (known !== undefined) return known
    const shared: Shared = {
      readers: new Set(),
      grants: [],
      session: memory<SealedGrant>({
        connector: this.connector,
        grant: Redacted.make(grant, { label: "grant" }),
        store: (renewed) =>
          Effect.promise(async () => {
            const text = Redacted.value(renewed)
            // Reads often pass one and the same function; each is told once.
            for (const onGrant of new Set([...shared.readers].map((reader) => reader.onGrant))) await onGrant(text)
            this.remember(text, shared)
          })
      })
    }
    this.remember(grant, shared)
    return shared
  }

  forget(grant: string): void {
    for (const each of this.byGrant.get(grant)?.grants ?? []) this.byGrant.delete(each)
  }

  private remember(grant: string, shared: Shared): void {
    shared.grants.push(grant)
    this.byGrant.set(grant, shared)
    if (shared.grants.length > renewalsRemembered) this.byGrant.delete(shared.grants.shift() ?? "")
  }
}

const renewalsRemembered = 8
