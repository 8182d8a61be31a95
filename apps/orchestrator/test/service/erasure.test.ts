/** A person is linked, read and erased over the interface; then the database and its files are searched for them. */
import { Erasure, LegalHold } from "@paymirror/sync"
import { Sandbox } from "@paymirror/sandbox"
import { randomUUID } from "node:crypto"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { tmpdir } from "node:os"
import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import * as LinkSessions from "../../src/linking/LinkSessions.ts"
import { upkeep } from "../../src/upkeep.ts"
import { until } from "../linking/Service.ts"
import { faultsOf, operations } from "./Description.ts"
import { Service } from "./Service.ts"

interface Receipt {
  readonly erased: Readonly<Record<string, number>>
  readonly kept: ReadonlyArray<{ readonly what: string; readonly why: string; readonly until: string }>
}

interface Ids {
  readonly holderId: string
  readonly linkSessionId: string
  readonly connectionId: string
  readonly consentId: string
  readonly accountIds: ReadonlyArray<string>
}

const csv = "Type,Product,Started Date,Completed Date,Description,Amount,Fee,Currency,State,Balance\n"

describe("a person who is erased over the interface", () => {
  let sandbox: Sandbox.RunningSandbox
  let service: Service
  let key: string
  beforeAll(async () => {
    sandbox = await Sandbox.start({ seed: 7 })
    service = await Service.start({ allowedBaseUrls: [sandbox.baseUrl] })
    key = await service.key()
  })
  afterAll(async () => {
    await service.close()
    await sandbox.close()
  })

  const send = async (method: string, path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}) => {
    const answer = await service.ask(path, {
      key,
      method,
      body,
      headers: { "idempotency-key": randomUUID(), ...headers }
    })
    assert.isBelow(answer.status, 300, `${path}: ${answer.text}`)
    return { ...answer, ids: answer.json as Ids }
  }
  const open = (holderId: string) =>
    send("POST", "/v1/link-sessions", { holderId, connector: "klarna-us", baseUrl: sandbox.baseUrl })

  /** Linked over HTTP, and read to the end. */
  const linked = async (person: string, once: string = randomUUID()) => {
    const made = await send("POST", "/v1/holders", { reference: `reference-of-${person}` }, { "idempotency-key": once })
    const { linkSessionId } = (await open(made.ids.holderId)).ids
    const path = `/v1/link-sessions/${linkSessionId}/answers`
    await send("POST", path, { type: "agree" })
    const { deviceId, refreshToken } = sandbox.openSession(person)
    const values = { refresh_token: refreshToken, device_id: deviceId }
    const { ids } = await send("POST", path, { type: "entered", values })
    await until(async () => ((await service.run(LinkSessions.unread)).length === 0 ? true : undefined))
    return ids
  }

  const query = <A extends object>(statement: string) =>
    service.run(Effect.flatMap(SqlClient.SqlClient, (sql) => sql.unsafe<A>(statement)))
  /** Each table that has one of these in it. */
  const tablesWith = async (marks: ReadonlyArray<string>) => {
    const tables = await query<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    const rows = await Promise.all(
      tables.map(async ({ name }) => [name, JSON.stringify(await query(`SELECT * FROM "${name}"`))])
    )
    return rows.flatMap(([name = "", text = ""]) => (marks.some((mark) => text.includes(mark)) ? [name] : []))
  }
  const inFiles = (marks: ReadonlyArray<string>) => {
    const files = ["", "-wal"].map((suffix) => service.filename + suffix).filter((file) => existsSync(file))
    const text = files.map((file) => readFileSync(file).toString("latin1")).join("\n")
    return marks.filter((mark) => text.includes(mark))
  }
  const erase = async (holderId: string) => {
    const answer = await service.ask(`/v1/holders/${holderId}`, { key, method: "DELETE" })
    assert.deepStrictEqual(
      faultsOf(
        operations.find(({ id }) => id === "eraseHolder"),
        answer
      ),
      [],
      answer.text
    )
    return { ...answer, receipt: answer.json as Receipt }
  }
  const hourly = async () => {
    const said: Array<string> = []
    await service.run(upkeep((line) => Effect.sync(() => void said.push(line))))
    return said
  }

  it("leaves a receipt, proofs and marks, and nothing else that says they were here", async () => {
    await send("POST", "/v1/webhook-endpoints", { url: "https://receiver.invalid/hook" })
    const once = randomUUID()
    const alex = await linked("alex", once)
    const robin = await send("POST", "/v1/holders", { reference: "reference-of-robin" })
    const unfinished = (await open(alex.holderId)).ids.linkSessionId
    const calendar = (await send("POST", `/v1/holders/${alex.holderId}/calendars`)).json as {
      readonly calendarId: string
    }
    await send("POST", `/v1/imports?holderId=${alex.holderId}`, csv, { "content-type": "text/csv" })
    await send("GET", `/v1/plans?holderId=${alex.holderId}`)
    await until(async () => {
      const told = await query(`SELECT 1 FROM webhook_delivery WHERE holder_id = '${alex.holderId}'`)
      return told.length > 0 ? true : undefined
    })
    const rows = await query<{ id: string }>("SELECT id FROM row WHERE length(id) > 12 LIMIT 50")
    const connections = await query<{ id: string }>("SELECT connection_id AS id FROM connection")
    const marks = [
      alex.holderId,
      "reference-of-alex",
      ...connections.map(({ id }) => id),
      alex.linkSessionId,
      unfinished,
      calendar.calendarId,
      "alex@example.com",
      "Moth Lantern",
      ...rows.map(({ id }) => id)
    ]
    // What is found before, so that finding nothing afterwards means something.
    assert.sameMembers(inFiles(marks), marks)
    assert.includeMembers(await tablesWith([alex.holderId]), ["idempotency", "link_session", "webhook_delivery"])
    const keys = "SELECT owner FROM data_key WHERE owner LIKE 'link_session:%'"
    assert.lengthOf(await query(keys), 1)

    const { receipt, status } = await erase(alex.holderId)
    assert.strictEqual(status, 200)
    // Naming the person, two link sessions, the calendar and the import.
    assert.strictEqual(receipt.erased["remembered answers"], 5)
    assert.strictEqual(receipt.erased["link sessions"], 2)
    assert.isAbove(receipt.erased["webhook deliveries"] ?? 0, 0)
    assert.isAbove(receipt.erased["purchases"] ?? 0, 0)
    assert.deepStrictEqual(
      receipt.kept.map(({ why }) => why),
      ["to show that reading was allowed"]
    )
    assert.strictEqual(sandbox.ledger.totals.revocations, 1)

    assert.deepStrictEqual(await hourly(), [])
    assert.deepStrictEqual(await tablesWith(marks), [])
    assert.deepStrictEqual(inFiles(marks), [])
    assert.deepStrictEqual(await tablesWith([alex.consentId]), ["erasure"])
    assert.deepStrictEqual(await tablesWith(alex.accountIds), ["access_log"])
    assert.deepStrictEqual(await query(keys), [])
    const owners = "SELECT owner FROM data_key WHERE owner LIKE 'connection:%' OR owner LIKE 'account:%'"
    assert.deepStrictEqual(await query(owners), [])
    assert.deepStrictEqual(await query("SELECT resource FROM lease WHERE resource LIKE 'link:%'"), [])
    const [stored] = await service.run(Erasure.tombstones(alex.holderId))
    assert.strictEqual(stored?.receipt.erasureId, (receipt as unknown as { readonly receiptId: string }).receiptId)

    // What was remembered of others is there, and of the person is not.
    assert.lengthOf(await query(`SELECT 1 FROM idempotency WHERE holder_id = '${robin.ids.holderId}'`), 1)
    const again = await send("POST", "/v1/holders", { reference: "reference-of-alex" }, { "idempotency-key": once })
    assert.isNull(again.headers.get("idempotent-replayed"))
    assert.notStrictEqual(again.ids.holderId, alex.holderId)
  }, 60_000)

  it("leaves a line in the access log, under a mark", async () => {
    const { json } = await service.ask("/v1/access-log?limit=500", { key })
    const { items } = json as { readonly items: ReadonlyArray<Readonly<Record<string, unknown>>> }
    const lines = items.filter(({ action }) => action === "erase")
    assert.lengthOf(lines, 1)
    const { accountIds, actor, holderIds, route } = lines[0] ?? {}
    assert.match(String(actor), /^key:/)
    assert.match(String(holderIds), /^~/)
    assert.deepStrictEqual([accountIds, route], [[], "DELETE /v1/holders/:holderId"])
  })

  it("is nobody afterwards, and nobody to another tenant before", async () => {
    const holderId = await service.holder("acme", "somebody")
    const foreign = await service.ask(`/v1/holders/${holderId}`, {
      key: await service.key({ tenant: "globex" }),
      method: "DELETE"
    })
    assert.strictEqual(foreign.status, 404)
    assert.strictEqual((await erase(holderId)).status, 200)
    const twice = await erase(holderId)
    assert.deepStrictEqual(
      [twice.status, (twice.json as { readonly type: string }).type],
      [404, "urn:paymirror:problem:not-found"]
    )
  })

  it("has nothing taken in whose file was still arriving", async () => {
    const holderId = await service.holder("acme", "uploader")
    const uploads = () => readdirSync(tmpdir()).filter((name) => name.startsWith("paymirror-import-"))
    const before = uploads()
    const arriving = new TransformStream<Uint8Array, Uint8Array>()
    const writer = arriving.writable.getWriter()
    const line = "TOPUP,Current,2026-01-05 10:00:00,2026-01-05 10:00:00,Somebody,10.00,0.00,EUR,COMPLETED,10.00\n"
    const inPieces = { duplex: "half" }
    const answer = fetch(`${service.base}/v1/imports?holderId=${holderId}&market=DE`, {
      ...inPieces,
      method: "POST",
      body: arriving.readable,
      headers: {
        "authorization": `Bearer ${await service.key()}`,
        "content-type": "text/csv",
        "idempotency-key": randomUUID()
      }
    })
    await writer.write(new TextEncoder().encode(csv))
    await until(() => Promise.resolve(uploads().some((folder) => !before.includes(folder)) || undefined))
    await erase(holderId)
    await writer.write(new TextEncoder().encode(line))
    await writer.close()
    assert.strictEqual((await answer).status, 404)
    assert.deepStrictEqual(await tablesWith([holderId]), [])
  }, 60_000)

  it("under a legal hold leaves what it names apart, unread, and the receipt says on what basis and until when", async () => {
    const robin = await linked("robin")
    const end = new Date(Date.now() + 86_400_000).toISOString()
    const hold = { holderId: robin.holderId, streams: ["balance"], basis: "a dispute", until: end } as const
    const { holdId } = await service.run(LegalHold.add(hold))
    const { receipt } = await erase(robin.holderId)
    assert.deepStrictEqual(receipt.kept.at(-1), { what: "balance, apart and unread", why: "a dispute", until: end })
    assert.sameMembers(await tablesWith([robin.holderId]), ["legal_hold"])
    assert.sameMembers(await tablesWith(robin.accountIds), ["held_row"])
    const read = await service.ask("/v1/balance-entries", { key })
    assert.deepStrictEqual(read.json, { items: [] })

    await service.run(LegalHold.end(holdId))
    assert.match((await hourly()).join(), /^\d+ rows were purged: their legal hold is over\.$/)
    assert.deepStrictEqual(inFiles([robin.holderId, "reference-of-robin"]), [])
  }, 60_000)
})
