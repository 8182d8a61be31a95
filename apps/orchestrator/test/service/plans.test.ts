/** What a page costs: the database goes to where it begins, walks what it shows, and sorts nothing. */
import { DatabaseSync } from "node:sqlite"
import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { operations } from "./Description.ts"
import { Service } from "./Service.ts"

const lists = operations.filter(
  (one) => one.secured && one.method === "GET" && one.parameters.some(({ name }) => name === "cursor")
)

/** The access log puts names to marks, and has no other way to than to go through all people. */
const everybody = "SELECT holder_id FROM account UNION SELECT holder_id FROM connection"

/** Plans in which the database reads a whole table, or sorts. What is small by its nature is not meant. */
const costly = (database: DatabaseSync, statement: string): ReadonlyArray<string> =>
  (database.prepare(`EXPLAIN QUERY PLAN ${statement}`).all() as unknown as ReadonlyArray<{ readonly detail: string }>)
    .map(({ detail }) => detail)
    .filter((detail) => /^SCAN (?!CONSTANT ROW|json_each|\(subquery)|TEMP B-TREE FOR (?!group_concat)/.test(detail))

describe("a list", () => {
  let service: Service
  let key: string
  let heard: Array<string> = []
  beforeAll(async () => {
    service = await Service.start({ onStep: (statement) => void heard.push(statement) })
    key = await service.key()
    const holderId = await service.holder("acme", "somebody")
    // Ninety accounts, so that installments are walked by day, and one with many rows.
    await service.run(
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* sql`WITH RECURSIVE each(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM each WHERE i < 90)
          INSERT INTO account (account_id, holder_id, provider, legal_entity, currency, status, identification_hash, display_name, created_at)
          SELECT 'account-' || i, ${holderId}, 'klarna', 'WebBank', 'USD', 'OPEN', i, 'Klarna', '2026-01-01T00:00:00.000Z' FROM each`
        yield* sql`INSERT INTO run (connection_id, connector, consent_id, account, stream, started_at)
          VALUES ('c', 'klarna-us', 'k', 1, 'purchases', '2026-01-01T00:00:00.000Z')`
        for (const stream of ["purchases", "plans", "card", "balance", "points", "deliveries", "profile"]) {
          yield* sql`WITH RECURSIVE each(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM each WHERE i < 300)
            INSERT INTO row (account, stream, id, body, pending, origin, rank, run)
            SELECT 1 + i % 3, ${stream}, printf('%05d', i), ${JSON.stringify(bodies[stream])}, 0, 'reported', 1, 1 FROM each`
        }
        yield* sql`INSERT INTO installment (row, number, account, due_date, state, amount_due, currency)
          SELECT n, 1, account, '2026-01-01', 'scheduled', 100, 'USD' FROM row WHERE stream = 'plans'`
        yield* sql`INSERT INTO change (row, account, kind, run, at)
          SELECT n, account, 'added', 1, '2026-01-01T00:00:00.000Z' FROM row`
      }).pipe(Effect.orDie)
    )
    // What is asked of the database once, when the first line of the access log is written.
    await service.ask("/v1/accounts", { key })
  })
  afterAll(() => service.close())

  const pages = async (path: string): Promise<number> => {
    let count = 0
    let cursor: string | undefined
    do {
      const answer = await service.ask(`${path}limit=50${cursor === undefined ? "" : `&cursor=${cursor}`}`, { key })
      assert.strictEqual(answer.status, 200, `${path}: ${answer.text}`)
      const page = answer.json as { readonly nextCursor?: string; readonly hasMore?: boolean }
      cursor = page.hasMore === false ? undefined : page.nextCursor
      count += 1
    } while (cursor !== undefined && count < 4)
    return count
  }

  it.each(lists)("$id goes to where its page begins, whoever's it is", async ({ id, path }) => {
    heard = []
    await pages(`${path}?`)
    for (const narrowing of ["holderId=somebody", "accountId=account-1"]) {
      if (operations.find((one) => one.id === id)?.parameters.some(({ name }) => narrowing.startsWith(name)) === true)
        await pages(`${path}?${narrowing}&`)
    }
    const database = new DatabaseSync(service.filename, { readOnly: true })
    const wrong = [...new Set(heard)]
      .filter((statement) => /^\s*SELECT/.test(statement) && !statement.startsWith(everybody))
      .flatMap((statement) => costly(database, statement).map((detail) => `${detail} in ${statement}`))
    database.close()
    assert.deepStrictEqual(wrong, [])
  })

  it("is not what it should be where a plan says so: a sort is found", () => {
    const database = new DatabaseSync(service.filename, { readOnly: true })
    assert.deepStrictEqual(costly(database, "SELECT * FROM row WHERE stream = ? ORDER BY body"), [
      "SCAN row",
      "USE TEMP B-TREE FOR ORDER BY"
    ])
    database.close()
  })
})

const money = { amount: 100, currency: "USD" }
const bodies: Readonly<Record<string, unknown>> = {
  purchases: { purchaseId: "p", merchantName: "Pebble Row", amount: money, status: "COMPLETED" },
  plans: {
    planId: "p",
    planType: "pay_in_n",
    amount: money,
    status: "ACTIVE",
    schedule: [{ installmentNumber: 1, dueDate: "2026-01-01", amountDue: money, state: "scheduled" }]
  },
  card: { transactionId: "t", status: "POSTED", amount: money, transactionTimestamp: "2026-01-01T00:00:00.000Z" },
  balance: { rowType: "entry", entryId: "e", entryType: "other", status: "BOOKED", amount: money },
  points: {
    rowType: "entry",
    entryId: "e",
    entryType: "earned",
    status: "CONFIRMED",
    points: 1,
    createdAt: "2026-01-01T00:00:00.000Z"
  },
  deliveries: { deliveryId: "d", carrier: "Heron Post", status: "DELIVERED" },
  profile: { profileId: "p" }
}
