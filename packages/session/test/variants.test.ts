/** Providers that do one thing otherwise than most: what they state as data is what is asked and understood. */
import { assert, describe, it } from "@effect/vitest"
import type { Link } from "@paymirror/core"
import { cursor, type Feed, feed, layer, numbered, type Provider as Stated, whole } from "@paymirror/session"
import { instant } from "@paymirror/session/translation"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as SchemaTransformation from "effect/SchemaTransformation"
import * as Api from "./Acme/Api.ts"
import { provider as acme } from "./Acme/read.ts"
import * as Translate from "./Acme/translate.ts"
import { entry, type Hook, json, order, type Row } from "./Provider.ts"
import { checkpoints, cursors, fresh, ids, read, run, upserts, withProvider } from "./Reading.ts"

const rows = [1, 2, 3].map((number) => order(number))
const orders = { path: "/v1/orders", rows: "orders", schema: Api.Order, translate: Translate.order }

/** Acme whose orders are read otherwise. */
const reading = (purchasesFeed: Feed, live: "cursor" | "snapshot" = "cursor"): Stated => {
  const { plans, purchases, ...streams } = acme.manifest.streams
  return {
    ...acme,
    manifest: {
      ...acme.manifest,
      streams: {
        ...streams,
        ...(purchases !== undefined && { purchases: { ...purchases, live } }),
        ...(plans !== undefined && { plans: { ...plans, live } })
      }
    },
    feeds: { ...acme.feeds, purchases: purchasesFeed }
  }
}

const serves =
  (answer: (query: URLSearchParams) => Row): Hook =>
  ({ path, query }, response) =>
    path === "/v1/orders" && (json(response, 200, answer(query)), true)

describe("a list by the number of its page", () => {
  const provider = reading(
    feed({ ...orders, paging: numbered({ parameter: "p", first: 0, size: "per_page" }) }),
    "snapshot"
  )
  const page = (query: URLSearchParams): Row => {
    const from = Number(query.get("p")) * Number(query.get("per_page"))
    return { orders: rows.slice(from, from + Number(query.get("per_page"))) }
  }

  it.live("is read to its empty page, and from its beginning on every run", () =>
    withProvider((far) =>
      Effect.gen(function* () {
        far.hook = serves(page)
        const options = { baseUrl: far.url, pageSize: 2, provider }
        const first = yield* read(options)
        assert.isUndefined(first.error)
        assert.deepStrictEqual(ids(first.events), ["o_1", "o_1:plan", "o_2", "o_2:plan", "o_3", "o_3:plan"])
        assert.deepStrictEqual(
          far.to("/v1/orders").map(({ query }) => query.toString()),
          ["p=0&per_page=2", "p=1&per_page=2", "p=2&per_page=2"]
        )
        const [checkpoint = ""] = checkpoints(first.events)
        const again = yield* read(options, { checkpoint })
        assert.deepStrictEqual(ids(again.events), ids(first.events))
      })
    )
  )

  it.live("that is the same on every number is incomplete, never done", () =>
    withProvider((far) => {
      far.hook = serves(() => ({ orders: rows.slice(0, 2) }))
      return Effect.map(read({ baseUrl: far.url, pageSize: 2, provider }), ({ error }) => {
        assert.match(error?.message ?? "", /incomplete/)
        assert.isBelow(far.asked.length, 16)
      })
    })
  )
})

describe("a list in one answer", () => {
  const provider = reading(
    feed({
      ...orders,
      paging: whole({ namesAllPending: true }),
      translate: (wire) => [
        {
          _tag: "Upsert",
          stream: "purchases",
          id: wire.id,
          row: { ...row, purchaseId: wire.id },
          pending: wire.id !== "o_1"
        }
      ]
    }),
    "snapshot"
  )
  const row = { merchantName: "Alder & Ash", amount: { amount: 1, currency: "USD" }, status: "OPEN" } as const

  it.live("is asked for once, and says which rows are pending now", () =>
    withProvider((far) => {
      far.hook = serves(() => ({ orders: rows }))
      return Effect.map(read({ baseUrl: far.url, provider }), ({ error, events }) => {
        assert.isUndefined(error)
        assert.deepStrictEqual(
          far.asked.map(({ query }) => query.toString()),
          [""]
        )
        assert.deepStrictEqual(events.slice(-2), [
          { _tag: "PendingSnapshot", stream: "purchases", ids: ["o_2", "o_3"] },
          { _tag: "Checkpoint", checkpoint: '{"feed":"purchases"}' }
        ])
      })
    })
  )

  it.live("says nothing of what is pending where a row of it could not be read", () =>
    withProvider((far) => {
      far.hook = serves(() => ({ orders: [...rows.slice(0, 2), { id: "o_3" }] }))
      return Effect.map(read({ baseUrl: far.url, provider }), ({ events }) => {
        assert.deepStrictEqual(ids(events), ["o_1", "o_2"])
        assert.notInclude(
          events.map(({ _tag }) => _tag),
          "PendingSnapshot"
        )
      })
    })
  )
})

