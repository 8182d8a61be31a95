/** A reader of a model bank over the connector's own reading, with a mirror beside it; it can break off and forget. */
import { Access, type Connector, type ReadEvent, Session } from "@paymirror/core"
import { Mirror } from "@paymirror/connector-testing"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import type { Checkpoint } from "../../src/Checkpoint.ts"
import type { Dialect } from "../../src/Dialect.ts"
import type { Grant } from "../../src/Grant.ts"
import type { IdPolicy, Institution } from "../../src/Institution.ts"
import { settings as settingsOf } from "../../src/Options.ts"
import { read } from "../../src/read.ts"
import { own } from "./ModelBank.ts"

export const institution: Institution = {
  id: "model-de",
  name: "Model bank",
  provider: "model",
  market: "DE",
  legalEntity: "Model Bank AG",
  maturity: "specified",
  dialect: "berlin",
  version: "1.3",
  approval: "redirect",
  baseUrl: "https://bank.example",
  ids: "transactionId",
  history: { days: 730, freshMinutes: 5 },
  consent: { maxDays: 180 },
  budget: { reads: 4, hours: 24 }
}

export const account: Connector.ReadInput<Grant, Checkpoint>["account"] = {
  identification: own,
  currency: "EUR",
  legalEntity: "Model Bank AG",
  status: "OPEN",
  displayName: "Model",
  market: "DE"
}

export const grant: Grant = {
  institution: institution.id,
  market: "DE",
  consentId: Redacted.make("consent"),
  accounts: [{ identification: own, currency: "EUR", resourceId: "r1", kind: "payment" }],
  authorisedAt: "2024-05-01T08:00:00.000Z"
}

export type Event = ReadEvent.ReadEvent<Checkpoint>

export interface Asking {
  readonly checkpoint?: Checkpoint | undefined
  readonly grant?: Grant
  readonly account?: typeof account
  readonly institution?: Institution
  readonly attended?: boolean
  readonly access?: Access.Access
  readonly session?: Session.Session<Grant>
  readonly maxPages?: number
}

const reading = (dialect: Dialect, asking: Asking = {}) =>
  read(
    dialect,
    settingsOf({ institution: asking.institution ?? institution, maxPages: asking.maxPages ?? 1000, backoff: 1 }),
    "balance",
    {
      session: asking.session ?? Session.memory({ connector: "psd2", grant: asking.grant ?? grant }),
      account: asking.account ?? account,
      access:
        asking.access ??
        Access.memory({
          connector: "psd2",
          ...(asking.attended === true && { presence: { ipAddress: "198.51.100.7" } })
        }),
      checkpoint: Option.fromUndefinedOr(asking.checkpoint)
    }
  )

/** What a read says until it ends or fails. */
export const listen = (dialect: Dialect, asking: Asking = {}) =>
  Effect.gen(function* () {
    const events: Array<Event> = []
    const failure = yield* reading(dialect, asking).pipe(
      Stream.runForEach((event) => Effect.sync(() => void events.push(event))),
      Effect.as(undefined),
      Effect.catch((error) => Effect.succeed(error))
    )
    return { events, failure }
  })

export const lastCheckpoint = (events: ReadonlyArray<Event>): Checkpoint | undefined =>
  events.findLast((event) => event._tag === "Checkpoint")?.checkpoint

/** The mirror's own events carry checkpoints as text. */
export const plain = (events: ReadonlyArray<Event>): ReadonlyArray<ReadEvent.ReadEvent> =>
  events.filter((event) => event._tag !== "Checkpoint")

export class Reader {
  mirror = Mirror.make()
  checkpoint: Checkpoint | undefined
  readonly #dialect: Dialect
  readonly #institution: Institution

  constructor(dialect: Dialect, policy: IdPolicy = institution.ids) {
    this.#dialect = dialect
    this.#institution = { ...institution, ids: policy }
  }

  /** `atomic`: rows are kept only with the checkpoint that remembers them. */
  read(options: { readonly keep?: number; readonly atomic?: boolean } = {}) {
    return Effect.map(
      listen(this.#dialect, { checkpoint: this.checkpoint, institution: this.#institution }),
      ({ events, failure }) => {
        let heard = options.keep === undefined ? events : events.slice(0, options.keep)
        if (options.atomic === true) {
          heard = heard.slice(0, heard.findLastIndex(({ _tag }) => _tag === "Checkpoint") + 1)
        }
        this.mirror.apply(plain(heard))
        this.checkpoint = lastCheckpoint(heard) ?? this.checkpoint
        return { events: heard, failure }
      }
    )
  }

  forget(): void {
    this.checkpoint = undefined
  }
}
