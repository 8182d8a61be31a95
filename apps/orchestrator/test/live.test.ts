/** `record` and `check-live` as processes of their own, against a simulated provider on a real socket. */
import { Sandbox } from "@paymirror/sandbox"
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { afterAll, afterEach, assert, beforeAll, describe, it } from "vitest"
import { type Home, home, type Ran } from "./terminal.ts"

interface Checked {
  readonly verdict: string
  readonly mappedAgainst: { readonly version: string }
  readonly streams: ReadonlyArray<{
    readonly stream: string
    readonly verdict: string
    readonly unchecked: ReadonlyArray<string>
    readonly drift: ReadonlyArray<{
      readonly kind: string
      readonly endpoint: string
      readonly path: string
      readonly detail: string
    }>
  }>
}

/** Each command is a process; on a busy machine a dozen of them take their time. */
const limit = 90_000

let at: Home
let sandbox: Sandbox.RunningSandbox
let connectionId = ""
const secrets: Array<string> = []
const all = ["purchases", "card", "balance", "points", "deliveries", "profile"]

const link = async (person: string, ...more: ReadonlyArray<string>): Promise<string> => {
  const { deviceId, refreshToken } = sandbox.openSession(person)
  secrets.push(deviceId, refreshToken)
  const handOver = join(at.folder, `${person}.json`)
  writeFileSync(handOver, JSON.stringify({ refresh_token: refreshToken, device_id: deviceId }))
  const told = ["--base-url", sandbox.baseUrl, "--hand-over", handOver, "--yes", "--json", "--holder", person]
  const ran = await at.run("link", "klarna-us", ...told, ...more)
  assert.strictEqual(ran.code, 0, ran.err)
  return (JSON.parse(ran.out) as { readonly connectionId: string }).connectionId
}

const rowsInMirror = (): unknown => {
  const db = new DatabaseSync(join(at.folder, "data", "paymirror", "paymirror.db"), { readOnly: true })
  const counts = ["row", "change", "run", "checkpoint", "quarantine", "drift"].map(
    (table) => db.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.["n"]
  )
  db.close()
  return counts
}

const check = async (...flags: ReadonlyArray<string>): Promise<{ readonly ran: Ran; readonly found: Checked }> => {
  const ran = await at.run("check-live", connectionId, "--json", ...flags)
  assert.notStrictEqual(ran.out, "", ran.err)
  return { ran, found: JSON.parse(ran.out) as Checked }
}

const reads = (): ReadonlyArray<string> =>
  sandbox.ledger.entries.map(({ path }) => path).filter((path) => path.startsWith("/consumer/"))

beforeAll(async () => {
  at = home()
  sandbox = await Sandbox.start({ seed: 7 })
  sandbox.world.changeProfile("alex", { phone: "+1 555 010 0199" })
  connectionId = await link("alex")
  sandbox.ledger.clear()
}, limit)
afterEach(() => sandbox.faults.heal())
afterAll(async () => {
  await sandbox.close()
  at.remove()
})

