/**
 * The contract of a connector: a manifest (what it can do) and a layer (how). Inside, its grant and checkpoint are
 * typed; outside both are opaque, so that a host can seal the one and can never branch on the other. A grant that no
 * longer reads means `ConsentRequired`; a checkpoint that no longer reads means starting over, which is harmless.
 *
 * Obligations, each with a check in `@paymirror/connector-testing`: the network is reached only through `HttpClient`
 * and only at the manifest's hosts; nothing is written at the provider; unknown fields pass and are counted; a row that
 * cannot be read is quarantined and the run goes on; no date, amount or id is invented.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import type { Access } from "./Access.ts"
import type { LinkedAccount } from "./Account.ts"
import { ConnectorError, ConsentRequired } from "./ConnectorError.ts"
import type { LinkInput, LinkStep } from "./Link.ts"
import type { Manifest } from "./Manifest.ts"
import type { ReadEvent } from "./ReadEvent.ts"
import type { Held, Session } from "./Session.ts"
import type { StreamName } from "./StreamName.ts"
import type { WireMap } from "./WireMap.ts"

/** A grant as the host sees it. */
export type SealedGrant = Redacted.Redacted<string>

export interface ReadInput<G, C> {
  readonly session: Session<G>
  /** Which of the linked accounts; as returned by `link`. */
  readonly account: LinkedAccount
  /** The last checkpoint that was committed, or nothing to start from the beginning. */
  readonly checkpoint: Option.Option<C>
  /** Whether the person is there, and the budget of reads they are not there for. */
  readonly access: Access
}

/** A connector as its author writes it. */
export interface Definition<G, C> {
  readonly link: (input: LinkInput) => Effect.Effect<LinkStep<G>, ConnectorError>
  readonly read: (stream: StreamName, input: ReadInput<G, C>) => Stream.Stream<ReadEvent<C>, ConnectorError>
  /** Ends the grant at the provider. Succeeds where it is already gone. */
  readonly revoke: (session: Session<G>) => Effect.Effect<void, ConnectorError>
  /**
   * Ends at the provider what a newer grant of the same person has replaced; called once the newer one is stored. Absent
   * where the provider does that by itself, or where both may be one session.
   */
  readonly supersede?: (replaced: G, by: G) => Effect.Effect<void, ConnectorError>
}

/** A connector as a host runs it. */
export class Connector extends Context.Service<
  Connector,
  Definition<SealedGrant, string> & {
    readonly manifest: Manifest
    /** The provider's wire as the connector knows it: what a live answer is held against, and what a fixture needs. */
    readonly wire?: () => WireMap
  }
>()("@paymirror/core/Connector") {}

/** Seals a typed definition into the {@link Connector} service. */
export const layer = <G, C, E, R>(options: {
  readonly manifest: Manifest
  readonly wire?: () => WireMap
  readonly grant: Schema.Codec<G, unknown>
  readonly checkpoint: Schema.Codec<C, unknown>
  readonly make: Effect.Effect<Definition<G, C>, E, R>
}): Layer.Layer<Connector, E, R> =>
  Layer.effect(
    Connector,
    Effect.map(options.make, (definition) => seal(options, definition))
  )

const seal = <G, C>(
  options: {
    readonly manifest: Manifest
    readonly wire?: () => WireMap
    readonly grant: Schema.Codec<G, unknown>
    readonly checkpoint: Schema.Codec<C, unknown>
  },
  definition: Definition<G, C>
): Connector["Service"] => {
  const grantJson = Schema.fromJsonString(Schema.toCodecJson(options.grant))
  const checkpointJson = Schema.fromJsonString(Schema.toCodecJson(options.checkpoint))
  const encodeGrant = Schema.encodeSync(grantJson)
  const decodeGrant = Schema.decodeUnknownOption(grantJson)
  const encodeCheckpoint = Schema.encodeSync(checkpointJson)
  const decodeCheckpoint = Schema.decodeUnknownOption(checkpointJson)
  const unreadable = new ConnectorError({
    connector: options.manifest.id,
    reason: new ConsentRequired({ detail: "the stored grant cannot be read" })
  })
  const open = (held: Held<SealedGrant>): Effect.Effect<Held<G>, ConnectorError> =>
    Option.match(decodeGrant(Redacted.value(held.grant)), {
      onNone: () => Effect.fail(unreadable),
      onSome: (grant) => Effect.succeed({ grant, generation: held.generation })
    })
  const close = (grant: G): SealedGrant => Redacted.make(encodeGrant(grant), { label: "grant" })
  const typed = (session: Session<SealedGrant>): Session<G> => ({
    current: Effect.flatMap(session.current, open),
    renew: (stale, exchange) =>
      session
        .renew({ grant: close(stale.grant), generation: stale.generation }, (sealed) =>
          open({ grant: sealed, generation: stale.generation }).pipe(
            Effect.flatMap((held) => exchange(held.grant)),
            Effect.map(close)
          )
        )
        .pipe(Effect.flatMap(open))
  })
  const { supersede } = definition
  return {
    manifest: options.manifest,
    ...(options.wire !== undefined && { wire: options.wire }),
    ...(supersede !== undefined && {
      supersede: (replaced: SealedGrant, by: SealedGrant) =>
        Effect.all([open({ grant: replaced, generation: 0 }), open({ grant: by, generation: 0 })]).pipe(
          Effect.flatMap(([old, young]) => supersede(old.grant, young.grant))
        )
    }),
    link: (input) =>
      Effect.map(definition.link(input), (step) =>
        step._tag === "Linked" ? { ...step, grant: close(step.grant) } : step
      ),
    read: (stream, input) =>
      definition
        .read(stream, {
          session: typed(input.session),
          account: input.account,
          access: input.access,
          checkpoint: Option.flatMap(input.checkpoint, decodeCheckpoint)
        })
        .pipe(
          Stream.map((event) =>
            event._tag === "Checkpoint" ? { ...event, checkpoint: encodeCheckpoint(event.checkpoint) } : event
          )
        ),
    revoke: (session) => definition.revoke(typed(session))
  }
}