describe("a list whose last page has no cursor", () => {
  const provider = reading(
    feed({
      ...orders,
      rows: "data.orders",
      query: { view: "all" },
      alongside: ["data.total"],
      paging: cursor({ parameter: "after", next: "data.page.next", size: false, ends: "absent" })
    })
  )
  const page = (query: URLSearchParams): Row => {
    const from = Number(query.get("after") ?? 0)
    const next = from + 1 < rows.length ? String(from + 1) : null
    return { data: { orders: rows.slice(from, from + 1), page: { next }, total: 3, mood: "sunny" } }
  }

  it.live("ends there, and the next run asks for that page again and for no other", () =>
    withProvider((far) =>
      Effect.gen(function* () {
        far.hook = serves(page)
        const first = yield* read({ baseUrl: far.url, provider })
        assert.isUndefined(first.error)
        assert.strictEqual(ids(first.events).length, 6)
        assert.deepStrictEqual(cursors(first.events), ["1", "2", "2"])
        assert.deepStrictEqual(
          far.to("/v1/orders").map(({ query }) => query.toString()),
          ["view=all", "view=all&after=1", "view=all&after=2"]
        )
        const again = yield* read(
          { baseUrl: far.url, provider },
          { checkpoint: checkpoints(first.events).at(-1) ?? "" }
        )
        assert.deepStrictEqual(ids(again.events), ["o_3", "o_3:plan"])
      })
    )
  )

  it.live("is known by what the feed names beside its rows, and by nothing else", () =>
    withProvider((far) => {
      far.hook = serves(page)
      return Effect.map(read({ baseUrl: far.url, provider }), ({ events }) => {
        const drift = events.flatMap((event) => (event._tag === "Drift" ? [event.path] : []))
        assert.deepStrictEqual([...new Set(drift)], ["$.data.mood"])
      })
    })
  )

  it.live("and no other page, is read from its beginning again, and every page of it is kept as a place", () =>
    withProvider((far) =>
      Effect.gen(function* () {
        far.hook = serves(() => ({ data: { orders: rows } }))
        const first = yield* read({ baseUrl: far.url, provider })
        assert.deepStrictEqual(cursors(first.events), [undefined])
        far.hook = serves(page)
        const checkpoint = checkpoints(first.events).at(-1) ?? ""
        const again = yield* read({ baseUrl: far.url, provider }, { checkpoint })
        assert.deepStrictEqual(cursors(again.events), ["1", "2", "2"])
      })
    )
  )

  it.live("ends in a checkpoint also where that page was served before", () =>
    withProvider((far) => {
      far.hook = serves((query) =>
        query.has("after")
          ? { data: { orders: rows.slice(0, 1) } }
          : { data: { orders: rows.slice(1, 2), page: { next: "1" } } }
      )
      return Effect.map(read({ baseUrl: far.url, provider }), ({ events }) => {
        assert.deepStrictEqual(ids(events), ["o_2", "o_2:plan", "o_1", "o_1:plan"])
        assert.strictEqual(events.at(-1)?._tag, "Checkpoint")
        assert.deepStrictEqual(cursors(events), ["1", "1"])
      })
    })
  )
})

it.live("a list that comes newest first keeps its place all the same", () =>
  withProvider((far) => {
    const newest = rows.toReversed()
    far.hook = serves((query) => {
      const from = Number(query.get("updated_after") ?? 0)
      return { orders: newest.slice(from, from + 1), next_cursor: String(Math.min(from + 1, 3)) }
    })
    const provider = reading(feed({ ...orders, paging: cursor({ ordered: false }) }))
    return Effect.map(read({ baseUrl: far.url, provider }), ({ error, events }) => {
      assert.isUndefined(error)
      assert.deepStrictEqual(cursors(events), ["1", "2", "3", "3"])
    })
  })
)

