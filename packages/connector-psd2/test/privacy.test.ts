/**
 * What of a person and of their consent never stands in what others get to see, in any dialect: errors, whatever the bank
 * writes into its refusals; checkpoints; and what is kept of a conversation between two steps.
 */
import { assert, describe, it } from "@effect/vitest"
import { inspect } from "node:util"
import { host } from "@paymirror/sandbox/far"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Tracer from "effect/Tracer"
import { open } from "./far/host.ts"
import { subjects } from "./far/index.ts"

const { fetch: certified } = await host()

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

for (const [bank] of subjects) {
  const opened = Effect.gen(function* () {
    let hostile: Hostile
    const host = yield* open(bank, (input, init) =>
      hostile === undefined ? certified(input, init) : Promise.resolve(hostile())
    )
    const secrets = [...host.far.person.own, ...inside(JSON.parse(Redacted.value(host.grant)))]
    const turn = (to: Hostile): void => {
      hostile = to
    }
    return { ...host, secrets, turn }
  })

  describe(`${bank}: of the person and the consent`, () => {
    it.live("no error tells anything, whatever the bank writes into its refusals", () =>
      Effect.gen(function* () {
        const { link, read, revoke, secrets, turn } = yield* opened
        assert.isAtLeast(secrets.length, 7)
        let failures = 0
        for (const refusal of telling(secrets)) {
          turn(refusal)
          const errors = [yield* failureOf(read), yield* failureOf(revoke), yield* failureOf(link)]
          for (const error of errors) {
            if (error === undefined) continue
            failures += 1
            assert.deepStrictEqual(tells(shown(error), secrets), [], error.message)
          }
        }
        assert.isAbove(failures, statuses.length * secrets.length)
      }).pipe(Effect.scoped)
    )

    it.live("no span of a trace tells anything, nor where the person sits", () =>
      Effect.gen(function* () {
        const { link, read, revoke, secrets } = yield* opened
        const spans: Array<Tracer.NativeSpan> = []
        const span: Tracer.Tracer["span"] = (options) => {
          const begun = new Tracer.NativeSpan(options)
          spans.push(begun)
          return begun
        }
        yield* Effect.all([read, link, revoke]).pipe(
          Effect.withSpan("the host's own"),
          Effect.provideService(Tracer.Tracer, Tracer.make({ span }))
        )
        const traced = shown(spans.map(({ attributes, name }) => [name, ...attributes]))
        assert.include(traced, "the host's own")
        assert.deepStrictEqual(tells(traced, [...secrets, "192.0.2.7", "Browser/1"]), [])
      }).pipe(Effect.scoped)
    )

    it.live("no checkpoint holds anything, nor a word of an entry", () =>
      Effect.gen(function* () {
        const { far, read, secrets } = yield* opened
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
        const { far, steps } = yield* opened
        const kept = steps.filter(({ _tag }) => _tag !== "Linked")
        assert.isAtLeast(kept.length, 1)
        assert.deepStrictEqual(tells(shown(kept), far.person.own), [])
      }).pipe(Effect.scoped)
    )
  })
}
