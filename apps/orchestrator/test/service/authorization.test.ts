/** Nobody sees what is not theirs, over every route there is. */
import { createServer } from "node:http"
import { once } from "node:events"
import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { operations } from "./Description.ts"
import { type Callers, callers, check } from "./Matrix.ts"
import { makers } from "./makers.ts"
import { type People, people } from "./People.ts"

/** Operations that tell of people. */
const personal = operations.filter(({ group, secured }) => secured && group !== "webhooks")

describe("over every route", () => {
  let world: People
  let by: Callers
  beforeAll(async () => {
    world = await people()
    by = await callers(world)
  })
  afterAll(() => world.close())

  it("what is somebody else's cannot be told from what nobody has, and no key that is over opens anything", async () => {
    const { asked, wrong } = await check(world, by)
    assert.deepStrictEqual(wrong, [])
    assert.isAbove(asked, 1000)
  }, 240_000)

  it("the matrix has every route, and no route that is none", () => {
    const known = new Set(operations.map(({ id }) => id))
    const built = operations.filter((one) => one.secured).map(({ id }) => id)
    assert.deepStrictEqual(
      built.filter((id) => makers[id] === undefined),
      []
    )
    assert.deepStrictEqual(
      Object.keys(makers).filter((id) => !known.has(id)),
      []
    )
  })

  it("every read leaves a line with its door and whose it was before it is answered", async () => {
    const count = Effect.flatMap(
      SqlClient.SqlClient,
      (sql) => sql<{ n: number; route: string; accounts: string }>`
        SELECT seq AS n, route, accounts FROM access_log ORDER BY seq DESC LIMIT 1`
    )
    for (const operation of personal.filter((one) => one.method === "GET")) {
      const before = (await world.service.run(count))[0]?.n ?? 0
      const made = (await makers[operation.id]?.(world.alex, world)) ?? {}
      const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => made.params?.[name] ?? "")
      const response = await fetch(`${world.service.base}${path}?${new URLSearchParams(made.query).toString()}`, {
        headers: { authorization: `Bearer ${by.tenant}` }
      })
      assert.strictEqual(response.status, 200, operation.id)
      const after = (await world.service.run(count))[0]
      await response.body?.cancel()
      assert.strictEqual(after?.n, before + 1, operation.id)
      assert.strictEqual(after?.route, `GET ${operation.path.replaceAll(/\{(\w+)\}/g, ":$1")}`)
      if (operation.group === "streams")
        assert.deepStrictEqual(JSON.parse(after?.accounts ?? ""), [world.alex.accountId])
    }
  })

  describe("a planted leak is found:", () => {
    /** A front that forwards, and swaps the caller's key where it is told to. */
    const leaking = async (swap: (url: string, key: string | undefined) => string | undefined) => {
      const server = createServer((request, response) => {
        const given = request.headers.authorization?.replace("Bearer ", "")
        const key = swap(request.url ?? "", given) ?? given
        void fetch(world.service.base + (request.url ?? ""), {
          method: request.method ?? "GET",
          headers: key === undefined ? {} : { authorization: `Bearer ${key}` }
        }).then(async (answer) => {
          const headers = { "content-type": answer.headers.get("content-type") ?? "" }
          response.writeHead(answer.status, headers).end(await answer.text())
        })
      })
      server.listen(0, "127.0.0.1")
      await once(server, "listening")
      const address = server.address()
      const base = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`
      return { base, close: () => server.close() }
    }
    const found = async (id: string, swap: (url: string, key: string | undefined) => string | undefined) => {
      const front = await leaking(swap)
      const { wrong } = await check(world, by, { base: front.base, only: (one) => one.id === id })
      front.close()
      return wrong
    }

    it("one route that looks a thing up by its id alone", async () => {
      const wrong = await found("getAccount", (_, key) => (key === by.otherTenant ? by.owner : undefined))
      assert.include(wrong, "getAccount by another tenant: somebody else's data is in the answer")
    })

    it("a list that forgets whose it is", async () => {
      const wrong = await found("listPurchases", (url, key) =>
        key === by.otherPerson && !url.includes("accountId") ? by.tenant : undefined
      )
      assert.deepStrictEqual(wrong, ["listPurchases by another person: somebody else's data is in the list"])
    })

    it("a revoked key that is still good for something", async () => {
      const wrong = await found("getHolder", (_, key) => (key === by.revoked ? by.owner : undefined))
      assert.include(wrong, "getHolder by a revoked key: 200 instead of 401")
    })
  })
})
