/**
 * `apiLimit <database>`: installments by due date with `node:http` and nothing else, over the service's own SQL. It looks
 * the key up, writes the same line of the access log (those that come together share a commit, as the service's do), and
 * trusts its caller in everything: no check of the query, no limit of the rate, no schema.
 */
import { createHash } from "node:crypto"
import { createServer, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { DatabaseSync } from "node:sqlite"
import { keyOf, listOf, lines, pragmas } from "../ApiSql.ts"

const [filename = ""] = process.argv.slice(3)
const database = new DatabaseSync(filename)
database.exec(pragmas)
const find = database.prepare(listOf)
const whose = database.prepare(keyOf)
const statements = Object.fromEntries(Object.entries(lines).map(([name, sql]) => [name, database.prepare(sql)])) as {
  readonly [Name in keyof typeof lines]: ReturnType<DatabaseSync["prepare"]>
}

interface Row {
  readonly row: number
  readonly number: number
  readonly dueDate: string
  readonly accountId: string
  readonly holderId: string
  readonly body: string
  readonly version: string | null
  readonly pending: number
  readonly origin: string
  readonly connector: string
  readonly consentId: string
  readonly readAt: string
}

interface Plan {
  readonly planId: string
  readonly purchaseId?: string
  readonly merchantName?: string
  readonly schedule: ReadonlyArray<{ readonly installmentNumber: number }>
}

const item = (found: Row) => {
  const plan = JSON.parse(found.body) as Plan
  return {
    accountId: found.accountId,
    planId: plan.planId,
    purchaseId: plan.purchaseId,
    merchantName: plan.merchantName,
    ...plan.schedule.find((one) => one.installmentNumber === found.number),
    provenance: {
      connector: found.connector,
      consentId: found.consentId,
      readAt: found.readAt,
      origin: found.origin,
      ...(found.version !== null && { version: found.version }),
      pending: found.pending === 1
    }
  }
}

const sha256 = (text: string, encoding: "base64url" | "hex"): string =>
  createHash("sha256").update(text).digest(encoding)

let waiting: Array<{ readonly rows: ReadonlyArray<Row>; readonly keyId: string; readonly answer: () => void }> = []

/** One transaction for all that came together. */
const flush = (): void => {
  const all = waiting
  waiting = []
  database.exec("BEGIN IMMEDIATE")
  let { hash, seq } = (statements.head.get() ?? { hash: "0".repeat(64), seq: 0 }) as { hash: string; seq: number }
  for (const { keyId, rows } of all) {
    seq += 1
    const holders = [...new Set(rows.map(({ holderId }) => holderId))]
    const line = [
      seq,
      new Date().toISOString(),
      `key:${keyId}`,
      "read",
      "api",
      "local",
      JSON.stringify(holders),
      JSON.stringify([...new Set(rows.map(({ accountId }) => accountId))]),
      `["plans"]`,
      "GET /v1/installments",
      rows.length
    ]
    hash = sha256(`${hash}\n${JSON.stringify(line)}`, "hex")
    statements.line.run(...line, hash)
    for (const holder of holders) statements.holder.run(holder, seq)
  }
  statements.end.run(seq, hash, "")
  database.exec("COMMIT")
  for (const { answer } of all) answer()
}

const answer = (response: ServerResponse, body: string): void => {
  response.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(body) })
  response.end(body)
}

const server = createServer((request, response) => {
  const { searchParams } = new URL(request.url ?? "/", "http://localhost")
  const [keyId = "", ...secret] = (request.headers.authorization ?? "").slice("Bearer pmk_".length).split("_")
  const key = whose.get(keyId, new Date().toISOString()) as { readonly hash: string } | undefined
  if (key?.hash !== sha256(secret.join("_"), "base64url")) return void response.writeHead(401).end()
  const limit = Number(searchParams.get("limit") ?? 100)
  const cursor = searchParams.get("cursor")
  const [day = "", row = 0, number = 0] = (
    cursor === null ? [] : JSON.parse(Buffer.from(cursor, "base64url").toString())
  ) as [string?, number?, number?]
  const found = find.all(1, day, row, number, 1, limit + 1) as unknown as ReadonlyArray<Row>
  const rows = found.slice(0, limit)
  const last = found.length > limit ? rows.at(-1) : undefined
  const next =
    last === undefined
      ? undefined
      : Buffer.from(JSON.stringify([last.dueDate, last.row, last.number])).toString("base64url")
  const body = JSON.stringify({ items: rows.map(item), nextCursor: next })
  if (waiting.length === 0) setImmediate(flush)
  waiting.push({ rows, keyId, answer: () => answer(response, body) })
})
server.listen(0, "127.0.0.1", () => {
  const { port } = server.address() as AddressInfo
  console.log(port)
})
