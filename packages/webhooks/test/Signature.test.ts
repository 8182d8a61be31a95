/** Signatures: the standard's own vector, in two languages; the clock; secrets that change; and nothing else passes. */
import { assert, describe, it } from "@effect/vitest"
import { verify, WebhookError } from "@paymirror/webhooks"
import * as Webhooks from "@paymirror/webhooks/effect"
import { sign } from "@paymirror/webhooks/testing"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import { spawnSync } from "node:child_process"
import { Webhook } from "standardwebhooks"
import { vi } from "vitest"
import { due, newer, now, secret, signed, stranger } from "./Sender.ts"

const vector = {
  id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
  timestamp: 1_614_265_330,
  body: '{"test": 2432232314}',
  signature: "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
}

const vectorHeaders = {
  "webhook-id": vector.id,
  "webhook-timestamp": String(vector.timestamp),
  "webhook-signature": vector.signature
}

const refusal = (verification: () => unknown): WebhookError["reason"] | "accepted" => {
  try {
    verification()
    return "accepted"
  } catch (error) {
    if (error instanceof WebhookError) return error.reason
    throw error
  }
}

describe("the vector of Standard Webhooks", () => {
  it("is made byte for byte", async () => {
    const request = sign(vector.body, { secrets: secret, id: vector.id, now: vector.timestamp * 1000 })
    assert.strictEqual(request.headers.get("webhook-signature"), vector.signature)
    assert.strictEqual(await request.text(), vector.body)
  })

  it("is verified, as text and as bytes", () => {
    for (const body of [vector.body, new TextEncoder().encode(vector.body)]) {
      const verified = verify({ headers: vectorHeaders, body }, { secrets: secret, now: () => vector.timestamp * 1000 })
      assert.deepStrictEqual(verified, { id: vector.id, body: vector.body })
    }
  })

  it("the standard's own library accepts what is signed here, and refuses it when it is changed", async () => {
    vi.useFakeTimers({ now, toFake: ["Date"] })
    try {
      const request = signed()
      const body = await request.text()
      const headers = Object.fromEntries(request.headers)
      assert.deepStrictEqual(new Webhook(secret).verify(body, headers), due)
      assert.throws(() => new Webhook(secret).verify(`${body} `, headers))
    } finally {
      vi.useRealTimers()
    }
  })
})

describe("in a second language", () => {
  const python = `
import base64, hashlib, hmac, json, sys
given = json.load(sys.stdin)
key = base64.b64decode(given["secret"].removeprefix("whsec_"))
def tag(message):
    text = ".".join([message["id"], str(message["timestamp"]), message["body"]]).encode()
    return "v1," + base64.b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode()
print(json.dumps([tag(message) for message in given["messages"]]))
`
  it("python's hmac makes the signatures that are made here", async (context) => {
    const bodies = [vector.body, JSON.stringify(due), '{"name":"Grüße, 東京, 🙂"}', ""]
    const messages = bodies.map((body, index) => ({
      id: index === 0 ? vector.id : `msg_${index}`,
      timestamp: vector.timestamp,
      body
    }))
    const { error, stderr, stdout } = spawnSync("python3", ["-c", python], {
      input: JSON.stringify({ secret, messages }),
      encoding: "utf8"
    })
    if (error !== undefined && "code" in error && error.code === "ENOENT") {
      return context.skip("no python3 here: the signatures were not held against a second language")
    }
    assert.strictEqual(stderr, "")
    const theirs: ReadonlyArray<string> = JSON.parse(stdout)
    assert.strictEqual(theirs[0], vector.signature)
    for (const [index, { body, id, timestamp }] of messages.entries()) {
      const ours = sign(body, { secrets: secret, id, now: timestamp * 1000 })
      assert.strictEqual(ours.headers.get("webhook-signature"), theirs[index])
      const headers = { "webhook-id": id, "webhook-timestamp": String(timestamp), "webhook-signature": theirs[index] }
      assert.strictEqual(verify({ headers, body }, { secrets: secret, now: () => timestamp * 1000 }).body, body)
    }
  })
})

describe("the clock", () => {
  const table: ReadonlyArray<readonly [number, "accepted" | "TimestampOutOfTolerance"]> = [
    [-3600, "TimestampOutOfTolerance"],
    [-301, "TimestampOutOfTolerance"],
    [-300, "accepted"],
    [-299, "accepted"],
    [0, "accepted"],
    [299, "accepted"],
    [300, "accepted"],
    [301, "TimestampOutOfTolerance"],
    [3600, "TimestampOutOfTolerance"]
  ]
  it.each(table)("a message of %i seconds from now is %s", (seconds, expected) => {
    const at = () => (vector.timestamp - seconds) * 1000
    assert.strictEqual(
      refusal(() => verify({ headers: vectorHeaders, body: vector.body }, { secrets: secret, now: at })),
      expected
    )
  })

  it("the standard's own library draws the same line", () => {
    for (const [seconds, expected] of table) {
      vi.useFakeTimers({ now: (vector.timestamp - seconds) * 1000, toFake: ["Date"] })
      try {
        const verification = () => new Webhook(secret).verify(vector.body, vectorHeaders)
        if (expected === "accepted") assert.deepStrictEqual(verification(), { test: 2_432_232_314 })
        else assert.throws(verification)
      } finally {
        vi.useRealTimers()
      }
    }
  })

  it.effect("Effect's is the one that counts", () =>
    Effect.gen(function* () {
      const verification = Webhooks.verify({ headers: vectorHeaders, body: vector.body }, Redacted.make(secret))
      yield* TestClock.setTime((vector.timestamp + 300) * 1000 + 999)
      assert.strictEqual((yield* verification).id, vector.id)
      yield* TestClock.setTime((vector.timestamp + 301) * 1000)
      assert.strictEqual((yield* Effect.flip(verification)).reason, "TimestampOutOfTolerance")
    })
  )
})

