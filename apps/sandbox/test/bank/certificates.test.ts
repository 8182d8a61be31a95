/** The certificates of a run, and what a bank makes of who shows which. */
import { X509Certificate } from "node:crypto"
import { assert, beforeAll, describe, it } from "@effect/vitest"
import { listen } from "../../src/bank/BankServer.ts"
import type { Asked } from "../../src/bank/BankServer.ts"
import { Certificates } from "../../src/bank/Certificates.ts"
import { makeQuirks } from "../../src/bank/Quirks.ts"
import { Clock, Faults, RequestLedger } from "@paymirror/connector-testing/simulator"
import { client } from "./client.ts"

const reader = { organizationId: "PSDSE-FINA-123456", roles: ["PSP_AI", "PSP_IC"] as const }

describe("the certificates", () => {
  let certificates: Certificates
  beforeAll(async () => {
    certificates = await Certificates.make()
  })

  const bank = async (refusal: "handshake" | "later") => {
    const seen: Array<Asked> = []
    const quirks = makeQuirks()
    const server = await listen({
      institution: "test",
      clock: new Clock(0),
      certificates,
      quirks,
      faults: new Faults(),
      ledger: new RequestLedger(),
      refusal,
      handlers: [
        (asked) => {
          seen.push(asked)
          return { status: 200, body: { problem: asked.certificateProblem ?? null } }
        }
      ]
    })
    return { ...server, quirks, seen }
  }
  const refused = (asking: Promise<unknown>) =>
    asking.then(
      () => "answered",
      () => "refused"
    )

  it("carry the organisation and its roles, and verify against the authority", async () => {
    const web = await certificates.qwac(reader)
    const parsed = new X509Certificate(web.cert)
    assert.isTrue(parsed.verify(new X509Certificate(certificates.ca).publicKey))
    assert.include(parsed.subject, "PSDSE-FINA-123456")
    const { name, organizationId, roles } = certificates.read(web.cert)
    assert.deepStrictEqual(
      [organizationId, roles, name],
      [reader.organizationId, ["PSP_AI", "PSP_IC"], "Sandbox Reader"]
    )
    assert.strictEqual(new X509Certificate((await certificates.qseal(reader)).cert).publicKey.asymmetricKeyType, "rsa")
  })

  it("tell the bank who asks", async () => {
    const { baseUrl, close, pagesUrl, seen } = await bank("handshake")
    const ask = client(certificates.ca, await certificates.qwac(reader))
    assert.strictEqual((await ask(`${baseUrl}/v1/accounts?a=b`)).status, 200)
    assert.strictEqual(seen[0]?.certificate?.organizationId, reader.organizationId)
    assert.strictEqual(seen[0]?.target, "/v1/accounts?a=b")
    assert.strictEqual((await client(certificates.ca)(`${pagesUrl}/approve`)).status, 200)
    await close()
  })

  it("end the connection where there is none, or an expired one, or one of another authority", async () => {
    for (const refusal of ["handshake", "later"] as const) {
      const { baseUrl, close, seen } = await bank(refusal)
      const identities = [undefined, await certificates.expired(reader), await certificates.foreign(reader)]
      for (const identity of identities) {
        assert.strictEqual(await refused(client(certificates.ca, identity)(`${baseUrl}/v1/accounts`)), "refused")
      }
      assert.strictEqual(seen.length, 0)
      await close()
    }
  })

  it("are spoken of in the answer where the bank does so", async () => {
    const { baseUrl, close, quirks } = await bank("later")
    quirks.certificateByStatus = true
    const problem = async (identity: Awaited<ReturnType<Certificates["qwac"]>> | undefined) =>
      (await client(certificates.ca, identity)(`${baseUrl}/`)).json
    assert.deepStrictEqual(await problem(undefined), { problem: "missing" })
    assert.deepStrictEqual(await problem(await certificates.expired(reader)), { problem: "expired" })
    assert.deepStrictEqual(await problem(await certificates.foreign(reader)), { problem: "invalid" })
    await close()
  })
})
