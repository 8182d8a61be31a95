/** Drives the connector as a host does: real files in a folder of their own, the whole conversation, every account. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import { Access, type Account, Connector, ConnectorError, type ReadEvent, Session } from "@paymirror/core"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { layer } from "../src/index.ts"

const folder = mkdtempSync(join(tmpdir(), "paymirror-csv-"))
// Test files that run in one process have this module in common.
process.once("exit", () => rmSync(folder, { recursive: true, force: true }))

let files = 0

/** Writes a file and says where it is. */
export const write = (content: string | Uint8Array, name = "export.csv"): string => {
  files += 1
  const path = join(folder, `${files}-${name}`)
  writeFileSync(path, content)
  return path
}

export const lines = (...text: ReadonlyArray<string>): string => `${text.join("\n")}\n`

export const live = Layer.provide(layer, NodeFileSystem.layer)

export type Options = Readonly<Record<string, string>>
type Linked = { readonly grant: Connector.SealedGrant; readonly accounts: ReadonlyArray<Account.LinkedAccount> }

export const link = Effect.fnUntraced(function* (path: string, options: Options = {}) {
  const connector = yield* Connector.Connector
  const step = yield* connector.link({
    answer: { _tag: "Uploaded", path, options: { market: "US", ...options } },
    state: ""
  })
  if (step._tag !== "Linked") return yield* Effect.die(`expected to be linked, got ${step._tag}`)
  return step
})

const streams = ["balance", "card", "purchases"] as const

export const readAccount = Effect.fnUntraced(function* (
  linked: Linked,
  account: Account.LinkedAccount,
  stream: (typeof streams)[number]
) {
  const connector = yield* Connector.Connector
  const session = Session.memory({ connector: "csv", grant: linked.grant })
  return yield* Stream.runCollect(
    connector.read(stream, { session, account, checkpoint: Option.none(), access: Access.memory({ connector: "csv" }) })
  )
})

/** Links a file and reads every stream of every account it holds. */
export const importFile = Effect.fnUntraced(function* (path: string, options: Options = {}) {
  const linked = yield* link(path, options)
  const events: Array<ReadEvent.ReadEvent> = []
  for (const account of linked.accounts) {
    for (const stream of streams) events.push(...(yield* readAccount(linked, account, stream)))
  }
  return new Import(linked.accounts, events)
})

type Tagged<T extends ReadEvent.ReadEvent["_tag"]> = Extract<ReadEvent.ReadEvent, { readonly _tag: T }>

/** What a host saw of one file. */
class Import {
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

  breaks(name: string) {
    return this.only("Check")
      .filter((check) => check.name === name)
      .flatMap((check) => check.breaks)
  }

  get skipped(): number {
    return this.only("Check")
      .filter(({ name }) => name.startsWith("skipped"))
      .reduce((sum, { rows }) => sum + rows, 0)
  }
}

/** The refusal of a file, and nothing where it was accepted. */
export const refusal = (path: string, options: Options = {}) =>
  link(path, options).pipe(
    Effect.flip,
    Effect.map((error) =>
      error instanceof ConnectorError.ConnectorError && error.reason._tag === "UnsupportedFile"
        ? error.reason
        : assertNever(error)
    )
  )

const assertNever = (value: unknown): never => {
  throw new Error(`expected an unsupported file, got ${String(value)}`)
}