describe("the calls of a session", () => {
  const provider: Stated = {
    ...acme,
    auth: {
      refresh: "/oauth/token",
      revoke: "/oauth/revoke",
      device: false,
      body: "form",
      names: { refreshToken: "token" },
      fixed: { grant_type: "refresh_token" },
      answer: { accessToken: "session.bearer", expiresIn: "session.ttl", refreshToken: "session.next" }
    },
    refusals: { field: "error.code", ended: ["SESSION_OVER"] }
  }
  const grant = Redacted.make(JSON.stringify({ refreshToken: "refresh-secret-0" }))
  const entered: Link.LinkInput = {
    answer: { _tag: "Entered", values: { refresh_token: Redacted.make("refresh-secret-0") } },
    state: "hand-over"
  }
  const renews: Hook = ({ path }, response) =>
    path === "/oauth/token" &&
    (json(response, 200, { session: { bearer: "access-secret-0", ttl: 60, next: "refresh-secret-1" } }), true)

  it.live("are spelled as the provider spells them, and a session without a device asks for none", () =>
    withProvider((far) =>
      Effect.gen(function* () {
        far.hook = renews
        const options = { baseUrl: far.url, provider }
        const prompt = yield* run(options, (connector) => connector.link({ answer: { _tag: "Start" }, state: "" }))
        assert.deepStrictEqual(prompt._tag === "Prompt" && prompt.fields.map(({ name }) => name), ["refresh_token"])
        const step = yield* run(options, (connector) => connector.link(entered))
        if (step._tag !== "Linked") return assert.fail(step._tag)
        const [asked] = far.to("/oauth/token")
        assert.strictEqual(asked?.headers["content-type"], "application/x-www-form-urlencoded")
        assert.strictEqual(asked?.body, "grant_type=refresh_token&token=refresh-secret-0")
        const kept = JSON.parse(Redacted.value(step.grant))
        assert.deepInclude(kept, { refreshToken: "refresh-secret-1", accessToken: "access-secret-0" })
        assert.notProperty(kept, "deviceId")
        assert.isUndefined((yield* read(options, { grant: step.grant })).error)
      })
    )
  )

  for (const [call, held] of [
    ["renewal", grant],
    ["read", fresh]
  ] as const) {
    it.live(`are over when a ${call} is refused in the provider's words`, () =>
      withProvider((far) => {
        far.hook = (_, response) => (json(response, 403, { error: { code: "SESSION_OVER" } }), true)
        return Effect.map(read({ baseUrl: far.url, provider }, { grant: held, stream: "profile" }), ({ error }) => {
          assert.strictEqual(error?.reason._tag, "ConsentRequired")
          assert.strictEqual(far.asked.length, 1)
        })
      })
    )
  }

  it.live("are not made for a grant that lacks the device it should be bound to", () =>
    withProvider((far) =>
      Effect.map(read({ baseUrl: far.url }, { grant }), ({ error }) => {
        assert.strictEqual(error?.reason._tag, "ConsentRequired")
        assert.strictEqual(far.asked.length, 0)
      })
    )
  )
})

describe("a schema", () => {
  const Shop = Schema.Union([
    Schema.Struct({ kind: Schema.Literal("online"), url: Schema.String }),
    Schema.Struct({ kind: Schema.Literal("store"), city: Schema.String })
  ])
  const Order = Schema.Struct({
    id: Schema.String,
    dollars: Schema.Finite.pipe(
      Schema.decodeTo(
        Schema.Int,
        SchemaTransformation.transform({ decode: (dollars) => dollars * 100, encode: (cents) => cents / 100 })
      )
    ),
    shop: Shop,
    labels: Schema.Record(Schema.String, Schema.String),
    updated_at: Schema.String
  })
  const provider = {
    ...acme,
    feeds: {
      ...acme.feeds,
      purchases: feed({
        path: "/v1/orders",
        rows: "orders",
        schema: Order,
        translate: ({ dollars, id, updated_at }) => {
          const amount = { amount: dollars, currency: "USD" }
          const version = instant(updated_at)
          const row = { purchaseId: id, merchantName: "Halyard", amount, status: "OPEN" } as const
          return [{ _tag: "Upsert", stream: "purchases", id, row, ...(version !== undefined && { version }) }]
        }
      })
    }
  }

  it.live("that transforms is decoded, and a field of any of its forms is known", () =>
    withProvider((far) => {
      const wire = { dollars: 40, labels: { gift: "yes" }, updated_at: "2026-06-01T08:00:00Z" }
      const served = [
        { ...wire, id: "o_1", shop: { kind: "online", url: "https://shop.example" } },
        { ...wire, id: "o_2", shop: { kind: "store", city: "Umea", floor: 2 } },
        { ...wire, id: "o_3", shop: { kind: "store", city: "Umea" }, dollars: "many" }
      ]
      far.hook = serves((query) => ({ orders: query.has("updated_after") ? [] : served, next_cursor: "x" }))
      return Effect.map(read({ baseUrl: far.url, provider }), ({ error, events }) => {
        assert.isUndefined(error)
        assert.deepStrictEqual(
          upserts(events).map(({ row }) => "amount" in row && row.amount.amount),
          [4000, 4000]
        )
        assert.deepInclude(
          events.find((event) => event._tag === "Quarantined"),
          { reason: "cannot be read at dollars", locator: { id: "o_3" } }
        )
        assert.deepStrictEqual(
          events.flatMap((event) => (event._tag === "Drift" ? [event.path] : [])),
          ["shop.floor"]
        )
      })
    })
  )
})

