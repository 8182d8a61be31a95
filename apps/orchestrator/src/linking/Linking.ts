/**
 * Carries link sessions on: one answer at a time reaches the connector, and what it says next is stored before anybody
 * sees it, so that a restart loses nothing. An answer that is under way is finished even where whoever sent it has gone,
 * because it may spend a code that is good once. Once linked, the connection is read in the background; what a restart
 * broke off is read then.
 */
import { Connector } from "@paymirror/core"
import type { Access, ConnectorError, Link } from "@paymirror/core"
import { type Bulk, Connections, type Engine, Lease, type Seal } from "@paymirror/sync"
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import type * as SecureRandom from "effect/crypto/SecureRandom"
import type * as SqlClient from "effect/sql/SqlClient"
import * as Connectors from "../Connectors.ts"
import * as Poll from "../Poll.ts"
import type { Conversation, LinkSession, Step } from "./LinkSession.ts"
import * as LinkSessions from "./LinkSessions.ts"
import { layerOf } from "./Proposal.ts"
import * as Return from "./Return.ts"
import { settle } from "./settle.ts"

export type Answer =
  | { readonly _tag: "Agree" }
  | Extract<Link.LinkAnswer, { readonly _tag: "Redirected" | "Poll" | "Entered" }>

/** An answer that was not taken; the session is as it was. */
export class NotTaken extends Data.TaggedError("NotTaken")<{
  readonly why:
    | "busy" // another answer is under way
    | "over"
    | "other-step" // it answers a question that is not asked now
    | "other-return" // the address is another conversation's, or none
    | "later" // the provider has no answer for now
}> {}

/** Who answers, and from where. */
export interface From {
  /** `person`, or `key:<id>` of the API key that answers for them. */
  readonly by: string
  readonly presence?: Access.Presence | undefined
}

type Needs = SqlClient.SqlClient | Bulk | Seal | Connections | Engine | SecureRandom.SecureRandom | Connectors.Machine

export class Linking extends Context.Service<
  Linking,
  {
    /** Gives the session after it. */
    readonly answer: (linkSessionId: string, answer: Answer, from: From) => Effect.Effect<LinkSession, NotTaken>
    /** Ends an open session without a link. */
    readonly cancel: (linkSessionId: string) => Effect.Effect<void, NotTaken>
  }
>()("paymirror/Linking") {
  static readonly layer: Layer.Layer<Linking, never, Needs> = Layer.effect(
    Linking,
    Effect.gen(function* () {
      const context = yield* Effect.context<Needs>()
      const scope = yield* Effect.scope
      const detached = <A, E>(effect: Effect.Effect<A, E, Needs>) =>
        Effect.forkIn(Effect.provide(effect, context), scope)
      const read = (linkSessionId: string, connectionId: string, presence: Access.Presence | undefined) =>
        detached(Effect.ignore(firstRead(linkSessionId, connectionId, presence)))

      yield* detached(Effect.ignore(Effect.repeat(LinkSessions.expire, Schedule.spaced("1 minute"))))
      for (const { connectionId, linkSessionId } of yield* Effect.provide(Effect.orDie(LinkSessions.unread), context)) {
        yield* read(linkSessionId, connectionId, undefined)
      }

      return Linking.of({
        answer: (linkSessionId, answer, from) =>
          Effect.gen(function* () {
            const session = yield* Effect.flatMap(detached(take(linkSessionId, answer, from)), Fiber.join)
            if (session.status === "linked" && session.linked !== undefined) {
              yield* read(linkSessionId, session.linked.connectionId, from.presence)
            }
            return session
          }),
        cancel: (linkSessionId) =>
          Effect.flatMap(
            detached(alone(linkSessionId, Effect.orDie(LinkSessions.cancel(linkSessionId)))),
            Fiber.join
          ).pipe(Effect.flatMap((was) => (was ? Effect.void : new NotTaken({ why: "over" }))))
      })
    })
  )
}

/** Runs what changes a session while nobody else does, in any process. */
const alone = <A, E, R>(linkSessionId: string, effect: Effect.Effect<A, E, R>) =>
  Effect.scoped(
    Effect.gen(function* () {
      const lease = yield* Effect.orDie(Lease.take(LinkSessions.leaseOf(linkSessionId)))
      return lease === undefined ? yield* new NotTaken({ why: "busy" }) : yield* effect
    })
  )

