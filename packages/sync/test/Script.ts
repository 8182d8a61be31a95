/**
 * A connector whose provider is a script: for each read it says what the test wrote, event by event, and remembers what
 * it was asked. It is built with the real `Connector.layer`, so grants and checkpoints pass through their real seals.
 */
import { Connector, ConnectorError, type Manifest, type ReadEvent, type StreamName } from "@paymirror/core"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import type { Session } from "@paymirror/core"

export interface Grant {
  readonly token: string
}

/** What happens next in a read: something is said, the read fails, or the world moves on in between. */
export type Item =
  | ReadEvent.ReadEvent<number>
  | ConnectorError.ConnectorError
  | { readonly _tag: "Do"; readonly run: Effect.Effect<unknown> }

export interface Asked {
  readonly stream: StreamName.StreamName
  /** The checkpoint it was given. */
  readonly from: number | undefined
  /** Where the person sat who asked, if one did. */
  readonly address?: string
}

const live: Manifest.StreamCapability = { live: "cursor", backfill: true }

export const manifest: Manifest.Manifest = {
  spec: "1",
  id: "scripted",
  name: "A script",
  provider: "scripted",
  markets: ["US"],
  route: "session",
  link: "prompt",
  maturity: "illustrative",
  hosts: [],
  streams: { purchases: live, plans: live, card: live, balance: live, points: live, deliveries: live, profile: live }
}

export class Script {
  readonly asked: Array<Asked> = []
  revocations = 0
  /** What was ended because something newer took its place. */
  superseded: Array<{ readonly old: string; readonly by: string }> = []
  refusesToSupersede = false
  /** What each read costs. */
  spends: ReadonlyArray<string> = ["transactions"]
  asksForTheGrant = true
  token = "first-token"
  validUntil: string | undefined
  identification = "account-at-the-provider"
  /** The session of the last read, as the connector was given it. */
  session: Session.Session<Grant> | undefined
  read: (stream: StreamName.StreamName, from: number | undefined) => Iterable<Item> = () => []

  /** The same items for every read, wherever it starts. */
  says(...items: ReadonlyArray<Item>): void {
    this.read = () => items
  }

  layer(facts: Partial<Manifest.Manifest> = {}): Layer.Layer<Connector.Connector> {
    return Connector.layer<Grant, number, never, never>({
      manifest: { ...manifest, ...facts },
      grant: Schema.Struct({ token: Schema.String }),
      checkpoint: Schema.Int,
      make: Effect.succeed({
        link: () =>
          Effect.sync(() => ({
            _tag: "Linked" as const,
            grant: { token: this.token },
            ...(this.validUntil !== undefined && { validUntil: this.validUntil }),
            accounts: [
              {
                identification: this.identification,
                currency: "USD",
                market: "US",
                legalEntity: "WebBank",
                status: "OPEN" as const,
                displayName: "Scripted"
              }
            ]
          })),
        read: (stream, { access, checkpoint, session }) =>
          Stream.unwrap(
            Effect.gen({ self: this }, function* () {
              const from = Option.getOrUndefined(checkpoint)
              for (const resource of this.spends) yield* access.spend(resource)
              this.asked.push({ stream, from, ...(access.presence && { address: access.presence.ipAddress }) })
              this.session = session
              if (this.asksForTheGrant) yield* session.current
              return Stream.fromIterable(this.read(stream, from), { chunkSize: 1 }).pipe(
                Stream.mapEffect((item) =>
                  item._tag === "Do"
                    ? Effect.as(item.run, undefined)
                    : item._tag === "ConnectorError"
                      ? Effect.fail(item)
                      : Effect.succeed(item)
                ),
                Stream.filter((item) => item !== undefined)
              )
            })
          ),
        revoke: () => Effect.sync(() => void (this.revocations += 1)),
        supersede: (old, by) =>
          this.refusesToSupersede
            ? Effect.fail(down)
            : Effect.sync(() => void this.superseded.push({ old: old.token, by: by.token }))
      })
    })
  }
}

export const fails = (reason: ConnectorError.Reason): ConnectorError.ConnectorError =>
  new ConnectorError.ConnectorError({ connector: "scripted", reason })

export const down = fails(new ConnectorError.ProviderUnavailable({ detail: "the script says so", answerLost: false }))

export const at = (checkpoint: number): Item => ({ _tag: "Checkpoint", checkpoint })

export const meanwhile = (run: Effect.Effect<unknown>): Item => ({ _tag: "Do", run })