describe("a word nobody has listed", () => {
  const served = (more: Row): Row => ({ ...order(1), ...more })
  const told = (row: Row) =>
    withProvider((far) => {
      far.hook = serves((query) => ({ orders: query.has("updated_after") ? [] : [row], next_cursor: "x" }))
      return Effect.map(read({ baseUrl: far.url }), ({ events }) =>
        events.flatMap((event) =>
          event._tag === "Quarantined"
            ? [event.reason]
            : event._tag === "Drift"
              ? [`${event.kind} ${event.path} ${event.count}`]
              : []
        )
      )
    })

  it.live("sets the row aside where its meaning hangs on it, and is counted once for each place", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* told(served({ state: "snoozed" })), [
        "state has a value that is not known",
        "unknown_value state 1"
      ])
      const payments = ["snoozed", "dozing"].map((state) => ({ due: "2026-06-08", cents: 1, state }))
      assert.deepStrictEqual(yield* told(served({ payments })), [
        "payments.state has a value that is not known",
        "unknown_value payments.state 2"
      ])
    })
  )

  it.live("is not what a field of another kind holds", () =>
    Effect.map(told(served({ state: 7 })), (events) => assert.deepStrictEqual(events, ["cannot be read at state"]))
  )

  it.live("is done without where the field is open, and counted all the same", () =>
    withProvider((far) => {
      far.entries.places = []
      far.entries.push(entry(1, { kind: "gift" }))
      return Effect.map(read({ baseUrl: far.url }, { stream: "balance" }), ({ events }) => {
        assert.deepStrictEqual(
          events.filter(({ _tag }) => _tag === "Drift").map((event) => ({ ...event })),
          [{ _tag: "Drift", stream: "balance", kind: "unknown_value", path: "kind", count: 1 }]
        )
        assert.deepInclude(upserts(events)[0]?.row, { entryType: "other", providerType: "gift" })
      })
    })
  )
})

describe("a moment", () => {
  it.live("without its zone is not guessed at: the row is set aside", () =>
    withProvider((far) => {
      const row = { ...order(1), ordered_at: "2026-06-01T08:00:00" }
      far.hook = serves((query) => ({ orders: query.has("updated_after") ? [] : [row], next_cursor: "x" }))
      return Effect.map(read({ baseUrl: far.url }), ({ events }) =>
        assert.deepInclude(
          events.find(({ _tag }) => _tag === "Quarantined"),
          { reason: "cannot be read at ordered_at", locator: { id: "o_1" } }
        )
      )
    })
  )
})

describe("a provider that contradicts itself", () => {
  const { profile, ...fewer } = acme.feeds
  for (const [what, provider] of [
    ["a stream without a feed", { ...acme, feeds: fewer }],
    ["a feed without a stream", { ...acme, manifest: { ...acme.manifest, streams: {} } }],
    ["a stream by way of another", { ...acme, feeds: { ...acme.feeds, plans: "balance" } }],
    ["a stream by way of nothing", { ...acme, feeds: { plans: "purchases", profile } }],
    ["a snapshot that is read by a cursor", { ...acme, paging: whole() }]
  ] as ReadonlyArray<readonly [string, Stated]>) {
    it(`is refused before anything is sent: ${what}`, () => {
      assert.throws(() => layer(provider), TypeError, "the manifest and the feeds differ")
    })
  }
})
