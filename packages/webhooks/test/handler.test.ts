/** The handler: what it answers, in which order things happen, and that nothing is lost or handed over twice. */
import { assert, describe, it } from "@effect/vitest"
import { memorySeen, type Message, type Unknown, WebhookError } from "@paymirror/webhooks"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { inspect } from "node:util"
import { vi } from "vitest"
import { changed, due, newer, receiver, secret, signed, stranger } from "./Sender.ts"

interface Problem {
  readonly status: number
  readonly title: string
  readonly detail: string
  readonly reason: string
}

const problemOf = async (response: Response): Promise<Problem> => {
  assert.strictEqual(response.headers.get("content-type"), "application/problem+json")
  const problem: Problem = JSON.parse(await response.text())
  assert.strictEqual(problem.status, response.status)
  return problem
}

/** A promise that somebody else settles. */
const open = () => Promise.withResolvers<void>()

describe("a message that is right", () => {
  it("is in the queue before the sender is told", async () => {
    const gate = open()
    const order: Array<string> = []
    const { receive } = receiver({
      enqueue: async () => {
        await gate.promise
        order.push("queued")
      }
    })
    const answer = receive(signed()).then(({ status }) => {
      order.push("answered")
      return status
    })
    await new Promise((resolve) => setTimeout(resolve, 20))
    assert.deepStrictEqual(order, [])
    gate.resolve()
    assert.strictEqual(await answer, 202)
    assert.deepStrictEqual(order, ["queued", "answered"])
  })

  it("is handed over with its id and its event, and the answer has no body", async () => {
    const { queue, receive } = receiver()
    const response = await receive(signed(due, { id: "msg_7" }))
    assert.strictEqual(response.status, 202)
    assert.strictEqual(await response.text(), "")
    assert.deepStrictEqual(queue, [{ id: "msg_7", event: due }])
  })

  it("may say its charset, and may come in pieces", async () => {
    const { queue, receive } = receiver()
    const bytes = new Uint8Array(await signed().arrayBuffer())
    const pieces = new ReadableStream({
      start: (controller) => {
        for (let at = 0; at < bytes.length; at += 7) controller.enqueue(bytes.slice(at, at + 7))
        controller.close()
      }
    })
    const headers = { "content-type": "application/json; charset=utf-8" }
    assert.strictEqual((await receive(changed(signed(), { headers, body: pieces }))).status, 202)
    assert.strictEqual(queue.length, 1)
  })
})

describe("what is refused", () => {
  const endless = () =>
    new ReadableStream({ pull: (controller) => controller.enqueue(new TextEncoder().encode("x".repeat(1000))) })
  const table: ReadonlyArray<readonly [string, () => Request, number, string]> = [
    ["another method", () => changed(signed(), { method: "GET" }), 405, "MethodNotAllowed"],
    ["a form", () => changed(signed(), { headers: { "content-type": "text/plain" } }), 415, "UnsupportedMediaType"],
    [
      "no content type",
      () => changed(signed(), { headers: { "content-type": undefined } }),
      415,
      "UnsupportedMediaType"
    ],
    ["a body of 20 KiB and a byte", () => signed("x".repeat(20_481)), 413, "BodyTooLarge"],
    ["a body without an end", () => changed(signed(), { body: endless() }), 413, "BodyTooLarge"],
    ["no id", () => changed(signed(), { headers: { "webhook-id": undefined } }), 400, "InvalidHeaders"],
    ["no timestamp", () => changed(signed(), { headers: { "webhook-timestamp": undefined } }), 400, "InvalidHeaders"],
    ["no signature", () => changed(signed(), { headers: { "webhook-signature": undefined } }), 400, "InvalidHeaders"],
    ["301 seconds old", () => signed(due, { now: Date.UTC(2026, 5, 8, 11, 59, 11) }), 401, "TimestampOutOfTolerance"],
    ["301 seconds early", () => signed(due, { now: Date.UTC(2026, 5, 8, 12, 9, 13) }), 401, "TimestampOutOfTolerance"],
    ["a stranger's signature", () => signed(due, { secrets: stranger }), 401, "NoMatchingSignature"],
    [
      "another body",
      () => changed(signed(), { body: JSON.stringify({ ...due, type: "consent.withdrawn" }) }),
      401,
      "NoMatchingSignature"
    ],
    ["an empty body", () => signed(""), 400, "MalformedBody"],
    ["no event", () => signed('{"Quillfish":1}'), 400, "MalformedBody"]
  ]
  it.each(table)("%s", async (_, request, status, reason) => {
    const errors: Array<WebhookError> = []
    const { queue, receive } = receiver({ onError: (error) => errors.push(error) })
    const problem = await problemOf(await receive(request()))
    assert.deepStrictEqual([problem.status, problem.reason], [status, reason])
    assert.deepStrictEqual(
      errors.map((error) => [error.reason, error.message]),
      [[problem.reason, problem.detail]]
    )
    assert.isAbove(problem.detail.length, 10)
    assert.notInclude(JSON.stringify(problem), "Quillfish")
    assert.deepStrictEqual(queue, [])
  })

  it("299 seconds in either direction are accepted", async () => {
    for (const now of [Date.UTC(2026, 5, 8, 11, 59, 13), Date.UTC(2026, 5, 8, 12, 9, 11)]) {
      assert.strictEqual((await receiver().receive(signed(due, { now }))).status, 202)
    }
  })

  it("another method is told the right one", async () => {
    const response = await receiver().receive(changed(signed(), { method: "GET" }))
    assert.strictEqual(response.headers.get("allow"), "POST")
  })

  it("a body that was read before is this side's mistake, and says so", async () => {
    const request = signed()
    await request.text()
    const problem = await problemOf(await receiver().receive(request))
    assert.deepStrictEqual([problem.status, problem.reason], [500, "BodyAlreadyRead"])
  })

  it("a body of exactly 20 KiB is read", async () => {
    const body = JSON.stringify({ ...due, pad: "" })
    const full = JSON.stringify({ ...due, pad: "x".repeat(20_480 - body.length) })
    assert.strictEqual((await receiver().receive(signed(full))).status, 202)
  })

  it("both secrets are accepted while one is rotated", async () => {
    const { queue, receive } = receiver({ secrets: `${secret} ${newer}` })
    for (const secrets of [secret, newer, [secret, newer]]) {
      assert.strictEqual((await receive(signed(due, { secrets }))).status, 202)
    }
    assert.strictEqual(queue.length, 3)
  })

  it("a secret that is none is refused when the program starts", () => {
    assert.throws(() => receiver({ secrets: undefined }), TypeError, "No webhook secret was given")
    assert.throws(() => receiver({ secrets: "whsec_short" }), TypeError, "Webhook secret 1 of 1 is none")
  })
})

