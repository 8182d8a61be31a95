/** A file driven as a host drives it: the whole conversation, every account, every stream. */
import { Access, type Account, Connector, ConnectorError, type ReadEvent, Session, StreamName } from "@paymirror/core"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"

/** What a person says beside a file. */
export type Options = Readonly<Record<string, string>>

export interface Linked {
  readonly grant: Connector.SealedGrant
  readonly accounts: ReadonlyArray<Account.LinkedAccount>
  readonly found?: Readonly<Record<string, string | number>>
}

/** Hands the file over; dies where the connector asks for more than the file. */
export const link = Effect.fnUntraced(function* (
  path: string,
  options: Options = {}
): Effect.fn.Return<Linked, ConnectorError.ConnectorError, Connector.Connector> {
  const connector = yield* Connector.Connector
  const step = yield* connector.link({ answer: { _tag: "Uploaded", path, options }, state: "" })
  if (step._tag !== "Linked") return yield* Effect.die(`expected to be linked, got ${step._tag}`)
  return step
})

/** One stream of one account, from its beginning. */
export const readAccount = Effect.fnUntraced(function* (
  { grant }: Linked,
  account: Account.LinkedAccount,
  stream: StreamName.StreamName
) {
  const { manifest, read } = yield* Connector.Connector
  const session = Session.memory({ connector: manifest.id, grant })
  const access = Access.memory({ connector: manifest.id })
  return yield* Stream.runCollect(read(stream, { session, account, checkpoint: Option.none(), access }))
})

/** Links a file and reads all of it. */
export const importFile = Effect.fnUntraced(function* (path: string, options: Options = {}) {
  const { manifest } = yield* Connector.Connector
  const linked = yield* link(path, options)
  const streams = StreamName.streamNames.filter((stream) => manifest.streams[stream] !== undefined)
  const events: Array<ReadEvent.ReadEvent> = []
  for (const account of linked.accounts) {
    for (const stream of streams) events.push(...(yield* readAccount(linked, account, stream)))
  }
  return new Imported(linked.accounts, events)
})

/** The refusal of a file; dies where it is taken, or fails for another reason. */
export const refusal = (path: string, options: Options = {}) =>
  link(path, options).pipe(
    Effect.flip,
    Effect.flatMap((error) =>
      error instanceof ConnectorError.ConnectorError && error.reason._tag === "UnsupportedFile"
        ? Effect.succeed(error.reason)
        : Effect.die("expected an unsupported file")
    )
  )

type Tagged<T extends ReadEvent.ReadEvent["_tag"]> = Extract<ReadEvent.ReadEvent, { readonly _tag: T }>

/** What a host saw of one file. */
export class Imported {
  readonly accounts: ReadonlyArray<Account.LinkedAccount>
  readonly events: ReadonlyArray<ReadEvent.ReadEvent>

  constructor(accounts: ReadonlyArray<Account.LinkedAccount>, events: ReadonlyArray<ReadEvent.ReadEvent>) {
    this.accounts = accounts
    this.events = events
  }

  only<T extends ReadEvent.ReadEvent["_tag"]>(tag: T): ReadonlyArray<Tagged<T>> {
    return this.events.filter((event): event is Tagged<T> => event._tag === tag)
  }

  get ids(): ReadonlyArray<string> {
    return this.only("Upsert").map(({ id }) => id)
  }

  get entries() {
    return this.only("Upsert").flatMap(({ stream, row }) =>
      stream === "balance" && row.rowType === "entry" ? [row] : []
    )
  }

  get cards() {
    return this.only("Upsert").flatMap(({ stream, row }) => (stream === "card" ? [row] : []))
  }

  get purchases() {
    return this.only("Upsert").flatMap(({ stream, row }) => (stream === "purchases" ? [row] : []))
  }

  /** Where the file breaks what it was held against. */
  breaks(name: string) {
    return this.only("Check")
      .filter((check) => check.name === name)
      .flatMap((check) => check.breaks)
  }

  /** Rows that were left out on purpose. */
  get skipped(): number {
    return this.only("Check")
      .filter(({ name }) => name.startsWith("skipped"))
      .reduce((sum, { rows }) => sum + rows, 0)
  }
}