describe("check-live", () => {
  it(
    "finds a provider as it was mapped, with one request to each endpoint and nothing written",
    async () => {
      const before = rowsInMirror()
      sandbox.ledger.clear()
      const { found, ran } = await check()
      assert.strictEqual(ran.code, 0, ran.out + ran.err)
      assert.strictEqual(found.verdict, "as_mapped")
      assert.strictEqual(found.mappedAgainst.version, "unverified")
      assert.deepStrictEqual(
        found.streams.map(({ stream }) => stream),
        all
      )
      assert.deepStrictEqual([...reads()].toSorted(), [...new Set(reads())].toSorted())
      assert.strictEqual(reads().length, 8)
      assert.deepStrictEqual(rowsInMirror(), before)
      const log = await at.run("audit", "list", "--json")
      assert.include(log.out, "paymirror check-live")
    },
    limit
  )

  const drifts = [
    ["a field that is new", "extra-fields", undefined, ["field_new"], "x_experiment"],
    ["a word that is new", "unknown-value", undefined, ["value_unknown"], "status"],
    ["a row that cannot be read", "malformed-row", undefined, ["row_quarantined"], ""],
    ["a field that is gone", "missing-field", "merchant", ["field_gone", "row_quarantined"], "merchant"],
    ["rows that are gone", "missing-rows", undefined, ["rows_gone"], "purchases"]
  ] as const
  for (const [name, change, field, kinds, path] of drifts) {
    it(
      `tells of ${name}`,
      async () => {
        const fault = { kind: "drift", change, ...(field !== undefined && { field }) } as const
        sandbox.faults.add({ fault, times: "always", path: "/consumer/v2/purchases" })
        const { found, ran } = await check("--stream", "purchases", "--stream", "card")
        assert.strictEqual(ran.code, 1, ran.err)
        const [purchases, card] = found.streams
        assert.strictEqual(card?.verdict, "as_mapped")
        assert.strictEqual(purchases?.verdict, "drift")
        const told = (purchases?.drift ?? []).map((one) => `${one.kind} ${one.path}`.trim())
        for (const kind of kinds) assert.include(told.join("\n"), kind)
        assert.include(told, `${kinds[0]} ${path}`.trim())
        // Names of fields, never what is in them.
        assert.notInclude(ran.out + ran.err, "in_transition")
        assert.notInclude(ran.out + ran.err, "Moth Lantern")
      },
      limit
    )
  }

  for (const status of [404, 410]) {
    it(
      `tells of an endpoint that has moved (${status})`,
      async () => {
        sandbox.faults.add({ fault: { kind: "fail", status }, times: "always", path: "/consumer/v2/card" })
        const { found, ran } = await check("--stream", "card")
        assert.strictEqual(ran.code, 1, ran.err)
        const [drift] = found.streams[0]?.drift ?? []
        assert.deepInclude(drift, { kind: "endpoint_moved", endpoint: "GET /consumer/v2/card/transactions" })
        assert.include((await at.run("check-live", connectionId, "--stream", "card")).out, "has moved")
      },
      limit
    )
  }

  it(
    "holds a recording beside the page: what every recorded row had is missed",
    async () => {
      const out = join(at.folder, "fixtures-of-drift")
      assert.strictEqual((await at.run("record", connectionId, "--stream", "purchases", "--out", out)).code, 0)
      const file = join(out, "purchases.json")
      const fixture = JSON.parse(readFileSync(file, "utf8")) as {
        exchanges: Array<{ answer: { body?: { json?: { purchases?: Array<Record<string, unknown>> } } } }>
      }
      const rows = fixture.exchanges.flatMap(({ answer }) => answer.body?.json?.purchases ?? [])
      for (const row of rows) row["fees_minor"] = 0
      writeFileSync(file, JSON.stringify(fixture))
      for (const { row } of sandbox.world.person("alex").purchases.orders()) delete row.fees_minor
      const { found, ran } = await check("--stream", "purchases", "--fixtures", out)
      assert.strictEqual(ran.code, 1, ran.out)
      assert.deepInclude(found.streams[0]?.drift[0], { kind: "field_gone", path: "fees_minor" })
    },
    limit
  )

  it(
    "does not take a person's bot check, an outage or nothing to see for an answer",
    async () => {
      sandbox.faults.add({ fault: { kind: "bot-page", status: 403 }, times: "always", path: "/consumer/" })
      const bot = await check("--stream", "card")
      assert.strictEqual(bot.ran.code, 2)
      assert.strictEqual(bot.found.verdict, "not_checked")
      sandbox.faults.heal()
      sandbox.faults.failAlways(503, "/consumer/")
      const outage = await check("--stream", "card", "--stream", "profile")
      assert.strictEqual(outage.ran.code, 2)
      assert.deepStrictEqual(
        outage.found.streams.map(({ drift, verdict }) => [verdict, drift.length]),
        [
          ["not_checked", 0],
          ["not_checked", 0]
        ]
      )
      sandbox.faults.heal()
      sandbox.faults.add({ fault: { kind: "empty-rows" }, times: "always", path: "/consumer/" })
      const empty = await check("--stream", "deliveries")
      assert.strictEqual(empty.ran.code, 2)
      assert.include(empty.found.streams[0]?.unchecked.join(), "no rows")
      assert.strictEqual((await at.run("check-live", "nobody")).code, 2)
      const otherKey = { PAYMIRROR_KEY: Buffer.alloc(32, 9).toString("base64url") }
      const locked = await at.within(otherKey, "check-live", connectionId)
      assert.strictEqual(locked.code, 2)
      assert.include(locked.err, "paymirror doctor")
    },
    limit
  )
})

