/** What is read over the interface: pages, marks of answers, what is written back and what is not. */
import { Changes, Mirror } from "@paymirror/sync"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as SqlClient from "effect/sql/SqlClient"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import * as ApiKeys from "../../src/service/ApiKeys.ts"
import { faultsOf, operations } from "./Description.ts"
import { type People, people } from "./People.ts"
import type { Answer } from "./Service.ts"

interface Page {
  readonly items: ReadonlyArray<Readonly<Record<string, unknown>>>
  readonly nextCursor?: string
  readonly hasMore?: boolean
}

describe("reading", () => {
  let world: People
  let key: string
  beforeAll(async () => {
    world = await people()
    key = await world.service.key()
  })
  afterAll(() => world.close())

  const get = async (path: string): Promise<Answer & { readonly page: Page }> => {
    const answer = await world.service.ask(path, { key })
    assert.strictEqual(answer.status, 200, `${path}: ${answer.text}`)
    return { ...answer, page: answer.json as Page }
  }
  /** Every page of a list, in `limit`s. `between` runs after each page. */
  const walk = async (path: string, limit: number, between: (page: number) => Promise<void> = async () => {}) => {
    const items: Array<Readonly<Record<string, unknown>>> = []
    let cursor: string | undefined
    for (let page = 1; ; page++) {
      const join = path.includes("?") ? "&" : "?"
      const found = await get(`${path}${join}limit=${limit}${cursor === undefined ? "" : `&cursor=${cursor}`}`)
      assert.isAtMost(found.page.items.length, limit)
      items.push(...found.page.items)
      cursor = found.page.nextCursor
      if (cursor === undefined) return items
      await between(page)
    }
  }

  it("gives every standing row of every stream once, whatever the size of a page, as the mirror has it", async () => {
    const lists = {
      purchases: ["/v1/purchases", "purchaseId"],
      plans: ["/v1/plans", "planId"],
      card: ["/v1/card-transactions", "transactionId"],
      balance: ["/v1/balance-entries", "entryId"],
      points: ["/v1/points-entries", "entryId"],
      deliveries: ["/v1/deliveries", "deliveryId"]
    } as const
    for (const [stream, [path, id]] of Object.entries(lists)) {
      const rows = await world.service.run(Mirror.rows({ stream: stream as keyof typeof lists, limit: 10_000 }))
      const own = rows.filter(({ accountId, row }) => {
        return accountId !== world.kim.accountId && (!("rowType" in row) || row.rowType === "entry")
      })
      for (const limit of [7, 500]) {
        const items = await walk(path, limit)
        assert.deepStrictEqual(
          items.map((item) => `${String(item["accountId"])} ${String(item[id])}`).toSorted(),
          own.map((row) => `${row.accountId} ${row.id}`).toSorted(),
          stream
        )
      }
    }
  })

  it("gives installments by due date, narrowed by day, state and account", async () => {
    const all = await walk("/v1/installments", 9)
    const days = all.map(({ dueDate }) => String(dueDate))
    assert.deepStrictEqual(days, days.toSorted())
    const rows = await world.service.run(Mirror.rows({ stream: "plans", limit: 10_000 }))
    const scheduled = rows
      .filter(({ accountId }) => accountId !== world.kim.accountId)
      .flatMap(({ accountId, id, row }) =>
        "schedule" in row ? row.schedule.map((one) => ({ accountId, id, ...one })) : []
      )
    assert.strictEqual(all.length, scheduled.length)
    const expected = scheduled.filter(
      (one) => one.dueDate >= "2026-01-01" && one.dueDate <= "2026-03-31" && one.state === "paid"
    )
    const some = await walk("/v1/installments?from=2026-01-01&to=2026-03-31&state=paid", 4)
    assert.strictEqual(some.length, expected.length)
    const mine = await walk(`/v1/installments?accountId=${world.robin.accountId}`, 500)
    assert.strictEqual(mine.length, scheduled.filter(({ accountId }) => accountId === world.robin.accountId).length)
  })

  it("states balances and points as of when the provider said so, apart from their ledgers", async () => {
    const balances = (await get(`/v1/balances?accountId=${world.alex.accountId}`)).page.items
    assert.deepStrictEqual(balances.map(({ balanceType }) => String(balanceType)).toSorted(), [
      "interimAvailable",
      "interimBooked"
    ])
    for (const item of balances) assert.match(String(item["asOf"]), /^2026-/)
    const points = (await get(`/v1/points?accountId=${world.alex.accountId}`)).page.items
    assert.strictEqual(points.length, 1)
  })

  it("every answer is as the description promises, to the field", async () => {
    const named: Readonly<Record<string, string>> = { ...world.alex.rows }
    const streamOf: Readonly<Record<string, string>> = {
      getPurchase: "purchases",
      getPlan: "plans",
      getCardTransaction: "card",
      getBalanceEntry: "balance",
      getPointsEntry: "points",
      getDelivery: "deliveries"
    }
    for (const operation of operations.filter(({ group, id }) => group === "streams" || id === "listChanges")) {
      const path = operation.path
        .replace("{accountId}", world.alex.accountId)
        .replace("{id}", encodeURIComponent(named[streamOf[operation.id] ?? ""] ?? ""))
      const answer = await get(operation.path.includes("{") ? path : `${path}?limit=500`)
      assert.deepStrictEqual(faultsOf(operation, answer), [], operation.id)
      if (!operation.path.includes("{")) assert.isAbove(answer.page.items.length, 0, operation.id)
    }
  })

  it("what stands still during a walk is seen exactly once, while rows come, change and go", async () => {
    const rows = await world.service.run(
      Mirror.rows({ stream: "card", accountId: world.alex.accountId, limit: 10_000 })
    )
    const [first, second] = rows.map(({ id }) => id).toSorted()
    const items = await walk("/v1/card-transactions", 5, (page) =>
      world.service.run(
        Effect.gen(function* () {
          const sql = yield* SqlClient.SqlClient
          if (page === 1) {
            // Before, behind and beyond the place of the walk.
            for (const id of ["!first", "ct_8", "~last"]) {
              yield* sql`INSERT INTO row (account, stream, id, body, pending, origin, rank, run)
                SELECT account, stream, ${id}, replace(body, ${first ?? ""}, ${id}), pending, origin, rank, run
                FROM row WHERE stream = 'card' AND id = ${first ?? ""}`
            }
            yield* sql`UPDATE row SET gone = 'test' WHERE stream = 'card' AND id = ${second ?? ""}`
          }
        }).pipe(Effect.orDie)
      )
    )
    const seen = items.map((item) => String(item["transactionId"]))
    assert.strictEqual(new Set(seen).size, seen.length)
    for (const { id } of rows) if (id !== second) assert.include(seen, id)
    assert.include(seen, "~last")
    assert.notInclude(seen, "!first")
    await world.service.run(
      Effect.flatMap(SqlClient.SqlClient, (sql) =>
        Effect.andThen(
          sql`DELETE FROM row WHERE id IN ('!first', 'ct_8', '~last')`,
          sql`UPDATE row SET gone = NULL WHERE gone = 'test'`
        )
      ).pipe(Effect.orDie)
    )
  })

  it("an answer somebody has is not sent again, until it is another one", async () => {
    const path = `/v1/purchases?accountId=${world.robin.accountId}`
    const first = await get(path)
    const etag = first.headers.get("etag") ?? ""
    const again = await world.service.ask(path, { key, headers: { "if-none-match": etag } })
    assert.deepStrictEqual([again.status, again.text, again.headers.get("etag")], [304, "", etag])
    const weak = await world.service.ask(path, { key, headers: { "if-none-match": `"other", W/${etag}` } })
    assert.strictEqual(weak.status, 304)
    const change = (to: string, from: string) =>
      world.service.run(
        Effect.flatMap(
          SqlClient.SqlClient,
          (sql) =>
            sql`UPDATE row SET body = replace(body, ${from}, ${to}) WHERE id = ${world.robin.rows["purchases"] ?? ""}`
        ).pipe(Effect.orDie)
      )
    await change(`"status":"CANCELLED"`, `"status":"COMPLETED"`)
    const other = await world.service.ask(path, { key, headers: { "if-none-match": etag } })
    await change(`"status":"COMPLETED"`, `"status":"CANCELLED"`)
    assert.strictEqual(other.status, 200)
    assert.notStrictEqual(other.headers.get("etag"), etag)
  })

  it("changes come in order, each once, and none is behind the cursor that was given", async () => {
    const all = await world.service.run(Changes.changes({ after: 0, limit: 100_000 }))
    const own = all.filter(({ accountId }) => accountId !== world.kim.accountId)
    const seen: Array<number> = []
    let cursor = ""
    for (;;) {
      const { page } = await get(`/v1/changes?limit=40${cursor}`)
      seen.push(...page.items.map(({ seq }) => Number(seq)))
      cursor = `&cursor=${page.nextCursor ?? ""}`
      if (page.hasMore !== true) break
    }
    assert.deepStrictEqual(
      seen,
      own.map(({ seq }) => seq)
    )
    assert.deepStrictEqual((await get(`/v1/changes?limit=40${cursor}`)).page.items, [])
  })

  it("a key sees the changes of the streams it has a scope for, and no others", async () => {
    const narrow = await world.service.key({ scopes: ["card", "points"] })
    const answer = await world.service.ask("/v1/changes?limit=500", { key: narrow })
    const { items } = answer.json as Page
    assert.deepStrictEqual([...new Set(items.map(({ stream }) => String(stream)))].toSorted(), ["card", "points"])
    const none = await world.service.ask("/v1/changes?stream=profile", { key: narrow })
    assert.deepStrictEqual((none.json as Page).items, [])
  })

  it("a forecast sums what is still asked for, per week and currency, and nothing else", async () => {
    const { items } = (await get(`/v1/forecast?holderId=${world.alex.holderId}&weeks=104`)).page
    const rows = await world.service.run(
      Mirror.rows({ stream: "plans", accountId: world.alex.accountId, limit: 10_000 })
    )
    const open = rows
      .flatMap(({ row }) => ("schedule" in row ? row.schedule : []))
      .filter(({ state }) => state !== "paid" && state !== "cancelled")
      .reduce((sum, one) => sum + one.amountDue.amount - (one.amountPaid?.amount ?? 0), 0)
    const total = items.reduce((sum, item) => {
      const { amountDue, amountPaused } = item as unknown as Record<"amountDue" | "amountPaused", { amount: number }>
      return sum + amountDue.amount + amountPaused.amount
    }, 0)
    assert.strictEqual(total, open)
    for (const { weekStart } of items) assert.strictEqual(new Date(`${String(weekStart)}T00:00Z`).getUTCDay(), 1)
  })

  it("a consent of before, whose notice bears no hash, has a record like any other", async () => {
    const { consentId } = world.alex
    const record = async () => {
      const { processing } = (await get(`/v1/consents/${consentId}/record`)).json as {
        readonly processing: { readonly privacyNotice: { readonly sha256: string } }
      }
      return processing.privacyNotice.sha256
    }
    const hash = await record()
    await world.service.run(
      Effect.flatMap(
        SqlClient.SqlClient,
        (sql) => sql`UPDATE consent SET body = json_remove(body, '$.notice.hash') WHERE consent_id = ${consentId}`
      )
    )
    assert.strictEqual(await record(), hash)
    assert.deepNestedInclude((await get(`/v1/consents/${consentId}`)).json, { "notice.hash": hash })
  })

  it("what a caller may not write is not written", async () => {
    const { service } = world
    const post = (body: string) =>
      service.ask("/v1/holders", { key, method: "POST", body, headers: { "idempotency-key": crypto.randomUUID() } })
    const made = await post(
      `{"reference":"mass","holderId":"mine","tenantId":"globex","createdAt":"2000-01-01T00:00:00.000Z","__proto__":{"admin":true},"constructor":{"prototype":{"admin":true}}}`
    )
    assert.strictEqual(made.status, 400)
    assert.deepStrictEqual((await get("/v1/holders?reference=mass")).json, { items: [] })
    assert.notProperty({}, "admin")
    for (const body of [
      `{"reference":""}`,
      `{"reference":1}`,
      `[]`,
      `null`,
      `"text"`,
      `{`,
      "",
      `{"reference":"${"x".repeat(201)}"}`
    ]) {
      const refused = await post(body)
      assert.strictEqual(refused.status, 400, body)
      assert.deepStrictEqual(faultsOf(undefined, refused), [])
    }
  })

  it("a key that is revoked in the middle of a walk reads no further page", async () => {
    const made = await world.service.keyWithId()
    const first = await world.service.ask("/v1/changes?limit=1", { key: made.key })
    assert.strictEqual(first.status, 200)
    assert.isTrue(await world.service.run(ApiKeys.revoke(made.keyId)))
    const { nextCursor = "" } = first.json as Page
    const next = await world.service.ask(`/v1/changes?limit=1&cursor=${nextCursor}`, { key: made.key })
    assert.strictEqual(next.status, 401)
  })

  it("a rotated key is good for its overlap, and its successor may do the same and no more", async () => {
    const { service } = world
    const old = await service.keyWithId({ scopes: ["card"], holderId: world.robin.holderId })
    const made = await service.run(ApiKeys.rotate(old.keyId, 1))
    const at = await service.run(ApiKeys.rotate(made?.keyId ?? "", 0))
    const status = async (secret: string, path: string) => (await service.ask(path, { key: secret })).status

    assert.strictEqual(await status(old.key, "/v1/card-transactions"), 200)
    assert.strictEqual(await status(Redacted.value(made?.key ?? Redacted.make("")), "/v1/card-transactions"), 401)
    const newest = Redacted.value(at?.key ?? Redacted.make(""))
    assert.strictEqual(await status(newest, "/v1/card-transactions"), 200)
    assert.strictEqual(await status(newest, "/v1/purchases"), 403)
    assert.strictEqual(
      (await service.ask(`/v1/card-transactions?accountId=${world.alex.accountId}`, { key: newest })).text,
      `{"items":[]}`
    )
  })
})
