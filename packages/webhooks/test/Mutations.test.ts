/**
 * One byte more, less, or another, anywhere in a signed message: none is accepted. Receivers with planted bugs show that the
 * search would find one. `MUTATIONS=100000` searches longer.
 */
import { assert, describe, it } from "@effect/vitest"
import { verify } from "@paymirror/webhooks"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { createHmac } from "node:crypto"
import { Webhook } from "standardwebhooks"
import { vi } from "vitest"
import { due, newer, now, receiver, secret, signed } from "./Sender.ts"

const count = Number(process.env["MUTATIONS"] ?? 3000)

const Mutation = Schema.Struct({
  part: Schema.Literals(["webhook-id", "webhook-timestamp", "webhook-signature", "body"]),
  how: Schema.Literals(["replace", "insert", "drop", "double", "cut", "mark"]),
  at: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 400 })),
  byte: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 255 }))
})
type Mutation = typeof Mutation.Type

interface Sent {
  readonly headers: Headers
  readonly body: Uint8Array<ArrayBuffer>
}

const mutations = Arbitrary.schema(Mutation)
const encoder = new TextEncoder()

const mutate = (bytes: ReadonlyArray<number>, { at, byte, how }: Mutation): ReadonlyArray<number> => {
  const index = at % (bytes.length + 1)
  const [before, after] = [bytes.slice(0, index), bytes.slice(index)]
  switch (how) {
    case "replace":
      return [...before, byte, ...after.slice(1)]
    case "insert":
      return [...before, byte, ...after]
    case "drop":
      return [...before, ...after.slice(1)]
    case "double":
      return [...before, ...after.slice(0, 1), ...after]
    case "cut":
      return before
    case "mark":
      return [0xef, 0xbb, 0xbf, ...bytes]
  }
}

/** Undefined where nothing was changed, where no header can hold it, or where the right signature still stands. */
const mutated = ({ body, headers }: Sent, mutation: Mutation): Sent | undefined => {
  const { part } = mutation
  if (part === "body") {
    const bytes = mutate([...body], mutation)
    return Buffer.compare(Buffer.from(bytes), body) === 0 ? undefined : { headers, body: new Uint8Array(bytes) }
  }
  const was = headers.get(part) ?? ""
  const changed = new Headers(headers)
  try {
    changed.set(part, String.fromCharCode(...mutate([...encoder.encode(was)], mutation)))
  } catch {
    return undefined
  }
  const is = changed.get(part) ?? ""
  const rights = was.split(" ")
  const stands =
    part === "webhook-signature" ? is.split(" ").some((signature) => rights.includes(signature)) : is === was
  return stands ? undefined : { headers: changed, body }
}

type Receiver = (sent: Sent) => boolean | Promise<boolean>

const ours: Receiver = ({ body, headers }) => {
  try {
    verify({ headers, body }, { secrets: [newer, secret], now: () => now })
    return true
  } catch {
    return false
  }
}

const sent = async (): Promise<Sent> => {
  const request = signed(due, { secrets: [secret, newer] })
  return { headers: request.headers, body: new Uint8Array(await request.arrayBuffer()) }
}

const search = (accepts: Receiver, runs = count) =>
  Effect.gen(function* () {
    const original = yield* Effect.promise(sent)
    assert.isTrue(yield* Effect.promise(async () => accepts(original)))
    let tried = 0
    const result = yield* Arbitrary.checkEffect(
      mutations,
      (mutation) => {
        const delivery = mutated(original, mutation)
        if (delivery === undefined) return Effect.succeed(true)
        tried += 1
        return Effect.promise(async () => !(await accepts(delivery)))
      },
      { runs, seed: "mutations", size: 400 }
    )
    return { result, tried }
  })

const tag = (text: string): string =>
  createHmac("sha256", Buffer.from(secret.slice(6), "base64"))
    .update(text)
    .digest("base64")

const planted: Readonly<Record<string, Receiver>> = {
  "compares the beginning of a signature": ({ body, headers }) => {
    const text = [headers.get("webhook-id"), headers.get("webhook-timestamp"), Buffer.from(body).toString()].join(".")
    return (headers.get("webhook-signature") ?? "").startsWith(`v1,${tag(text).slice(0, 16)}`)
  },
  "signs without the id": ({ body, headers }) =>
    ours({ headers: new Headers({ ...Object.fromEntries(headers), "webhook-id": "msg_test" }), body }),
  "signs the beginning of the body": ({ body, headers }) => {
    const start = Buffer.from(body).subarray(0, 100).toString()
    const right = JSON.stringify(due).slice(0, 100) === start
    return right && ours({ headers, body: encoder.encode(JSON.stringify(due)) }) === true
  },
  "reads bytes that are no text": ({ body, headers }) =>
    ours({ headers, body: encoder.encode(new TextDecoder().decode(body)) }),
  "leaves the reading of the headers to the library": ({ body, headers }) => {
    try {
      new Webhook(secret).verify(Buffer.from(body).toString(), Object.fromEntries(headers))
      return true
    } catch {
      return false
    }
  }
}

describe("a message with one byte changed", () => {
  it.effect("is never verified", () =>
    Effect.gen(function* () {
      const { result, tried } = yield* search(ours)
      assert.isUndefined(Arbitrary.formatCheckFailure(result))
      assert.isAbove(tried, count / 2)
    })
  )

  it.effect("is never queued", () =>
    Effect.gen(function* () {
      const { queue, receive } = receiver({ secrets: [secret, newer] })
      const accepts: Receiver = async ({ body, headers }) => {
        const { status } = await receive(new Request("http://localhost/", { method: "POST", headers, body }))
        return status < 400 && status >= 200
      }
      const { result } = yield* search(accepts, Math.ceil(count / 6))
      assert.isUndefined(Arbitrary.formatCheckFailure(result))
      assert.strictEqual(queue.length, 1)
    })
  )

  for (const [name, accepts] of Object.entries(planted)) {
    it.effect(`is found where a receiver ${name}`, () =>
      Effect.gen(function* () {
        vi.useFakeTimers({ now, toFake: ["Date"] })
        const { result } = yield* Effect.ensuring(
          search(accepts),
          Effect.sync(() => vi.useRealTimers())
        )
        assert.strictEqual(result._tag, "Falsified")
      })
    )
  }
})
