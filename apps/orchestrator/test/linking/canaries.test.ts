/**
 * What a person entrusts to a link session is searched for everywhere it must not be: the database's files, what the
 * service prints, problems, pages other than its own. Each is looked for as it is, in base64, in hex and as a URL has it.
 */
import { Sandbox } from "@paymirror/sandbox"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { type BankedService, withBanks } from "./Banks.ts"
import { Browser } from "./Browser.ts"
import type { Session } from "./Session.ts"

/** As it is, and as it may have been written. */
const spellings = (secret: string): ReadonlyArray<string> => [
  secret,
  Buffer.from(secret).toString("base64").replace(/=+$/, ""),
  Buffer.from(secret).toString("base64url"),
  Buffer.from(secret).toString("hex"),
  encodeURIComponent(secret)
]

const hits = (haystack: string, secrets: Readonly<Record<string, string>>): ReadonlyArray<string> =>
  Object.entries(secrets).flatMap(([name, secret]) =>
    spellings(secret).some((spelling) => haystack.includes(spelling)) ? [name] : []
  )

describe("what a person entrusts", () => {
  let banked: BankedService
  let sandbox: Sandbox.RunningSandbox
  const secrets: Record<string, string> = {}
  const answered: Array<string> = []
  const printed: Array<string> = []
  const writes = { out: process.stdout.write.bind(process.stdout), err: process.stderr.write.bind(process.stderr) }
  const consoles = { ...console }
  const methods = ["log", "error", "warn", "info", "debug", "trace"] as const

  beforeAll(async () => {
    sandbox = await Sandbox.start({ seed: 7 })
    banked = await withBanks(["klarna-de", "revolut-gb"], 0, [sandbox.baseUrl])
    const keep = (chunk: unknown) => {
      printed.push(String(chunk))
      return true
    }
    process.stdout.write = keep
    process.stderr.write = keep
    for (const method of methods)
      console[method] = (...all: ReadonlyArray<unknown>) => void printed.push(all.map(String).join(" "))
  })
  afterAll(async () => {
    process.stdout.write = writes.out
    process.stderr.write = writes.err
    for (const method of methods) console[method] = consoles[method]
    await banked.close()
    await sandbox.close()
  })

  const open = async (name: string, more: object): Promise<Session> => {
    const opened = await banked.at.call<Session>("POST", "/v1/link-sessions", { holderId: banked.at.alex, ...more })
    assert.strictEqual(opened.status, 201, opened.text)
    secrets[`the token of the page of ${name}`] = new URL(opened.body.url ?? "").pathname.split("/")[2] ?? ""
    return opened.body
  }
  const answer = async (id: string, body: unknown) => {
    const taken = await banked.at.call<Session>("POST", `/v1/link-sessions/${id}/answers`, body)
    answered.push(taken.text)
    return taken
  }
  const bank = (institution: string) => ({
    connector: "psd2",
    institution,
    baseUrl: banked.banks.baseUrl(institution)
  })
  const handOver = {
    connector: "klarna-us",
    get baseUrl() {
      return sandbox.baseUrl
    }
  }

  it("is found where it is put, so that finding nothing means something", () => {
    for (const spelling of spellings("a secret, 1")) {
      assert.deepStrictEqual(hits(`before ${spelling} after`, { planted: "a secret, 1" }), ["planted"])
    }
  })

  it("shows in nothing that is kept, printed, answered or shown, whatever way it goes and whatever goes wrong", async () => {
    const { at, banks } = banked
    // Handed over through the program, in a shape that is refused first.
    const { deviceId, refreshToken } = sandbox.openSession("alex")
    secrets["refresh token"] = refreshToken
    secrets["device id"] = deviceId
    const first = await open("the first", handOver)
    await answer(first.linkSessionId, { type: "agree" })
    await answer(first.linkSessionId, { type: "entered", values: [refreshToken, deviceId] })
    await answer(first.linkSessionId, { type: refreshToken, values: { device_id: deviceId } })
    await answer(first.linkSessionId, { type: "redirected", url: refreshToken })
    const values = { refresh_token: refreshToken, device_id: deviceId }
    assert.strictEqual((await answer(first.linkSessionId, { type: "entered", values })).body.status, "linked")

    // Through the page, refused by the provider.
    secrets["a token that is not taken"] = "canary-4f1b2c"
    const page = await new Browser().open((await open("the second", handOver)).url ?? "")
    await page.press("Agree")
    const typed = "canary-4f1b2c"
    await page.press("Go on", {
      "Refresh token of your session": typed,
      "Device id the session is bound to": typed
    })
    assert.strictEqual(page.title, "Your account was not linked")
    assert.deepStrictEqual(hits(page.seen.filter((shown) => shown.startsWith("<")).join(), secrets), [])

    // Under way at a bank when the half hour is over.
    secrets["e-mail address"] = "john.doe@example.com"
    secrets["IP address"] = "203.0.113.77"
    const presence = { ipAddress: "203.0.113.77" }
    const german = await open("the third", { ...bank("klarna-de"), presence })
    await answer(german.linkSessionId, { type: "agree" })
    await answer(german.linkSessionId, { type: "entered", values: { psuId: "john.doe@example.com" } })

    // Sent to a bank's page and back, with a code.
    const british = await open("the fourth", bank("revolut-gb"))
    const sent = await answer(british.linkSessionId, { type: "agree" })
    answered.pop()
    const back = new URL(await banks.visit(sent.body.step?.url ?? "", { customer: "ruth" }))
    secrets["code"] = back.searchParams.get("code") ?? ""
    secrets["state"] = back.searchParams.get("state") ?? ""
    const returned = await new Browser().open(back.href)
    assert.include(returned.title, "is linked")
    await new Browser().open(back.href)

    // And with the host's own database in trouble, in the middle of it.
    const last = await open("the last", handOver)
    await answer(last.linkSessionId, { type: "agree" })
    await at.quiet()
    await at.sql("ALTER TABLE connection RENAME TO elsewhere")
    const robin = sandbox.openSession("robin")
    secrets["another refresh token"] = robin.refreshToken
    secrets["another device id"] = robin.deviceId
    const broken = await answer(last.linkSessionId, {
      type: "entered",
      values: { refresh_token: robin.refreshToken, device_id: robin.deviceId }
    })
    assert.strictEqual(broken.status, 500)
    await at.sql("ALTER TABLE elsewhere RENAME TO connection")
    secrets["API key"] = at.key

    assert.isAbove(Object.keys(secrets).length, 14)
    assert.isTrue(Object.values(secrets).every((secret) => secret.length > 5))
    assert.include(printed.join(), "failed")
    assert.deepStrictEqual(hits(printed.join("\n"), secrets), [])
    assert.deepStrictEqual(hits(answered.join("\n"), secrets), [])
    assert.deepStrictEqual(hits(at.stored(), secrets), [])
  })
})
