/** A host that has linked one person's account at a bank of the town and reads it alone, as often as it is told to. */
import { assert } from "@effect/vitest"
import { type Access, Connector, type Link, Session } from "@paymirror/core"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import { type Far, host } from "@paymirror/sandbox/far"
import { converse, subjects } from "./index.ts"

const { fetch: certified } = await host()

const access: Access.Access = { spend: () => Effect.void }

export const open = (bank: string, fetch: typeof globalThis.fetch = certified) =>
  Effect.gen(function* () {
    const subject = subjects.find(([name]) => name === bank)?.[1] ?? assert.fail(`no bank ${bank}`)
    const wire = Layer.provide(FetchHttpClient.layer, Layer.succeed(FetchHttpClient.Fetch, fetch))
    const connector = yield* Effect.provide(Connector.Connector, Layer.provide(subject.layer, wire))
    const far: Far = yield* Effect.orDie(subject.far)
    const steps: Array<Link.LinkStep<Connector.SealedGrant>> = []
    const link = Effect.provideService(
      converse(far, (step) => steps.push(step)),
      Connector.Connector,
      connector
    )
    const { accounts, grant } = yield* link
    const account = accounts[0] ?? assert.fail("no account was linked")
    const session = () => Session.memory({ connector: connector.manifest.id, grant })
    const read = Effect.suspend(() =>
      Stream.runCollect(connector.read("balance", { session: session(), account, access, checkpoint: Option.none() }))
    )
    return { far, grant, link, read, revoke: Effect.suspend(() => connector.revoke(session())), steps }
  })
