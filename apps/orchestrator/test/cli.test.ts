/** The command line against a simulated provider over a real socket, and against files. */
import { Sandbox } from "@paymirror/sandbox"
import { once } from "node:events"
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { type Home, home, type Ran } from "./terminal.ts"

const json = (ran: Ran): Readonly<Record<string, unknown>> => JSON.parse(ran.out) as Readonly<Record<string, unknown>>

describe("a linked account", () => {
  let at: Home
  let sandbox: Sandbox.RunningSandbox
  const secrets: Array<string> = []
  const link = async (person: string): Promise<Ran> => {
    const { deviceId, refreshToken } = sandbox.openSession(person)
    secrets.push(deviceId, refreshToken)
    const handOver = join(at.folder, `${person}.json`)
    writeFileSync(handOver, JSON.stringify({ refresh_token: refreshToken, device_id: deviceId }))
    return at.run(
      "link",
      "klarna-us",
      "--base-url",
      sandbox.baseUrl,
      "--hand-over",
      handOver,
      "--yes",
      "--json",
      "--holder",
      person
    )
  }

  beforeAll(async () => {
    at = home()
    sandbox = await Sandbox.start({ seed: 7 })
  })
  afterAll(async () => {
    await sandbox.close()
    at.remove()
  })

  it("is linked, read, shown, explained and withdrawn from the terminal", async () => {
    const linked = await link("alex")
    assert.strictEqual(linked.code, 0, linked.err)
    const { connectionId } = json(linked)

    const first = await at.run("sync", "--json")
    assert.strictEqual(first.code, 0, first.err)
    const reports = JSON.parse(first.out) as ReadonlyArray<{ stream: string; added: number; outcome: { _tag: string } }>
    assert.deepStrictEqual(
      reports.map((one) => one.outcome._tag),
      reports.map(() => "CaughtUp")
    )
    assert.deepStrictEqual(
      reports.map((one) => one.stream),
      ["purchases", "card", "balance", "points", "deliveries", "profile"]
    )

    const again = JSON.parse((await at.run("sync", "--json", "--full")).out) as ReadonlyArray<{
      added: number
      updated: number
      removed: number
    }>
    assert.strictEqual(
      again.reduce((sum, one) => sum + one.added + one.updated + one.removed, 0),
      0
    )

    const plans = JSON.parse((await at.run("show", "plans", "--json")).out) as ReadonlyArray<{
      id: string
      row: { schedule: ReadonlyArray<unknown> }
    }>
    assert.strictEqual(plans.length, [...sandbox.world.person("alex").purchases.orders()].length)

    const due = json(await at.run("due", "--until", "2026-06-30", "--json")) as unknown as {
      installments: ReadonlyArray<{ dueDate: string }>
    }
    assert.isAbove(due.installments.length, 0)
    assert.isTrue(due.installments.every((one) => one.dueDate <= "2026-06-30"))

    const explained = await at.run("explain", plans[0]?.id ?? "")
    assert.include(explained.out, "reported by klarna-us")
    assert.include(explained.out, "on consent ")

    const doctor = await at.run("doctor")
    assert.strictEqual(doctor.code, 0, doctor.out)
    assert.notInclude(doctor.out, "drift")

    const withdrawn = await at.run("withdraw", String(connectionId), "--json")
    assert.isTrue((json(withdrawn) as unknown as { revokedUpstream: boolean }).revokedUpstream)
    sandbox.ledger.clear()
    const refused = await at.run("sync", "--json")
    assert.strictEqual(refused.code, 3)
    assert.strictEqual(sandbox.ledger.totals.requests, 0)
  }, 60_000)

  it("keeps no secret and no identification readable in its files", () => {
    const file = join(at.folder, "data", "paymirror", "paymirror.db")
    const bytes = [file, `${file}-wal`]
      .filter((one) => existsSync(one))
      .map((one) => readFileSync(one).toString("latin1"))
      .join("")
    assert.include(bytes, "Moth Lantern")
    for (const secret of [...secrets, sandbox.world.person("alex").profile.row.id]) {
      // The profile row itself holds the id; what identifies the account to the provider must not stand beside it.
      assert.notInclude(bytes.replaceAll('"profileId":"', ""), `"${secret}"`)
    }
    for (const secret of secrets) assert.notInclude(bytes, secret)
    const key = join(at.folder, "config", "paymirror", "key")
    assert.strictEqual(statSync(key).mode & 0o777, 0o600)
  })

  it("says what to do when the session has ended", async () => {
    assert.strictEqual((await link("robin")).code, 0)
    sandbox.world.revokeSession("robin")
    const ran = await at.run("sync")
    assert.strictEqual(ran.code, 3)
    assert.include(ran.out, "stopped")
    const doctor = await at.run("doctor")
    assert.strictEqual(doctor.code, 1)
    assert.include(doctor.out, "Link again: paymirror link klarna-us")
  }, 60_000)
})

