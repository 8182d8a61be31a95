/** Bodies: a receiver older than its sender goes on working, and what is no event is refused with the field and no value. */
import { assert, describe, it } from "@effect/vitest"
import { decode, eventTypes, WebhookError } from "@paymirror/webhooks"
import * as Webhooks from "@paymirror/webhooks/effect"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { due } from "./Sender.ts"

const refusal = (body: string): string => {
  try {
    decode(body)
  } catch (error) {
    assert.instanceOf(error, WebhookError)
    assert.strictEqual(error.reason, "MalformedBody")
    return error.message
  }
  return assert.fail("it was decoded")
}

describe("an event", () => {
  it("of every type comes out as it was sent", () => {
    for (const type of eventTypes) {
      assert.deepStrictEqual(decode(JSON.stringify({ ...due, type })), { _tag: "Known", event: { ...due, type } })
    }
  })

  it("with fields this version does not know comes out without them", () => {
    const body = JSON.stringify({ ...due, version: 2, data: { ...due.data, cause: "autopay", parts: [1] } })
    assert.deepStrictEqual(decode(body), { _tag: "Known", event: due })
  })

  it("of a type this version does not know comes out as unknown, whole", () => {
    const data = { holderId: "h_1", loanId: "l_1", parts: [1, { two: 2 }] }
    assert.deepStrictEqual(decode(JSON.stringify({ type: "loan.created", timestamp: "later", data })), {
      _tag: "Unknown",
      type: "loan.created",
      timestamp: "later",
      data
    })
  })

  it("of a stream this version does not know is unknown too", () => {
    const received = decode(
      JSON.stringify({ ...due, type: "consent.granted", data: { holderId: "h_1", stream: "loans" } })
    )
    assert.strictEqual(received._tag, "Unknown")
  })

  it.effect("is the same with Effect", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* Webhooks.decode(JSON.stringify(due)), { _tag: "Known", event: due })
      assert.strictEqual((yield* Effect.flip(Webhooks.decode("null"))).reason, "MalformedBody")
    })
  )

  it("in a message is plain JSON, so that any queue can hold it", () => {
    const message = { id: "msg_1", event: due }
    assert.deepStrictEqual(Schema.decodeUnknownSync(Webhooks.Message)(JSON.parse(JSON.stringify(message))), message)
  })
})

describe("what is no event", () => {
  const table: ReadonlyArray<readonly [string, string]> = [
    ["", "not JSON"],
    ['{"type":"Quillfish', "not JSON"],
    ["null", "the body"],
    ["[]", "the body"],
    ["{}", "type"],
    [JSON.stringify({ ...due, type: 7 }), "type"],
    [JSON.stringify({ ...due, type: "" }), "type"],
    [JSON.stringify({ ...due, timestamp: undefined }), "timestamp"],
    [JSON.stringify({ ...due, timestamp: "Quillfish" }), "timestamp"],
    [JSON.stringify({ ...due, data: [] }), "data"],
    [JSON.stringify({ ...due, data: {} }), "data.holderId"],
    [JSON.stringify({ ...due, data: { ...due.data, stream: 3 } }), "data.stream"],
    [JSON.stringify({ ...due, data: { ...due.data, installmentNumber: "Quillfish" } }), "data.installmentNumber"]
  ]
  it.each(table)("%s is refused at %s", (body, field) => {
    const message = refusal(body)
    assert.include(message, field)
    assert.notInclude(message, "Quillfish")
  })
})
