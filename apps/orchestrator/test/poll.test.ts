/** Which of several connections of a person is read, on a mirror of real SQLite. */
import { ConnectorError } from "@paymirror/core"
import type { Manifest, StreamName } from "@paymirror/core"
import { Connections } from "@paymirror/sync"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as UserDirectories from "effect/persistence/UserDirectories"
import * as Connectors from "../src/Connectors.ts"
import * as Home from "../src/Home.ts"
import * as Poll from "../src/Poll.ts"

const reason = new ConnectorError.ConfigurationRequired({ detail: "nobody is there" })
const nobody = (manifest: Manifest.Manifest) =>
  Connectors.inName(manifest, new ConnectorError.ConnectorError({ connector: manifest.id, reason }))

const german = "DE23100000001234567890"

/** A connection as a finished link would leave it, to an account that goes by this number. */
const linked = (
  connector: string,
  settings: Connectors.Settings,
  holderId: string,
  streams: ReadonlyArray<StreamName.StreamName>
) =>
  Effect.gen(function* () {
    const entry = Connectors.find(connector) ?? Connectors.missing(connector)
    const connections = yield* Connections
    return yield* connections
      .store(
        {
          _tag: "Linked",
          grant: Redacted.make("{}"),
          accounts: [
            {
              provider: "klarna",
              identification: german,
              currency: "EUR",
              market: "DE",
              legalEntity: "Klarna Bank AB (publ)",
              status: "OPEN",
              displayName: "Klarna"
            }
          ]
        },
        {
          holderId,
          streams,
          purpose: "a copy for the account holder",
          notice: { text: "-", version: "1", language: "en" },
          expiresAt: "2099-01-01T00:00:00.000Z",
          settings
        }
      )
      .pipe(Effect.provide(nobody(Connectors.manifestOf(entry, settings))))
  })

describe("two connections of one person to the same account", () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "paymirror-poll-"))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const onMirror = <A, E>(
    effect: Effect.Effect<
      A,
      E,
      Layer.Success<ReturnType<typeof Home.engine>> | NodeServices.NodeServices | UserDirectories.UserDirectories
    >
  ): Promise<A> =>
    effect.pipe(
      Effect.provide(
        Home.engine(join(folder, "mirror.db"), Redacted.make(new Uint8Array(32))).pipe(
          Layer.provideMerge(Layer.mergeAll(NodeServices.layer, SecureRandom.layerWebCrypto, UserDirectories.layer))
        )
      ),
      Effect.runPromise
    )

  it("are not both read: the bank itself is, and what steps back says for whom", () =>
    onMirror(
      Effect.gen(function* () {
        const session = yield* linked("klarna-us", {}, "alex", ["purchases", "balance"])
        const bank = yield* linked("psd2", { institution: "klarna-de" }, "alex", ["balance"])
        yield* linked("psd2", { institution: "klarna-de" }, "somebody else", ["balance"])
        assert.deepStrictEqual(session.accountIds, bank.accountIds)
        const contested = yield* Poll.contested
        assert.deepStrictEqual(
          contested.map(({ connectionId, instead, stream }) => ({ connectionId, instead, stream })),
          [{ connectionId: session.connectionId, instead: bank.connectionId, stream: "balance" }]
        )
        const connection = yield* (yield* Connections).get(session.connectionId)
        if (connection === undefined) return assert.fail("it was linked")
        assert.deepStrictEqual(yield* Poll.once(connection, { streams: ["balance"] }), [])
      })
    ))

  it("whose host lost its certificate is an outcome of its streams, not the end of the run", () =>
    onMirror(
      Effect.gen(function* () {
        const list = yield* (yield* Connections).list
        const bank = list.find((one) => one.settings["institution"] === "klarna-de")
        if (bank === undefined) return assert.fail("it was linked")
        const [report] = yield* Poll.once(bank)
        assert.strictEqual(report?.stream, "balance")
        assert.strictEqual(report?.outcome._tag, "Stopped")
      })
    ))

  it("one of which is withdrawn leave the account to the other", () =>
    onMirror(
      Effect.gen(function* () {
        const connections = yield* Connections
        const bank = (yield* connections.list).find(
          (one) => one.holderId === "alex" && one.settings["institution"] === "klarna-de"
        )
        if (bank === undefined) return assert.fail("it was linked")
        const entry = Connectors.find("psd2") ?? Connectors.missing("psd2")
        yield* connections.withdraw(bank.connectionId).pipe(Effect.provide(nobody(entry.manifest)))
        assert.deepStrictEqual(yield* Poll.contested, [])
      })
    ))
})
