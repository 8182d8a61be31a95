/** A live answer held against the map: each way it may have drifted is told by name, and a doubt is not a yes. */
import { assert, describe, it } from "vitest"
import { compare } from "../src/recording/compare.ts"
import type { Exchange } from "../src/recording/Exchange.ts"
import type { Recorded } from "../src/recording/Fixture.ts"
import { exchange, wire } from "./wire.ts"

const good = { id: "1", kind: "in", text: "x", parts: [{ amount: 1 }] }
const page = (...rows: ReadonlyArray<unknown>): Exchange => exchange({ entries: rows, next: "n" })
const entries = "GET /v1/accounts/{accountId}/entries"

const judged = (exchanges: ReadonlyArray<Exchange>, fixtures: ReadonlyArray<Recorded> = []) => {
  const { findings, notSeen, unjudged } = compare({ map: wire, stream: "balance", exchanges, fixtures })
  return {
    findings: findings.map(({ kind, path }) => `${kind} ${path}`.trim()),
    notSeen: notSeen.map(({ path }) => path),
    unjudged: unjudged.map(({ endpoint, why }) => `${endpoint}: ${why}`)
  }
}

const recorded = (...rows: ReadonlyArray<unknown>): Recorded => ({
  request: { method: "GET", path: "/v1/accounts/zzz-11/entries", query: [], headers: {} },
  answer: { status: 200, headers: {}, body: { json: { entries: rows } } }
})

describe("an answer", () => {
  it("as it was mapped is as it was mapped, absent optional fields included", () => {
    assert.deepEqual(judged([page(good, { id: "2", kind: "out" })]), { findings: [], notSeen: [], unjudged: [] })
  })

  const drifts: ReadonlyArray<readonly [string, Exchange, ReadonlyArray<string>]> = [
    ["without a required field", page({ id: "1" }), ["field_gone kind"]],
    ["without a required field deeper down", page({ ...good, parts: [{}] }), ["field_gone parts.amount"]],
    [
      "with a field nobody knows",
      page({ ...good, gift: 1, parts: [{ amount: 1, tax: 2 }] }),
      ["field_new parts.tax", "field_new gift"]
    ],
    ["with a field that may be somebody's name", page({ ...good, "rosalind@q.example": 1 }), ["field_new *"]],
    ["with a field beside the rows", exchange({ entries: [good], next: "n", total: 3 }), ["field_new $.total"]],
    ["without the cursor", exchange({ entries: [good] }), ["field_gone $.next"]],
    ["with a word nobody knows", page({ ...good, kind: "sideways" }), ["value_unknown kind"]],
    ["whose rows are elsewhere", exchange({ items: [good], next: "n" }), ["rows_gone entries"]],
    ["that is not JSON", exchange(undefined, {}, { text: "{", type: "application/json" }), ["rows_gone entries"]],
    ...[301, 307, 404, 405, 410].map((status): readonly [string, Exchange, ReadonlyArray<string>] => [
      `of ${status}`,
      exchange({}, {}, { status }),
      ["endpoint_moved"]
    ]),
    ["that is a page for people", exchange(undefined, {}, { text: "<p>", type: "text/html" }), ["endpoint_moved"]]
  ]
  for (const [name, answer, findings] of drifts) {
    it(`${name} is drift`, () => assert.deepEqual(judged([answer]).findings, findings))
  }

  it("of the session's own endpoint is judged with it", () => {
    const moved = exchange({}, { method: "POST", path: "/token" }, { status: 404 })
    assert.deepEqual(judged([moved, page(good)]).findings, ["endpoint_moved"])
  })

  for (const [name, exchanges] of [
    ["nobody gave", []],
    ["of an outage", [exchange({}, {}, { status: 503 })]],
    ["of a bot check", [exchange(undefined, {}, { status: 403, type: "text/html", text: "<p>" })]],
    ["without rows", [page()]]
  ] as const) {
    it(`${name} is neither as mapped nor drift`, () => {
      const { findings, unjudged } = judged(exchanges)
      assert.deepEqual(findings, [])
      assert.lengthOf(unjudged, 1)
      assert.include(unjudged[0], entries)
    })
  }
})

describe("beside a recording", () => {
  const { parts, text: _, ...bare } = good

  it("a field that every recorded row had is gone where no row has it", () => {
    assert.deepEqual(judged([page(bare)], [recorded(good, good)]).findings, ["field_gone text", "field_gone parts"])
  })

  it("one that some had is worth a look, and one that this page has somewhere is there", () => {
    const { findings, notSeen } = judged([page({ ...bare, parts })], [recorded(good, { ...bare, parts })])
    assert.deepEqual([findings, notSeen], [[], ["text"]])
    assert.deepEqual(judged([page(bare, good)], [recorded(good)]).findings, [])
  })
})

it("rows and cursors may stand deeper down, and a field beside them need not be there", () => {
  const [token, listed] = wire.endpoints
  assert.isDefined(listed)
  if (token === undefined || listed === undefined) return
  const envelope = [
    { path: "paging.next", required: true },
    { path: "paging.total", required: false }
  ]
  const map = { ...wire, endpoints: [token, { ...listed, rows: "data.entries", envelope }] }
  const told = (body: unknown) =>
    compare({ map, stream: "balance", exchanges: [exchange(body)] }).findings.map(({ kind, path }) => `${kind} ${path}`)
  assert.deepEqual(told({ data: { entries: [good] }, paging: { next: "n" } }), [])
  assert.deepEqual(told({ data: { entries: [good], more: 1 }, paging: { next: "n", size: 2 } }), [
    "field_new $.data.more",
    "field_new $.paging.size"
  ])
  assert.deepEqual(told({ data: { entries: [good] }, paging: {} }), ["field_gone $.paging.next"])
  assert.deepEqual(told({ entries: [good], paging: { next: "n" } }), ["rows_gone data.entries"])
})