const take = (linkSessionId: string, answer: Answer, from: From) =>
  alone(
    linkSessionId,
    Effect.gen(function* () {
      const session = yield* known(linkSessionId)
      const open = yield* Effect.orDie(LinkSessions.conversation(linkSessionId))
      if (session.status !== "open" || open === undefined) return yield* new NotTaken({ why: "over" })
      const given = yield* toConnector(session, open.step, answer)
      yield* ask(session, open, given, from)
      return yield* known(linkSessionId)
    })
  )

const known = (linkSessionId: string) =>
  Effect.flatMap(Effect.orDie(LinkSessions.get(linkSessionId)), (session) =>
    session === undefined ? new NotTaken({ why: "over" }) : Effect.succeed(session)
  )

/** What the connector hears, where the answer is one to the question that is asked. */
const toConnector = (session: LinkSession, step: Step, answer: Answer) =>
  Effect.gen(function* () {
    const fits: Readonly<Record<Answer["_tag"], Step["_tag"]>> = {
      Agree: "Agree",
      Redirected: "Redirect",
      Poll: "Approve",
      Entered: "Prompt"
    }
    if (fits[answer._tag] !== step._tag) return yield* new NotTaken({ why: "other-step" })
    if (answer._tag === "Agree") return { _tag: "Start" } as const
    if (answer._tag === "Redirected" && step._tag === "Redirect" && step.returnState !== undefined) {
      const state = Return.stateOf(answer.url)
      const own = state !== undefined && (yield* Effect.orDie(LinkSessions.isReturn(session.linkSessionId, state)))
      if (!own) return yield* new NotTaken({ why: "other-return" })
    }
    return answer
  })

/** Puts one answer to the connector and stores what comes of it. */
const ask = (
  session: LinkSession,
  { presence: named, step, token }: Conversation,
  answer: Link.LinkAnswer,
  { by, presence = named }: From
) =>
  Effect.gen(function* () {
    const { linkSessionId, settings } = session
    const entry = Connectors.find(session.connector) ?? Connectors.missing(session.connector)
    const context = yield* Effect.context<SqlClient.SqlClient | Seal>()
    const asking = Effect.gen(function* () {
      const connector = yield* Connector.Connector
      const next = yield* connector.link({
        answer,
        state: step._tag === "Agree" ? "" : step.state,
        ...(presence !== undefined && { presence })
      })
      if (next._tag === "Linked") {
        const { agreedUntil, attendedOnly, holderId, notice, purpose, streams } = session
        yield* settle(next, {
          holderId,
          streams,
          purpose,
          notice,
          expiresAt: agreedUntil,
          attendedOnly,
          settings,
          by,
          alongside: (linked) => Effect.provideContext(LinkSessions.link(linkSessionId, linked), context)
        })
      } else if (next._tag === "Upload") {
        yield* LinkSessions.fail(linkSessionId, "A file is imported, it is not linked.")
      } else {
        yield* LinkSessions.goOn(linkSessionId, { step: next, token, ...(named !== undefined && { presence: named }) })
      }
    })
    yield* Effect.flatMap(layerOf({ entry }, settings), (layer) => Effect.provide(asking, layer)).pipe(
      Effect.catchTags({
        ConnectorError: (error) => afterRefusal(linkSessionId, error),
        Unready: () => LinkSessions.fail(linkSessionId, hostLacks)
      })
    )
  }).pipe(Effect.catchTags({ SqlError: Effect.die, SealError: Effect.die, NoSuchAccount: Effect.die }))

/** What a person and a tenant hear of this host's own trouble; `paymirror doctor` says more to whoever runs it. */
const hostLacks =
  "This host lacks something the provider asks for, or what it has is no longer taken. Whoever runs it has to look: paymirror doctor."

const afterRefusal = (linkSessionId: string, { reason }: ConnectorError.ConnectorError) => {
  switch (reason._tag) {
    case "RateLimited":
    case "ProviderUnavailable":
      return Effect.fail(new NotTaken({ why: "later" }))
    case "ConfigurationRequired":
      return LinkSessions.fail(linkSessionId, hostLacks)
    default:
      return LinkSessions.fail(linkSessionId, reason.detail)
  }
}

const firstRead = (linkSessionId: string, connectionId: string, presence: Access.Presence | undefined) =>
  Effect.gen(function* () {
    const connection = yield* (yield* Connections).get(connectionId)
    if (connection !== undefined) yield* Poll.once(connection, { presence })
    yield* LinkSessions.wasRead(linkSessionId)
  })