describe("record", () => {
  const out = (): string => join(at.folder, "fixtures")

  it(
    "writes a file per stream with nobody in it, leaves the mirror as it is and a line in the access log",
    async () => {
      const before = rowsInMirror()
      const ran = await at.run("record", connectionId, "--out", out(), "--json")
      assert.strictEqual(ran.code, 0, ran.err)
      const told = JSON.parse(ran.out) as {
        readonly replaced: Readonly<Record<string, number>>
        readonly files: ReadonlyArray<{ readonly file: string }>
      }
      assert.isAbove(told.replaced["name"] ?? 0, 3)
      assert.deepStrictEqual(readdirSync(out()).toSorted(), all.map((stream) => `${stream}.json`).toSorted())
      const text = readdirSync(out())
        .map((name) => readFileSync(join(out(), name), "utf8"))
        .join("\n")
      const { profile, purchases } = sandbox.world.person("alex")
      const { email, family_name, id, phone } = profile.row
      const merchants = [...purchases.orders()].map(({ row }) => row.merchant)
      for (const canary of [...secrets, email, family_name, id, phone, ...merchants]) {
        assert.isDefined(canary)
        const known = canary ?? ""
        assert.notInclude(text, known)
        assert.notInclude(ran.out + ran.err, known)
        assert.notInclude(text, encodeURIComponent(known))
        assert.notInclude(text, Buffer.from(known).toString("base64").replace(/=+$/, ""))
      }
      assert.include(text, '"connector": "klarna-us"')
      assert.include(text, '"version": "unverified"')
      assert.deepStrictEqual(rowsInMirror(), before)
      assert.include((await at.run("audit", "list", "--json")).out, "paymirror record")
    },
    limit
  )

  it(
    "writes nothing where a field was forgotten, and names the field only",
    async () => {
      const folder = join(at.folder, "never")
      const ran = await at.run("record", connectionId, "--allow", "family_name", "--out", folder)
      assert.strictEqual(ran.code, 1)
      assert.include(ran.err, "answer.body.json.profile.family_name")
      assert.notInclude(ran.err, sandbox.world.person("alex").profile.row.family_name)
      assert.isFalse(existsSync(folder))
    },
    limit
  )

  it(
    "writes nothing where something of the person's own list is left",
    async () => {
      const folder = join(at.folder, "never")
      const list = join(at.folder, "mine.txt")
      writeFileSync(list, "5712\n")
      const ran = await at.run("record", connectionId, "--allow", "mcc", "--canaries", list, "--out", folder)
      assert.strictEqual(ran.code, 1)
      assert.include(ran.err, "line 1 of your list")
      assert.isFalse(existsSync(folder))
    },
    limit
  )

  it(
    "asks nothing where consent is withdrawn",
    async () => {
      const robin = await link("robin", "--stream", "card")
      mkdirSync(join(at.folder, "robin"))
      sandbox.ledger.clear()
      const uncovered = await at.run("record", robin, "--stream", "profile", "--out", join(at.folder, "robin"))
      assert.strictEqual(uncovered.code, 3)
      assert.strictEqual((await at.run("withdraw", robin)).code, 0)
      sandbox.ledger.clear()
      const ran = await at.run("record", robin, "--out", join(at.folder, "robin"))
      assert.strictEqual(ran.code, 3, ran.err)
      assert.strictEqual((await at.run("check-live", robin)).code, 2)
      assert.strictEqual(sandbox.ledger.totals.requests, 0)
      assert.deepStrictEqual(readdirSync(join(at.folder, "robin")), [])
    },
    limit
  )

  it(
    "stops at a provider's limit and remembers it for the next read",
    async () => {
      sandbox.faults.throttle(3600, 1)
      const folder = join(at.folder, "throttled")
      assert.strictEqual((await at.run("record", connectionId, "--stream", "points", "--out", folder)).code, 4)
      sandbox.ledger.clear()
      assert.strictEqual((await at.run("sync", "--stream", "points")).code, 4)
      assert.strictEqual(sandbox.ledger.totals.requests, 0)
      assert.isFalse(existsSync(folder))
    },
    limit
  )
})
