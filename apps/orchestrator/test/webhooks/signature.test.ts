/** The signature of Standard Webhooks, against the vector of the specification and the standard's own verification. */
import { inspect } from "node:util"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as SecureRandom from "effect/crypto/SecureRandom"
import { Webhook } from "standardwebhooks"
import { assert, describe, it } from "vitest"
import { headers, newSecret } from "../../src/webhooks/Signature.ts"

const made = () => Effect.runPromise(Effect.provide(newSecret, SecureRandom.layerWebCrypto))

describe("a signature", () => {
  it("is that of the specification's vector, byte for byte", () => {
    const signed = headers([Redacted.make("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")], {
      id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
      at: 1614265330 * 1000 + 999,
      body: '{"test": 2432232314}'
    })
    assert.strictEqual(signed["webhook-signature"], "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
    assert.strictEqual(signed["webhook-timestamp"], "1614265330")
  })

  it("by two secrets is verified by who has one of them, and by nobody else", async () => {
    const [old, fresh, other] = [await made(), await made(), await made()]
    const body = '{"type":"purchase.created"}'
    const signed = headers([fresh, old], { id: "evt_1_0", at: Date.now(), body })
    for (const secret of [old, fresh])
      assert.deepEqual(new Webhook(Redacted.value(secret)).verify(body, signed), { type: "purchase.created" })
    assert.throws(() => new Webhook(Redacted.value(other)).verify(body, signed))
    assert.throws(() => new Webhook(Redacted.value(fresh)).verify(`${body} `, signed))
  })

  it("is good for five minutes either way", async () => {
    const secret = await made()
    const at = (seconds: number) => headers([secret], { id: "evt_1_0", at: Date.now() + seconds * 1000, body: "{}" })
    const receiver = new Webhook(Redacted.value(secret))
    for (const near of [-298, 0, 299]) assert.doesNotThrow(() => receiver.verify("{}", at(near)))
    for (const far of [-302, 302]) assert.throws(() => receiver.verify("{}", at(far)))
  })
})

describe("a secret", () => {
  it("is 256 random bits behind whsec_, and does not print", async () => {
    const secret = await made()
    assert.match(Redacted.value(secret), /^whsec_[A-Za-z0-9+/]{43}=$/)
    assert.notInclude(`${inspect(secret)} ${JSON.stringify({ secret })}`, Redacted.value(secret).slice(6))
  })
})