describe("an event of a newer sender", () => {
  const body = JSON.stringify({ type: "loan.created", timestamp: "2027-01-01T00:00:00.000Z", data: { loanId: "l_1" } })

  it("is acknowledged and left", async () => {
    const { queue, receive } = receiver()
    assert.strictEqual((await receive(signed(body))).status, 200)
    assert.deepStrictEqual(queue, [])
  })

  it("can be looked at, and is not acknowledged where that fails", async () => {
    const seen: Array<{ readonly id: string; readonly event: Unknown }> = []
    const { receive } = receiver({ onUnknown: (message) => seen.push(message) })
    assert.strictEqual((await receive(signed(body))).status, 200)
    assert.strictEqual(seen[0]?.event.type, "loan.created")
    const failing = receiver({ onUnknown: () => Promise.reject(new Error("full")) })
    assert.strictEqual((await failing.receive(signed(body))).status, 503)
  })
})

describe("a queue that fails", () => {
  it("has the sender come again, and then takes the message", async () => {
    const errors: Array<WebhookError> = []
    const full = new Error("the queue is full")
    let isFull = true
    const queued: Array<Message> = []
    const { receive } = receiver({
      seen: memorySeen(),
      onError: (error) => errors.push(error),
      enqueue: (message) => {
        if (isFull) throw full
        queued.push(message)
      }
    })
    const response = await receive(signed())
    assert.strictEqual(response.headers.get("retry-after"), "30")
    const problem = await problemOf(response)
    assert.deepStrictEqual([problem.status, problem.reason], [503, "NotEnqueued"])
    assert.notInclude(problem.detail, "full")
    assert.include(inspect(errors[0], { depth: 9 }), "the queue is full")
    assert.strictEqual(errors[0]?.id, "msg_test")
    isFull = false
    assert.strictEqual((await receive(signed())).status, 202)
    assert.strictEqual((await receive(signed())).status, 200)
    assert.strictEqual(queued.length, 1)
  })

  it("that hangs is not waited for, and what it takes later is not taken twice", async () => {
    const gate = open()
    let calls = 0
    const { receive } = receiver({
      seen: memorySeen(),
      timeout: 0.02,
      retryAfter: 5,
      enqueue: () => {
        calls += 1
        return gate.promise
      }
    })
    const response = await receive(signed())
    assert.strictEqual(response.headers.get("retry-after"), "5")
    assert.strictEqual((await problemOf(response)).reason, "NotEnqueued")
    assert.strictEqual((await problemOf(await receive(signed()))).reason, "InProgress")
    gate.resolve()
    await vi.waitFor(async () => assert.strictEqual((await receive(signed())).status, 200))
    assert.strictEqual(calls, 1)
  })

  it("fails loudly without a listener too", async () => {
    const log = vi.spyOn(console, "log").mockImplementation(() => undefined)
    const { receive } = receiver()
    const failing = receiver({
      onError: undefined as never,
      enqueue: () => Promise.reject(new Error("the queue is full"))
    })
    await failing.receive(signed())
    await receive(signed(due, { secrets: stranger }))
    const printed = inspect(log.mock.calls)
    log.mockRestore()
    assert.include(printed, "msg_test")
    assert.include(printed, "the queue is full")
    assert.notInclude(printed, secret.slice(6))
  })

  it("a listener that fails changes no answer", async () => {
    const log = vi.spyOn(console, "log").mockImplementation(() => undefined)
    const { receive } = receiver({ onError: () => Promise.reject(new Error("no")) })
    assert.strictEqual((await receive(signed(due, { secrets: stranger }))).status, 401)
    log.mockRestore()
  })
})

