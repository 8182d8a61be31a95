/**
 * What of a person and of their consent never stands in what others get to see, in any dialect: errors, whatever the bank
 * writes into its refusals; checkpoints; and what is kept of a conversation between two steps.
 */
import { assert, describe, it } from "@effect/vitest"
import { Access, Connector, type Link, Session } from "@paymirror/core"
import { inspect } from "node:util"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import { converse, type Far, subjects } from "./far/index.ts"
import { certified } from "./far/town.ts"

type Hostile = (() => Response) | undefined

/** Every string of a grant that is somebody's: ids, tokens, numbers of accounts. */
const inside = (value: unknown): ReadonlyArray<string> => {
  if (typeof value === "string") return value.length < 12 || !Number.isNaN(Date.parse(value)) ? [] : [value]
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(inside) : []
}

const shown = (value: unknown): string =>
  [inspect(value, { depth: 20, showHidden: true }), JSON.stringify(value), String(value), Object(value).stack].join(
    "\n"
  )

const tells = (text: string, secrets: ReadonlyArray<string>): ReadonlyArray<string> =>
  secrets.filter((secret) => text.includes(secret))

const failureOf = <A, E>(effect: Effect.Effect<A, E>): Effect.Effect<E | undefined> =>
  Effect.match(effect, { onFailure: (error) => error, onSuccess: () => undefined })

const statuses = [200, 302, 400, 401, 403, 404, 429, 500]

/** A refusal that repeats all it knows, wherever a bank could write it. */
const telling = (secrets: ReadonlyArray<string>): ReadonlyArray<() => Response> =>
  statuses.flatMap((status) =>
    secrets.map((secret) => () => {
      const words = { code: secret, text: secret, Code: secret, Id: secret, Message: secret, ErrorCode: secret }
      const whole = {
        ...words,
        error: secret,
        error_description: secret,
        message: secret,
        detail: secret,
        tppMessages: [words],
        apiClientMessages: [words],
        Errors: [words]
      }
      return new Response(JSON.stringify(whole), {
        status,
        headers: {
          "content-type": "application/json",
          "location": `https://elsewhere.invalid/?${encodeURIComponent(secret)}`,
          "retry-after": "x",
          "www-authenticate": `Bearer error="${secret.replaceAll('"', "")}"`
        }
      })
    })
  )

for (const [bank, subject] of subjects) {
  const open = Effect.gen(function* () {
    let hostile: Hostile
    const fetch: typeof globalThis.fetch = (input, init) =>
      hostile === undefined ? certified(input, init) : Promise.resolve(hostile())
    const wire = Layer.provide(FetchHttpClient.layer, Layer.succeed(FetchHttpClient.Fetch, fetch))
    const connector = yield* Effect.provide(Connector.Connector, Layer.provide(subject.layer, wire))
    const far: Far = yield* Effect.orDie(subject.far)
    const steps: Array<Link.LinkStep<Connector.SealedGrant>> = []
    const linked = yield* Effect.provideService(
      converse(far, (step) => steps.push(step)),
      Connector.Connector,
      connector
    )
    const session = () => Session.memory({ connector: subject.manifest.id, grant: linked.grant })
    const access = Access.memory({ connector: subject.manifest.id })
    const read = Effect.suspend(() => {
      const [account] = linked.accounts
      if (account === undefined) return Effect.die("no account was linked")
      return Stream.runCollect(
        connector.read("balance", { session: session(), account, access, checkpoint: Option.none() })
      )
    })
    const secrets = [...far.person.own, ...inside(JSON.parse(Redacted.value(linked.grant)))]
    return {
      connector,
      far,
      linked,
      read,
      secrets,
      session,
      steps,
      turn: (to: Hostile) => {
        hostile = to
      }
    }
  })

  describe(`${bank}: of the person and the consent`, () => {
    it.live("no error tells anything, whatever the bank writes into its refusals", () =>
      Effect.gen(function* () {
        const { connector, far, read, secrets, session, turn } = yield* open
        assert.isAtLeast(secrets.length, 7)
        let failures = 0
        for (const refusal of telling(secrets)) {
          turn(refusal)
          const again = Effect.provideService(
            converse(far, () => undefined),
            Connector.Connector,
            connector
          )
          const errors = [
            yield* failureOf(read),
            yield* failureOf(connector.revoke(session())),
            yield* failureOf(again)
          ]
          for (const error of errors) {
            if (error === undefined) continue
            failures += 1
            assert.deepStrictEqual(tells(shown(error), secrets), [], error.message)
          }
        }
        assert.isAbove(failures, statuses.length * secrets.length)
      }).pipe(Effect.scoped)
    )

    it.live("no checkpoint holds anything, nor a word of an entry", () =>
      Effect.gen(function* () {
        const { far, read, secrets } = yield* open
        const words = ["Wren", "Badger", "Pebble", "Blackbird", "Larder", "Rent", "Wages"]
        const scenes = [Effect.void, far.mutate, far.settle, far.unknownField?.("balance"), far.malformRow?.("balance")]
        for (const scene of scenes) {
          yield* scene ?? Effect.void
          const events = yield* read
          const checkpoints = events.filter((event) => event._tag === "Checkpoint")
          assert.isAtLeast(checkpoints.length, 1)
          assert.deepStrictEqual(tells(shown(checkpoints), [...secrets, ...words]), [])
        }
      }).pipe(Effect.scoped)
    )

    it.live("what is kept of the conversation names nobody", () =>
      Effect.gen(function* () {
        const { far, steps } = yield* open
        const kept = steps.filter(({ _tag }) => _tag !== "Linked")
        assert.isAtLeast(kept.length, 1)
        assert.deepStrictEqual(tells(shown(kept), far.person.own), [])
      }).pipe(Effect.scoped)
    )
  })
}
