/** What a person may ask of whoever runs this: who read it, how long it is kept, a copy, and the end of it. */
import { Sandbox } from "@paymirror/sandbox"
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { type Home, home, type Ran } from "./terminal.ts"

const json = (ran: Ran): unknown => {
  assert.strictEqual(ran.code, 0, ran.err)
  return JSON.parse(ran.out)
}

describe("a person at the command line", () => {
  let at: Home
  let sandbox: Sandbox.RunningSandbox
  let connectionId: string
  const file = () => join(at.folder, "data", "paymirror", "paymirror.db")
  const inFiles = (text: string): boolean =>
    readdirSync(join(at.folder, "data", "paymirror")).some((name) =>
      readFileSync(join(at.folder, "data", "paymirror", name)).includes(text)
    )

  beforeAll(async () => {
    at = home()
    sandbox = await Sandbox.start({ seed: 7 })
    const { deviceId, refreshToken } = sandbox.openSession("alex")
    const handOver = join(at.folder, "alex.json")
    writeFileSync(handOver, JSON.stringify({ refresh_token: refreshToken, device_id: deviceId }))
    // The tables of the service stand beside the mirror's.
    assert.strictEqual((await at.run("keys", "create", "--name", "test", "--json")).code, 0)
    const linked = json(
      await at.run(
        "link",
        "klarna-us",
        "--base-url",
        sandbox.baseUrl,
        "--hand-over",
        handOver,
        "--yes",
        "--json",
        "--holder",
        "alex"
      )
    ) as { connectionId: string }
    connectionId = linked.connectionId
    assert.strictEqual((await at.run("sync", "--json")).code, 0)
  }, 120_000)
  afterAll(async () => {
    await sandbox.close()
    at.remove()
  })

  it("leaves a line in the access log with every command that shows something of somebody, and no value in it", async () => {
    const [plan] = json(await at.run("show", "plans", "--json", "--limit", "1")) as ReadonlyArray<{ id: string }>
    await Promise.all([
      at.run("show"),
      at.run("due", "--until", "2027-01-01"),
      at.run("changes", "--limit", "5"),
      at.run("explain", plan?.id ?? ""),
      at.run("export", "card", "--format", "csv"),
      at.run("export", "profile"),
      at.run("connections")
    ])
    const { lines } = json(await at.run("audit", "list", "--holder", "alex", "--json")) as {
      lines: ReadonlyArray<{
        route: string
        action: string
        actor: string
        holderIds: ReadonlyArray<string>
        count: number
      }>
    }
    assert.sameMembers(
      lines.map(({ action, route }) => `${action} ${route}`),
      [
        "read paymirror show plans",
        "read paymirror show",
        "read paymirror due",
        "read paymirror changes",
        "read paymirror explain",
        "export paymirror export card",
        "export paymirror export profile"
      ]
    )
    assert.isTrue(
      lines.every(({ actor, count, holderIds }) => actor === "operator" && count > 0 && holderIds.join() === "alex")
    )
    const text = JSON.stringify(lines)
    for (const value of ["Moth Lantern", "Alex", plan?.id ?? ""]) assert.notInclude(text, value)
  }, 120_000)

  it("is told whether that log is as it was written, against an end they wrote down too", async () => {
    const sound = json(await at.run("audit", "verify", "--json")) as { end: { seq: number; hash: string } }
    const noted = `${sound.end.seq}:${sound.end.hash}`
    const [again, nonsense, table] = await Promise.all([
      at.run("audit", "verify", "--noted", noted),
      at.run("audit", "verify", "--noted", "7:nonsense"),
      at.run("audit", "list")
    ])
    assert.deepStrictEqual([again.code, nonsense.code], [0, 2])
    assert.include(table.out, "paymirror show plans")
    const database = new DatabaseSync(file())
    const [line] = database.prepare("SELECT * FROM access_log WHERE seq = 3").all()
    database.exec("DELETE FROM access_log WHERE seq = 3")
    const cut = await at.run("audit", "verify")
    assert.strictEqual(cut.code, 1)
    assert.include(cut.out, "Broken at line 3: it is missing.")
    const columns = Object.keys(line ?? {})
    database
      .prepare(`INSERT INTO access_log (${columns.join()}) VALUES (${columns.map(() => "?").join()})`)
      .run(...columns.map((name) => line?.[name] ?? null))
    database.close()
  }, 120_000)

  it("sees what they agreed to, word for word, as a record others can read", async () => {
    const [records, said] = await Promise.all([at.run("consents", "--holder", "alex", "--json"), at.run("consents")])
    const [record] = json(records) as ReadonlyArray<{
      header: { piiPrincipalId: string }
      processing: { withdrawalMethod: string; privacyNotice: { text: string } }
    }>
    if (record === undefined) return assert.fail("no record")
    assert.strictEqual(record.header.piiPrincipalId, "alex")
    assert.strictEqual(record.processing.withdrawalMethod, `paymirror withdraw ${connectionId}`)
    assert.include(said.out.replaceAll(/\s+/g, " "), record.processing.privacyNotice.text)
    assert.match(said.out, /given by person/)
  }, 120_000)

  it("is kept for as long as the operator says, and not a stream longer", async () => {
    const limit = (stream: string, days: string) => at.run("retention", "set", stream, days, "--json")
    const [none, one] = await Promise.all([limit("card", "0"), limit("card", "1")])
    assert.deepStrictEqual([none.code, one.code], [2, 0])
    const { card } = json(await at.run("retention", "run", "--json")) as { card: number }
    assert.isAbove(card, 0)
    const again = json(await at.run("sync", "--full", "--stream", "card", "--json")) as ReadonlyArray<{
      stream: string
      added: number
    }>
    assert.deepInclude(again[0], { stream: "card", added: 0 })
    const policies = json(await at.run("retention", "clear", "card", "--json")) as ReadonlyArray<{
      stream: string
      days?: number
    }>
    assert.isTrue(policies.every(({ days }) => days === undefined))
  }, 120_000)

  it("is taken along into another mirror", async () => {
    const out = join(at.folder, "person.json")
    const [whole, nobody] = await Promise.all([
      at.run("export-person", "alex", "--out", out),
      at.run("export-person", "nobody", "--out", join(at.folder, "no.json"))
    ])
    assert.deepStrictEqual([whole.code, nobody.code], [0, 5])
    assert.isFalse(readdirSync(at.folder).some((name) => name.startsWith("no.json")))
    const other = home()
    try {
      const brought = json(await other.run("import-person", out, "--json")) as { holderId: string; rows: number }
      assert.strictEqual(brought.holderId, "alex")
      assert.isAbove(brought.rows, 20)
      const back = join(other.folder, "back.json")
      assert.strictEqual((await other.run("export-person", "alex", "--out", back)).code, 0)
      const apart = (path: string) => readFileSync(path, "utf8").replace(/"exportedAt": "[^"]*"/, "")
      assert.strictEqual(apart(back), apart(out))
    } finally {
      other.remove()
    }
  }, 120_000)

  it("is erased: the session ends at the provider, nothing is left but what the receipt says, and a hold outlasts it", async () => {
    const { email, family_name: familyName } = sandbox.world.person("alex").profile.row as unknown as Record<
      string,
      string
    >
    const [good, bad] = await Promise.all([
      at.run("hold", "add", "alex", "--stream", "points", "--basis", "a dispute", "--until", "2099-01-01", "--json"),
      at.run("hold", "add", "alex", "--stream", "card", "--basis", "x", "--until", "soon")
    ])
    assert.deepStrictEqual([good.code, bad.code], [0, 2])
    for (const text of ["Moth Lantern", email ?? familyName ?? "Alex"]) assert.isTrue(inFiles(text), text)
    assert.strictEqual((await at.run("erase", "alex", "--json")).code, 3)
    const receipt = json(await at.run("erase", "alex", "--yes", "--json")) as {
      streams: Record<string, number>
      kept: ReadonlyArray<{ why: string }>
    }
    assert.isAbove(receipt.streams["purchases"] ?? 0, 10)
    assert.deepStrictEqual(
      receipt.kept.map(({ why }) => why),
      ["to show that reading was allowed", "a dispute"]
    )
    assert.strictEqual(sandbox.ledger.totals.revocations, 1)
    for (const text of ["Moth Lantern", email ?? familyName ?? "Alex", "pay_in_4"]) assert.isFalse(inFiles(text), text)
    const [held, gone, audit, verified] = await Promise.all([
      at.run("hold", "list", "--json"),
      at.run("erase", "alex", "--yes"),
      at.run("audit", "list", "--holder", "alex", "--json"),
      at.run("audit", "verify")
    ])
    assert.isAbove((json(held) as ReadonlyArray<{ rows: number }>)[0]?.rows ?? 0, 0)
    assert.strictEqual(gone.code, 5)
    const { lines } = json(audit) as { lines: ReadonlyArray<{ action: string }> }
    assert.strictEqual(lines.at(-1)?.action, "erase")
    assert.strictEqual(verified.code, 0)
    const database = new DatabaseSync(file())
    assert.deepStrictEqual(database.prepare("SELECT holder_id FROM holder").all(), [])
    database.close()
  }, 120_000)
})