describe("the record of what was seen", () => {
  const failing = (step: "first" | "done" | "release") => ({
    ...memorySeen(),
    [step]: () => Promise.reject(new Error("no database"))
  })

  it("where it cannot be asked, the sender comes again", async () => {
    const { queue, receive } = receiver({ seen: failing("first") })
    assert.strictEqual((await receive(signed())).status, 503)
    assert.deepStrictEqual(queue, [])
  })

  it("where a mark cannot be made, what is in the queue is acknowledged all the same", async () => {
    const log = vi.spyOn(console, "log").mockImplementation(() => undefined)
    const { queue, receive } = receiver({ seen: failing("done") })
    assert.strictEqual((await receive(signed())).status, 202)
    assert.strictEqual(queue.length, 1)
    log.mockRestore()
  })

  it("of many deliveries at once, one is handed over", async () => {
    const { queue, receive } = receiver({ seen: memorySeen() })
    const statuses = await Promise.all(Array.from({ length: 20 }, async () => (await receive(signed())).status))
    assert.strictEqual(queue.length, 1)
    assert.strictEqual(statuses.filter((status) => status === 202).length, 1)
    assert.isTrue(statuses.every((status) => [200, 202, 503].includes(status)))
  })

  it("holds a message for one request while a killed one's claim lasts, and then lets it go", async () => {
    let time = 0
    const seen = memorySeen({ now: () => time })
    await seen.first("msg_test", 60_000)
    const { queue, receive } = receiver({ seen })
    assert.strictEqual((await receive(signed())).status, 503)
    time = 60_000
    assert.strictEqual((await receive(signed())).status, 202)
    assert.strictEqual(queue.length, 1)
  })
})

describe("deliveries in any order", () => {
  const Delivery = Schema.Struct({
    message: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 5 })),
    fails: Schema.Boolean
  })
  const histories = Arbitrary.array(Arbitrary.schema(Delivery), { maxLength: 40 })
  const types = [
    "installment.due",
    "installment.paid",
    "balance.changed",
    "purchase.created",
    "consent.withdrawn",
    "plan.updated"
  ] as const

  /** What is wrong once the sender has had every message acknowledged, or nothing. */
  const play = async (history: ReadonlyArray<typeof Delivery.Type>, withSeen: boolean): Promise<string | undefined> => {
    let fails = false
    const handed: Array<string> = []
    const { receive } = receiver({
      ...(withSeen && { seen: memorySeen() }),
      enqueue: async ({ event, id }) => {
        if (fails) throw new Error("the queue is full")
        handed.push(`${id} ${event.type}`)
      }
    })
    const deliver = async (message: number) => {
      const type = types[message] ?? "plan.updated"
      return (await receive(signed({ ...due, type }, { id: `msg_${message}` }))).status
    }
    for (const delivery of history) {
      fails = delivery.fails
      const status = await deliver(delivery.message)
      if (status >= 200 && status < 300 && !handed.some((one) => one.startsWith(`msg_${delivery.message} `)))
        return "lost"
    }
    fails = false
    for (const message of types.keys()) await deliver(message)
    if (new Set(handed).size !== types.length) return "lost"
    return handed.length === types.length ? undefined : "twice"
  }

  it.effect("hand each message over exactly once", () =>
    Effect.gen(function* () {
      const result = yield* Arbitrary.checkEffect(
        histories,
        (history) =>
          Effect.map(
            Effect.promise(() => play(history, true)),
            (wrong) => wrong === undefined
          ),
        { runs: 150, seed: "orders", size: 40 }
      )
      assert.isUndefined(Arbitrary.formatCheckFailure(result))
    })
  )

  it.effect("are found to do so twice where nothing keeps what was seen", () =>
    Effect.gen(function* () {
      const result = yield* Arbitrary.checkEffect(
        histories,
        (history) =>
          Effect.map(
            Effect.promise(() => play(history, false)),
            (wrong) => wrong === undefined
          ),
        { runs: 150, seed: "orders", size: 40 }
      )
      assert.strictEqual(result._tag, "Falsified")
    })
  )
})
