/** Files taken in over HTTP, into a real database over a real socket. */
import { once } from "node:events"
import { readdirSync, writeFileSync } from "node:fs"
import { type IncomingMessage, request } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { home } from "../terminal.ts"
import { type Service, service } from "./Service.ts"

interface Imported {
  readonly importId: string
  readonly format: string
  readonly rows: number
  readonly added: number
  readonly unchanged: number
  readonly quarantined: ReadonlyArray<{ readonly line?: number; readonly reason: string }>
  readonly accountIds: ReadonlyArray<string>
}

const statement = [
  "Type,Product,Started Date,Completed Date,Description,Amount,Fee,Currency,State,Balance",
  "TOPUP,Current,2026-06-01 10:00:00,2026-06-01 10:00:05,Top-up,20.00,0.00,USD,COMPLETED,20.00",
  "CARD_PAYMENT,Current,2026-06-02 08:00:00,2026-06-02 09:00:00,Badger Grocers,-4.50,0.00,USD,COMPLETED,15.50",
  "CARD_PAYMENT,Current,2026-06-02 08:00:00,2026-06-02 09:00:00,Badger Grocers,not a number,0.00,USD,COMPLETED,15.50",
  ""
].join("\n")

const uploads = () => readdirSync(tmpdir()).filter((name) => name.startsWith("paymirror-import-")).length

describe("a file over HTTP", () => {
  let at: Service
  beforeAll(async () => {
    at = await service()
  })
  afterAll(() => at.close())
  const upload = (text: string, query = "") =>
    at.call<Imported>("POST", `/v1/imports?holderId=${at.alex}${query}`, text)

  it("is imported, says which line it set aside, and adds nothing the second time; nothing of it is left lying about", async () => {
    const before = uploads()
    const first = await upload(statement)
    assert.strictEqual(first.status, 201, first.text)
    assert.strictEqual(first.body.added, 2)
    assert.strictEqual(first.body.quarantined[0]?.line, 4)
    assert.lengthOf(first.body.accountIds, 1)
    const again = await upload(statement)
    assert.strictEqual(again.body.added, 0)
    assert.strictEqual(again.body.unchanged, 2)
    assert.deepStrictEqual(again.body.accountIds, first.body.accountIds)
    assert.notStrictEqual(again.body.importId, first.body.importId)
    assert.strictEqual(uploads(), before)
    const whose = await at.call<{ items: ReadonlyArray<{ holderId: string }> }>("GET", "/v1/accounts")
    assert.deepStrictEqual(
      whose.body.items.map(({ holderId }) => holderId),
      [at.alex]
    )
  })

  it("that nobody knows is refused with what was seen, and changes nothing", async () => {
    const refused = await upload("Some,Other,Columns\n1,2,3\n")
    assert.strictEqual(refused.status, 422)
    assert.include(refused.text, "Columns")
    assert.notInclude(refused.text, tmpdir())
  })

  it("is 64 MiB at most", async () => {
    const headers = { "authorization": `Bearer ${at.key}`, "content-type": "text/csv" }
    const url = `${at.url}/v1/imports?holderId=${at.alex}`
    // One that says how large it is need not send it.
    const announced = request(url, {
      method: "POST",
      headers: { ...headers, "idempotency-key": "announced", "content-length": String(65 * 1024 * 1024) }
    })
    announced.flushHeaders()
    const [answered] = (await once(announced, "response")) as [IncomingMessage]
    assert.strictEqual(answered.statusCode, 413)
    announced.destroy()
    const before = uploads()
    let pieces = 0
    const body = new ReadableStream({
      pull: (controller) => {
        pieces += 1
        if (pieces > 65) controller.close()
        else controller.enqueue(new Uint8Array(1024 * 1024))
      }
    })
    const sent = { method: "POST", headers: { ...headers, "idempotency-key": "streamed" }, body, duplex: "half" }
    // It may hang up before the last piece was sent.
    const status = await fetch(url, sent as RequestInit).then(
      async (response) => {
        await response.body?.cancel()
        return response.status
      },
      () => 413
    )
    assert.strictEqual(status, 413)
    assert.strictEqual(uploads(), before)
  })

  it("goes into nobody else's account, and for nobody else's person", async () => {
    const { body } = await upload(statement)
    const foreign = await at.foreign("POST", `/v1/imports?holderId=${at.alex}`, statement)
    assert.strictEqual(foreign.status, 404)
    const robin = await at.call(
      "POST",
      `/v1/imports?holderId=${at.robin}&accountId=${body.accountIds[0] ?? ""}`,
      statement
    )
    assert.strictEqual(robin.status, 404)
    const bound = await at.boundToRobin("POST", `/v1/imports?holderId=${at.alex}`, statement)
    assert.strictEqual(bound.status, 404)
  })

  it("is withdrawn like any other consent, and is not read again by itself", async () => {
    const { body } = await at.call<{ items: ReadonlyArray<{ connectionId: string; consentId: string }> }>(
      "GET",
      `/v1/connections?holderId=${at.alex}`
    )
    const [connection] = body.items
    const read = await at.call("POST", `/v1/connections/${connection?.connectionId ?? ""}/sync`, {})
    assert.strictEqual(read.status, 409)
    const withdrawn = await at.call("POST", `/v1/consents/${connection?.consentId ?? ""}/withdraw`)
    assert.strictEqual(withdrawn.status, 200, withdrawn.text)
    const listed = await at.call<{
      items: ReadonlyArray<{ status: string; events: ReadonlyArray<{ what: string; by: string }> }>
    }>("GET", "/v1/consents")
    const last = listed.body.items.at(-1)
    assert.strictEqual(last?.status, "REVOKED")
    assert.deepStrictEqual(
      last?.events.map(({ what }) => what),
      ["given", "withdrawn"]
    )
    assert.match(last?.events[1]?.by ?? "", /^key:/)
  })
})

describe("a file at the terminal", () => {
  it("belongs to the tenant of the terminal at once, whether or not the service runs", async () => {
    const at = home()
    try {
      const file = join(at.folder, "statement.csv")
      writeFileSync(file, statement)
      const ran = await at.run("import", file, "--holder", "alex")
      assert.strictEqual(ran.code, 0, ran.err)
      const database = new DatabaseSync(join(at.folder, "data", "paymirror", "paymirror.db"))
      const holders = database.prepare("SELECT holder_id, tenant_id FROM holder").all()
      database.close()
      assert.deepStrictEqual(
        holders.map((one) => ({ ...one })),
        [{ holder_id: "alex", tenant_id: "local" }]
      )
    } finally {
      at.remove()
    }
  })
})
