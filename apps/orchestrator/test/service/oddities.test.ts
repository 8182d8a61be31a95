/** Two thousand odd requests: none breaks the service, and every answer is as the description says. */
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { faultsOf, type Operation, operations } from "./Description.ts"
import { Oddities } from "./Oddities.ts"
import { type People, people } from "./People.ts"
import type { Answer } from "./Service.ts"

const requests = Number(process.env["PAYMIRROR_ODDITIES"] ?? 1000)

describe("the service", () => {
  let world: People
  beforeAll(async () => {
    world = await people()
  })
  afterAll(() => world.close())

  it("would be found out, were an answer another than the description says", async () => {
    const operation = operations.find(({ id }) => id === "getHolder")
    const key = await world.service.key()
    const right = await world.service.ask(`/v1/holders/${world.alex.holderId}`, { key })
    const refused = await world.service.ask("/v1/holders/nobody", { key })
    assert.deepStrictEqual([faultsOf(operation, right), faultsOf(operation, refused)], [[], []])
    const { holderId: _, ...lacking } = right.json as { readonly holderId: string }
    const planted: Readonly<Record<string, Answer>> = {
      "a field is missing": { ...right, json: lacking },
      "a field is of another kind": { ...right, json: { ...lacking, holderId: 7 } },
      "a status nobody declared": { ...right, status: 202 },
      "another media type": { ...right, headers: new Headers({ "content-type": "text/plain" }) },
      "a refusal that is no problem": { ...refused, headers: right.headers },
      "a problem of another status": { ...refused, status: 409 },
      "a problem without its type": { ...refused, json: { status: 404, title: "None" } }
    }
    for (const [what, answer] of Object.entries(planted)) assert.isNotEmpty(faultsOf(operation, answer), what)
  })

  it(`answers ${requests} odd requests as the description says, and breaks over none`, async () => {
    const keys = [
      await world.service.key(),
      await world.service.key({ holderId: world.alex.holderId }),
      "pmk_none",
      undefined
    ]
    const ids = [...world.alex.marks.slice(0, 5), ...Object.values(world.alex.rows), ...world.kim.marks.slice(0, 5)]
    const odd = new Oddities(20_261_128)
    const statuses = new Map<number, number>()
    const wrong: Array<string> = []
    const ask = async (operation: Operation) => {
      const { body, headers, url } = odd.request(operation, ids)
      const key = odd.pick(keys)
      const control = new AbortController()
      const response = await fetch(world.service.base + url, {
        method: operation.method,
        signal: control.signal,
        headers: { ...headers, ...(key !== undefined && { authorization: `Bearer ${key}` }) },
        ...(body !== undefined && { body })
      })
      const isEvents = response.headers.get("content-type")?.includes("event-stream") === true
      const text = isEvents ? "" : await response.text()
      if (isEvents) control.abort()
      const isJson = response.headers.get("content-type")?.includes("json") === true
      const json: unknown = isJson ? JSON.parse(text) : undefined
      const answer: Answer = { status: response.status, headers: response.headers, text, json }
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1)
      if (answer.status >= 500) wrong.push(`${operation.id}: a ${answer.status} for ${url} ${body ?? ""}`)
      for (const fault of faultsOf(operation, answer)) wrong.push(`${operation.id} ${answer.status}: ${fault}`)
    }
    const each = Math.ceil(requests / operations.length)
    for (let turn = 0; turn < each; turn++) await Promise.all(operations.map(ask))
    assert.deepStrictEqual([...new Set(wrong)], [])
    // Odd, and still of every kind.
    for (const status of [200, 201, 400, 401, 404]) assert.isAbove(statuses.get(status) ?? 0, 0, `no ${status}`)
    assert.isAbove(statuses.get(200) ?? 0, requests / 20)
  }, 120_000)
})
