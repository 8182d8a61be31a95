/**
 * Connecting an account at a terminal: what this host lacks is said before anything is asked, the person is shown what they
 * agree to, and only a conversation that came to its end is stored. Where a consent stood before, it goes on until this one
 * takes its place. Over PSD2 the past is read at once, because a bank shows all of it only right after an approval.
 */
import { Consent, Instant } from "@paymirror/core"
import { Connections, type Report } from "@paymirror/sync"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { converse } from "./converse.ts"
import { codes, fromConnector, Refusal } from "./Exit.ts"
import { atTerminal } from "./linking/atTerminal.ts"
import { type Asking, layerOf, propose } from "./linking/Proposal.ts"
import { ownCopy, settle } from "./linking/settle.ts"
import type { Person } from "./Person.ts"
import * as Poll from "./Poll.ts"

export interface LinkOptions extends Omit<Asking, "asker"> {
  readonly holder: string
  readonly onRows?: Poll.Options["onRows"]
}

/** The consent that stands now at the same place, if any. */
const standing = ({ connector, holder, settings }: LinkOptions) =>
  Effect.gen(function* () {
    const at = Instant.fromEpochMillis(yield* Clock.currentTimeMillis)
    return (yield* (yield* Connections).list).find(
      (one) =>
        one.connector === connector &&
        one.holderId === holder &&
        settings["institution"] !== undefined &&
        one.settings["institution"] === settings["institution"] &&
        one.consent !== undefined &&
        Consent.status(one.consent, at) === "ACTIVE"
    )
  })

/** Links an account into the mirror in context. */
export const linkAccount = (options: LinkOptions, person: Person) =>
  Effect.gen(function* () {
    const { attendedOnly, holder, onRows, presence, settings } = options
    const proposal = yield* propose(options)
    const before = yield* standing(options)
    if (before?.consent !== undefined) {
      yield* person.say(
        `You agreed before, until ${before.consent.expiresAt.slice(0, 10)}. That goes on until you have approved anew.`
      )
    }
    if (!(yield* person.agrees(proposal.notice.text))) {
      return yield* new Refusal({ message: "Nothing was linked.", code: codes.personNeeded })
    }
    const linked = yield* Effect.flatMap(converse(person, presence), (step) =>
      settle(step, { ...proposal, holderId: holder, purpose: ownCopy, attendedOnly, settings })
    ).pipe(
      Effect.provide(yield* layerOf(proposal, settings)),
      Effect.catchTag("ConnectorError", (error) => Effect.fail(fromConnector(error)))
    )
    const connection = yield* (yield* Connections).get(linked.connectionId)
    // What was read at once; nothing where that is left to `sync`.
    const none: ReadonlyArray<Report> = []
    if (proposal.manifest.route !== "psd2" || connection === undefined) return { ...linked, read: none }
    yield* person.say("Approved. The past is read now, while the bank shows all of it.")
    const read = yield* Poll.once(connection, { presence, onRows })
    return { ...linked, read }
  }).pipe(Effect.catchTag("Unready", atTerminal))