describe("a file", () => {
  let at: Home
  beforeAll(() => {
    at = home()
  })
  afterAll(() => at.remove())

  const write = (name: string, text: string): string => {
    const path = join(at.folder, name)
    writeFileSync(path, text)
    return path
  }

  const n26 = `"Date","Payee","Account number","Transaction type","Payment reference","Category","Amount (EUR)","Amount (Foreign Currency)","Type Foreign Currency","Exchange Rate"
"2026-01-05","Mill & Loaf","","MasterCard Payment","","Food","-4.20","","",""
"2026-01-05","Mill & Loaf","","MasterCard Payment","","Food","-4.20","","",""
"2026-01-07","=HYPERLINK(1)","DE00","Income","rent","Income","850.00","","",""
"2026-01-09","Broken","","MasterCard Payment","","Food","four","","",""
`

  it("is imported once: twins stay two, a bad row is set aside with line and column, again is a no-op", async () => {
    const path = write("n26.csv", n26)
    const first = await at.run("import", path, "--json")
    assert.strictEqual(first.code, 0, first.err)
    assert.deepInclude(json(first), { format: "n26-en", rows: 4, added: 3, updated: 0, unchanged: 0 })
    const { quarantined } = json(first) as unknown as {
      quarantined: ReadonlyArray<{ line: number; column?: string; reason: string }>
    }
    assert.strictEqual(quarantined.length, 1)
    assert.strictEqual(quarantined[0]?.line, 5)
    assert.strictEqual(quarantined[0]?.column, "Amount (EUR)")

    const second = await at.run("import", path, "--json")
    assert.deepInclude(json(second), { rows: 4, added: 0, updated: 0, unchanged: 3 })
    const kept = JSON.parse((await at.run("quarantine", "--json")).out) as ReadonlyArray<unknown>
    assert.strictEqual(kept.length, 1)
  }, 60_000)

  it("comes out as CSV without formulas and with its sums", async () => {
    const out = join(at.folder, "balance.csv")
    assert.strictEqual((await at.run("export", "balance", "--format", "csv", "--out", out)).code, 0)
    const [header = "", ...lines] = readFileSync(out, "utf8").trim().split("\r\n")
    assert.include(header, "amount,amountCurrency")
    assert.strictEqual(lines.length, 3)
    assert.isTrue(lines.some((line) => line.includes("'=HYPERLINK(1)")))
    assert.isTrue(lines.every((line) => line.includes("EUR")))
    const rows = (await at.run("export", "balance")).out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { row: { amount: { amount: number } } })
    assert.strictEqual(
      rows.reduce((sum, one) => sum + one.row.amount.amount, 0),
      84_160
    )
  }, 60_000)

  it("whose account another process is reading is told to come later, never counted as imported", async () => {
    const path = write("later.csv", n26)
    const file = join(at.folder, "data", "paymirror", "paymirror.db")
    const lease = (owner: string | null, until: number): void => {
      const database = new DatabaseSync(file)
      database.prepare("UPDATE lease SET owner = ?, expires_at = ?").run(owner, until)
      database.close()
    }
    lease("held", Date.now() + 600_000)
    const ran = await at.run("import", path, "--json")
    lease(null, 0)
    assert.strictEqual(ran.code, 4)
    assert.strictEqual(ran.out, "")
    assert.include(ran.err, "another process")
  }, 60_000)

  it("that nobody knows is refused with what was seen, and changes nothing", async () => {
    const path = write("orders.csv", "When,Shop,Paid\n2026-01-01,A,1.00\n")
    const ran = await at.run("import", path)
    assert.strictEqual(ran.code, 5)
    assert.include(ran.err + ran.out, "When")
    assert.include(ran.err + ran.out, "--map")
  }, 60_000)

  it("without rows is an empty import, not an error", async () => {
    const path = write("empty.csv", n26.split("\n").slice(0, 1).join("\n"))
    const ran = await at.run("import", path, "--json")
    assert.strictEqual(ran.code, 0, ran.err)
    assert.deepInclude(json(ran), { rows: 0, added: 0 })
  }, 60_000)
})

