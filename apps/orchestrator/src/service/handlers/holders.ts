/** The people of a tenant. A key that names one sees that person alone, and makes nobody. */
import { Api, CurrentCaller, Problem } from "@paymirror/api"
import { StreamName } from "@paymirror/core"
import { type Erasure, exportPerson } from "@paymirror/sync"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as SqlClient from "effect/sql/SqlClient"
import { erasePerson } from "../../erasePerson.ts"
import * as Cursor from "../Cursor.ts"
import * as Reading from "../Reading.ts"
import * as Tenants from "../Tenants.ts"

interface Query {
  readonly holderId?: string
  readonly reference?: string | undefined
  readonly after: readonly [createdAt: string, holderId: string]
  readonly limit: number
}

const find = ({ after: [createdAt, id], holderId, limit, reference }: Query) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const caller = yield* CurrentCaller
    return yield* sql<Tenants.Holder>`SELECT holder_id AS "holderId", reference, created_at AS "createdAt" FROM holder
      WHERE tenant_id = ${caller.tenantId} AND (created_at, holder_id) > (${createdAt}, ${id})
        ${caller.holderId === undefined ? sql.literal("") : sql`AND holder_id = ${caller.holderId}`}
        ${holderId === undefined ? sql.literal("") : sql`AND holder_id = ${holderId}`}
        ${reference === undefined ? sql.literal("") : sql`AND reference = ${reference}`}
      ORDER BY created_at, holder_id LIMIT ${limit}`
  }).pipe(Effect.orDie)

const visible = ({ holderId }: { readonly holderId: string }) =>
  Effect.flatMap(find({ holderId, after: ["", ""], limit: 1 }), ([row]) =>
    row === undefined ? Effect.fail(new Problem.NotFound()) : Effect.succeed(row)
  )

const nothingHeld = Effect.fail(new Problem.NotFound({ detail: "Nothing is held of this person." }))

const receiptOf = ({ accounts, at, connections, erasureId, kept, others, streams }: Erasure.Receipt) => ({
  receiptId: erasureId,
  at,
  erased: { ...streams, accounts, connections, ...others },
  kept
})

export const holders = HttpApiBuilder.group(Api, "holders", (handlers) =>
  handlers.handleAll({
    listHolders: ({ query: { cursor, limit = Cursor.defaultLimit, reference } }) =>
      Effect.gen(function* () {
        const [createdAt = "", id = ""] = yield* Cursor.read(cursor)
        const rows = yield* find({ reference, after: [String(createdAt), String(id)], limit: limit + 1 })
        const page = Cursor.page(
          rows,
          limit,
          (row) => [row.createdAt, row.holderId],
          (row) => row
        )
        yield* Reading.note(page.items)
        return page
      }),
    createHolder: ({ payload: { reference } }) =>
      Effect.gen(function* () {
        const { holderId, tenantId } = yield* CurrentCaller
        if (holderId !== undefined) {
          return yield* new Problem.Conflict({
            detail: "This key is bound to one person and names no other. Use a key of the tenant's own."
          })
        }
        const named = yield* Effect.orDie(Tenants.holderOf(tenantId, reference))
        yield* Reading.note([named])
        return named
      }),
    getHolder: ({ params }) => Effect.tap(visible(params), (row) => Reading.note([row])),
    exportHolder: ({ params }) =>
      Effect.gen(function* () {
        const { holderId } = yield* visible(params)
        const lines = yield* Stream.runCollect(exportPerson(holderId)).pipe(
          Effect.catchTag("NoSuchHolder", () => nothingHeld),
          Effect.catchTag(["SqlError", "SealError"], Effect.die)
        )
        yield* Reading.note([{ holderId }], StreamName.streamNames)
        return HttpServerResponse.text(lines.join(""), { contentType: "application/json" })
      }),
    eraseHolder: ({ params }) =>
      Effect.gen(function* () {
        const { holderId } = yield* visible(params)
        const { keyId, tenantId } = yield* CurrentCaller
        const receipt = yield* erasePerson(holderId, {
          by: `key:${keyId}`,
          purpose: "api",
          tenant: tenantId,
          route: "DELETE /v1/holders/:holderId",
          // Rebuilding the file takes as long as it is large, and nobody is answered meanwhile.
          scrub: "later"
        }).pipe(Effect.catch((error) => (error._tag === "NoSuchHolder" ? nothingHeld : Effect.die(error))))
        return receiptOf(receipt)
      })
  })
)