describe("secrets", () => {
  const verification = async (request: Request, secrets: string | ReadonlyArray<string>) => {
    const body = await request.text()
    return refusal(() => verify({ headers: request.headers, body }, { secrets, now: () => now }))
  }

  it("while one is rotated, a receiver with the old, with both, or with the new accepts every message", async () => {
    for (const secrets of [secret, newer, [secret, newer], `${secret} ${newer}`]) {
      assert.strictEqual(await verification(signed(due, { secrets: [secret, newer] }), secrets), "accepted")
    }
  })

  it("one that is gone is refused", async () => {
    assert.strictEqual(await verification(signed(due, { secrets: secret }), newer), "NoMatchingSignature")
    assert.strictEqual(await verification(signed(due, { secrets: stranger }), [secret, newer]), "NoMatchingSignature")
  })

  it("what is none is refused when the program starts, and not shown", () => {
    const none: ReadonlyArray<string | ReadonlyArray<string> | undefined> = [
      undefined,
      "",
      [],
      "sk_live_0123456789012345678901234567890123456789",
      "whsec_",
      "whsec_c2hvcnQ=",
      "whsec_not*base64*at*all*not*base64*at*all",
      `whsec_${btoa("x".repeat(65))}`,
      [secret, "whsec_c2hvcnQ="]
    ]
    for (const secrets of none) {
      const error = assertThrown(() => verify({ headers: vectorHeaders, body: vector.body }, { secrets }))
      assert.instanceOf(error, TypeError)
      for (const text of [secrets ?? []].flat()) if (text.length > 6) assert.notInclude(String(error), text.slice(6))
    }
  })

  const assertThrown = (run: () => unknown): unknown => {
    try {
      run()
    } catch (error) {
      return error
    }
    return assert.fail("nothing was thrown")
  }
})

describe("headers", () => {
  const with_ = (headers: Readonly<Record<string, string | ReadonlyArray<string> | undefined>>) =>
    refusal(() =>
      verify(
        { headers: { ...vectorHeaders, ...headers }, body: vector.body },
        { secrets: secret, now: () => vector.timestamp * 1000 }
      )
    )

  it("one that is missing is named", () => {
    for (const name of Object.keys(vectorHeaders)) {
      assert.strictEqual(with_({ [name]: undefined }), "InvalidHeaders")
    }
  })

  it("are found in any case, and as Node's lists", () => {
    const headers = Object.fromEntries(
      Object.entries(vectorHeaders).map(([name, value]) => [name.toUpperCase(), [value]])
    )
    assert.strictEqual(
      refusal(() => verify({ headers, body: vector.body }, { secrets: secret, now: () => vector.timestamp * 1000 })),
      "accepted"
    )
  })

  it("a message has one spelling: what the library would read over is refused", () => {
    const { timestamp } = vector
    for (const text of [
      `${timestamp} `,
      ` ${timestamp}`,
      `${timestamp}x`,
      `0${timestamp}`,
      `+${timestamp}`,
      `${timestamp}.0`,
      "",
      "NaN",
      "-1"
    ]) {
      assert.strictEqual(with_({ "webhook-timestamp": text }), "InvalidHeaders", text)
    }
    for (const id of ["", "msg.1", "msg 1", "msg_ü", "m".repeat(256)]) {
      assert.strictEqual(with_({ "webhook-id": id }), "InvalidHeaders", id)
    }
    const tag = vector.signature.slice(3)
    for (const signature of [
      "",
      "v1",
      "v1,",
      tag,
      `v2,${tag}`,
      `v1a,${tag}`,
      `v1,${tag},`,
      `v1,${tag.slice(0, -1)}`,
      `V1,${tag}`
    ]) {
      assert.strictEqual(with_({ "webhook-signature": signature }), "NoMatchingSignature", signature)
    }
  })

  it("signatures of other kinds beside a right one do no harm", () => {
    assert.strictEqual(with_({ "webhook-signature": `v1a,AAAA ${vector.signature} v1,BBBB` }), "accepted")
  })
})

describe("bodies", () => {
  const verification = (body: string | Uint8Array) =>
    refusal(() => verify({ headers: vectorHeaders, body }, { secrets: secret, now: () => vector.timestamp * 1000 }))
  const bytes = [...new TextEncoder().encode(vector.body)]

  it("another body is refused, also where it would read the same", () => {
    assert.strictEqual(verification('{"test":2432232314}'), "NoMatchingSignature")
    assert.strictEqual(verification(`${vector.body}\n`), "NoMatchingSignature")
    assert.strictEqual(verification(new Uint8Array([0xef, 0xbb, 0xbf, ...bytes])), "NoMatchingSignature")
    assert.strictEqual(verification(new Uint8Array([...bytes, 0xff])), "MalformedBody")
  })
})