describe("the command line", () => {
  let at: Home
  beforeAll(() => {
    at = home()
  })
  afterAll(() => at.remove())

  it("tells wrong use from refusal by its exit code", async () => {
    const [bogus, help] = await Promise.all([at.run("bogus"), at.run("--help")])
    assert.deepStrictEqual([bogus.code, help.code], [2, 0])
    assert.strictEqual((await at.run("explain", "nobody")).code, 5)
    const unread = await at.run("explain", "balance")
    assert.strictEqual(unread.code, 5)
    assert.include(unread.err, "paymirror routes --market CC")
  }, 60_000)
})

describe("the demo", () => {
  let at: Home
  beforeAll(() => {
    at = home()
  })
  afterAll(() => at.remove())

  it("tells the whole story and ends by itself", async () => {
    const ran = await at.run("demo", "--once")
    assert.strictEqual(ran.code, 0, ran.err)
    for (const line of [
      "17 rows, 17 added",
      "0 rows written",
      "scheduled $12.50 due 2026-06-04 → due",
      "due $12.50 due 2026-06-04 → paid on 2026-06-04",
      "scheduled $50.00 due 2026-06-18 → paused (return)",
      "paused (return) $50.00 due 2026-06-18 → scheduled $30.00 due 2026-06-21",
      "redeemed -1000 points",
      "cashback +$10.00",
      "the balance ledger agrees with what is stated",
      "the points ledger agrees with what is stated",
      "psd2 (klarna-de): the bank has to open a payment account",
      "read at once, while the bank shows all of it: 48 rows (up to date)",
      "Klarna (WebBank), USD: $",
      "Klarna Balance (Klarna Bank AB (publ)), EUR: 7938.19 EUR",
      "the fourth read with nobody there: up to date",
      "the fifth read with nobody there: the reads without the person are used up until",
      "alex's consent at klarna-de ends on",
      "the same connection and the same account, on a new consent",
      "payment -249.00 SEK (booked)",
      "the bank has ended its consent",
      "not read: the person has not confirmed",
      "payment -12.50 GBP (booked)",
      "Done."
    ])
      assert.include(ran.out, line)
    assert.notMatch(ran.out, / $/m)
  }, 60_000)

  it("tells it at Revolut, where a statement goes into the account that is read, and adds nothing", async () => {
    const ran = await at.run("demo", "--provider", "revolut", "--once")
    assert.strictEqual(ran.code, 0, ran.err)
    for (const line of [
      "she confirms, here and not at the bank, and reading goes on",
      "revolut-en: 49 rows, 0 added, 49 there already",
      "check balance-chain: 47 rows hold",
      "Euros (Revolut (United Kingdom)), EUR: 594.10 EUR, 3 rows in balance"
    ])
      assert.include(ran.out, line)
  }, 60_000)

  it("stays up, polling, and ends cleanly on Ctrl-C", async () => {
    const child = at.start("demo", "--provider", "chime")
    let out = ""
    child.stdout?.on("data", (chunk: Buffer) => {
      out += chunk.toString()
      if (out.includes("Ctrl-C ends it")) child.kill("SIGINT")
    })
    const [code] = (await once(child, "exit")) as [number | null]
    assert.include(out, "A day now passes")
    assert.oneOf(code, [0, 130])
  }, 60_000)
})
