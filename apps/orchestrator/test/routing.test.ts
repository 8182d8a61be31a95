/** Routing decides from facts alone, and says why. */
import { StreamName } from "@paymirror/core"
import type { Manifest } from "@paymirror/core"
import { assert, describe, it } from "vitest"
import { europeanMarkets } from "../src/Preference.ts"
import * as Routing from "../src/Routing.ts"

const manifest = (parts: Partial<Manifest.Manifest> & Pick<Manifest.Manifest, "id" | "route">): Manifest.Manifest => ({
  spec: "1",
  name: parts.id,
  provider: "klarna",
  markets: [],
  link: "prompt",
  maturity: "specified",
  hosts: [],
  streams: {},
  ...parts
})
const live: Manifest.StreamCapability = { live: "cursor", backfill: true }

const session = (id: string, market: string): Routing.Candidate => ({
  connector: id,
  missing: [],
  manifest: manifest({
    id,
    route: "session",
    markets: [market],
    maturity: "illustrative",
    streams: {
      purchases: live,
      plans: { ...live, via: "purchases" },
      card: live,
      balance: live,
      points: live,
      deliveries: live,
      profile: { live: "snapshot", backfill: false }
    }
  })
})
const bank = (market: string, parts: Partial<Routing.Candidate> = {}): Routing.Candidate => ({
  connector: "psd2",
  institution: `klarna-${market.toLowerCase()}`,
  missing: [],
  manifest: manifest({ id: "psd2", route: "psd2", markets: [market], streams: { balance: live } }),
  ...parts
})
const file: Routing.Candidate = {
  connector: "csv",
  missing: [],
  manifest: manifest({
    id: "csv",
    route: "export",
    provider: "",
    streams: { balance: { backfill: true }, card: { backfill: true }, purchases: { backfill: true } }
  })
}
const lacking = ["a licence", "a certificate"]

const registry = [session("klarna-us", "US"), bank("DE"), bank("SE"), bank("GB"), file]
const ask = (question: Partial<Routing.Question>) =>
  Routing.routes({ market: "DE", provider: "klarna", candidates: registry, ...question })
const of = (choices: ReadonlyArray<Routing.Choice>, stream: StreamName.StreamName): Routing.Choice => {
  const found = choices.find((choice) => choice.stream === stream)
  assert.isDefined(found)
  return found
}
const name = (chosen: Routing.Chosen | undefined): string | undefined => chosen && Routing.nameOf(chosen)

describe("a route", () => {
  const table: ReadonlyArray<
    readonly [market: string, stream: StreamName.StreamName, live: string | undefined, history: string | undefined]
  > = [
    ["US", "purchases", "klarna-us", "csv"],
    ["US", "plans", "klarna-us", "klarna-us"],
    ["US", "balance", "klarna-us", "csv"],
    ["US", "profile", "klarna-us", undefined],
    ["DE", "balance", "psd2 (klarna-de)", "psd2 (klarna-de)"],
    ["DE", "purchases", undefined, "csv"],
    ["DE", "points", undefined, undefined],
    ["SE", "balance", "psd2 (klarna-se)", "psd2 (klarna-se)"],
    ["GB", "balance", "psd2 (klarna-gb)", "psd2 (klarna-gb)"],
    ["GB", "card", undefined, "csv"],
    ["JP", "balance", undefined, "csv"],
    ["JP", "profile", undefined, undefined]
  ]
  for (const [market, stream, live, history] of table) {
    it(`to ${stream} in ${market} is ${live ?? "nobody"} live and ${history ?? "nobody"} for the past`, () => {
      const choice = of(ask({ market }), stream)
      assert.strictEqual(name(choice.live), live)
      assert.strictEqual(name(choice.history), history)
      assert.strictEqual(choice.gap === undefined, live !== undefined)
    })
  }

  const why = (
    question: Partial<Routing.Question>,
    stream: StreamName.StreamName,
    connector: string
  ): ReadonlyArray<string> =>
    of(ask(question), stream)
      .passedOver.filter((one) => Routing.nameOf(one) === connector)
      .map(({ reason }) => reason)

  it("says what was passed over, and why", () => {
    assert.deepStrictEqual(why({ market: "US" }, "balance", "psd2"), ["market_not_served"])
    assert.deepStrictEqual(why({ market: "DE" }, "balance", "klarna-us"), ["market_not_served"])
    const revolut = { ...bank("JP"), manifest: { ...bank("JP").manifest, provider: "revolut" } }
    assert.deepStrictEqual(why({ market: "JP", candidates: [...registry, revolut] }, "balance", "psd2"), [
      "market_not_served"
    ])
    assert.deepStrictEqual(why({ market: "DE" }, "purchases", "psd2 (klarna-de)"), ["not_by_law"])
    assert.deepStrictEqual(why({ market: "DE" }, "points", "csv"), ["no_such_stream"])
    assert.deepStrictEqual(why({ market: "US" }, "balance", "csv"), ["history_only"])
    const pounds = {
      ...file,
      manifest: { ...file.manifest, provider: "revolut", streams: { balance: { backfill: true } } }
    }
    const known = ask({ market: "JP", provider: "revolut", candidates: [...registry, revolut, pounds] })
    assert.strictEqual(name(of(known, "balance").history), "csv")
    assert.strictEqual(name(of(known, "purchases").history), undefined)
    const both = [...registry, session("klarna-eu", "DE")]
    assert.deepStrictEqual(why({ candidates: both }, "balance", "klarna-eu"), ["illustrative", "later"])
  })

  it("is not taken without a certificate and a licence, and says what else there is", () => {
    const candidates = [bank("DE", { missing: lacking }), file]
    const choice = of(ask({ candidates }), "balance")
    assert.strictEqual(choice.live, undefined)
    assert.strictEqual(name(choice.history), "csv")
    const refused = choice.passedOver.find((one) => one.connector === "psd2")
    assert.strictEqual(refused?.reason, "configuration")
    assert.include(refused?.why, "a licence")
    assert.include(refused?.why, "a certificate")
    assert.deepStrictEqual(refused?.for, ["live", "history"])
  })

  it("goes to the bank itself before an aggregator, and to the aggregator where the bank needs what is missing", () => {
    const through = bank("DE", { institution: "enable-klarna-de", aggregator: true })
    const choice = of(ask({ candidates: [through, bank("DE")] }), "balance")
    assert.strictEqual(name(choice.live), "psd2 (klarna-de)")
    assert.include(choice.passedOver.map((one) => one.why).join(), "nobody in between")
    const without = of(ask({ candidates: [through, bank("DE", { missing: lacking })] }), "balance")
    assert.strictEqual(name(without.live), "psd2 (enable-klarna-de)")
  })

  it("of a person is the one they linked; the better one is named as not linked", () => {
    const linked = [{ connectionId: "c1", connector: "klarna-eu", streams: ["balance" as const] }]
    const choice = of(ask({ candidates: [...registry, session("klarna-eu", "DE")], linked }), "balance")
    assert.strictEqual(name(choice.live), "klarna-eu")
    assert.strictEqual(choice.live?.connectionId, "c1")
    assert.strictEqual(choice.passedOver.find((one) => one.institution === "klarna-de")?.reason, "not_linked")
    const nobody = of(ask({ linked: [] }), "balance")
    assert.strictEqual(name(nobody.live), "psd2 (klarna-de)")
    assert.isUndefined(nobody.live?.connectionId)
  })

  it("counts a link only for the streams the person agreed to", () => {
    const linked = [{ connectionId: "c1", connector: "klarna-us", streams: ["card" as const] }]
    const choices = ask({ market: "US", linked })
    assert.strictEqual(of(choices, "card").live?.connectionId, "c1")
    assert.isUndefined(of(choices, "balance").live?.connectionId)
  })
})

describe("every route", () => {
  /** Repeatable pseudo-random numbers. */
  const random = (seed: number): ((below: number) => number) => {
    let state = seed
    return (below) => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff
      return state % below
    }
  }
  const markets = ["US", "GB", ...europeanMarkets, "JP", "ZZ"]
  const maturities = ["verified", "specified", "illustrative"] as const
  const kinds = ["session", "psd2", "export"] as const

  const arbitrary = (next: (below: number) => number): Routing.Question => {
    const candidates = Array.from({ length: next(8) }, (_, index): Routing.Candidate => {
      const route = kinds[next(3)] ?? "session"
      const streams = Object.fromEntries(
        StreamName.streamNames.flatMap((stream) =>
          next(2) === 0
            ? []
            : [[stream, { backfill: next(2) === 0, ...(next(2) === 0 ? { live: "cursor" as const } : {}) }]]
        )
      )
      return {
        connector: `c-${route}-${index}`,
        ...(route === "psd2" ? { institution: `bank-${index}` } : {}),
        missing: next(4) === 0 ? lacking : [],
        aggregator: next(2) === 0,
        manifest: manifest({
          id: `c-${index}`,
          route,
          streams,
          provider: ["klarna", "", "other"][next(3)] ?? "",
          markets: next(3) === 0 ? [] : [markets[next(markets.length)] ?? "US", "DE"],
          maturity: maturities[next(3)] ?? "verified"
        })
      }
    })
    const linked = candidates.flatMap((one, index) =>
      next(2) === 0
        ? []
        : [
            {
              connectionId: `l${index}`,
              connector: one.connector,
              institution: one.institution,
              streams: StreamName.streamNames.filter(() => next(2) === 0)
            }
          ]
    )
    const base = { market: markets[next(markets.length)] ?? "US", provider: "klarna", candidates }
    return next(2) === 0 ? base : { ...base, linked }
  }

  const thousands = Array.from({ length: 3000 }, (_, seed) => arbitrary(random(seed + 1)))

  it("has an answer for every stream, and never a connector that cannot read it there", () => {
    for (const question of thousands) {
      const choices = Routing.routes(question)
      assert.deepStrictEqual(
        choices.map(({ stream }) => stream),
        [...StreamName.streamNames]
      )
      for (const { gap, history, live, passedOver, stream } of choices) {
        assert.strictEqual(gap === undefined, live !== undefined)
        for (const chosen of [live, history]) {
          if (chosen === undefined) continue
          const found = question.candidates.find((one) => one.connector === chosen.connector)
          assert.isDefined(found?.manifest.streams[stream])
          assert.deepStrictEqual(found?.missing, [])
          assert.oneOf(found?.manifest.provider, ["", question.provider])
          assert.isTrue(found?.manifest.markets.length === 0 || found?.manifest.markets.includes(question.market))
          assert.isAbove(chosen.why.length, 0)
        }
        const livingManifest = question.candidates.find((one) => one.connector === live?.connector)?.manifest
        if (live !== undefined) assert.isDefined(livingManifest?.streams[stream]?.live)
        for (const one of passedOver) {
          assert.isAbove(one.why.length, 0)
          assert.isFalse(one.for.includes("live") && one.connector === live?.connector)
        }
        const named = new Set([live, history, ...passedOver].map((one) => one?.connector))
        for (const one of question.candidates) {
          if (["", question.provider].includes(one.manifest.provider)) assert.isTrue(named.has(one.connector))
        }
      }
    }
  })

  it("is the same whatever order the connectors are registered in", () => {
    for (const question of thousands) {
      const turned = { ...question, candidates: question.candidates.toReversed() }
      assert.deepStrictEqual(Routing.routes(turned), Routing.routes(question))
    }
  })
})

describe("two connections of one account", () => {
  const reader = (connectionId: string, candidate: Routing.Candidate, accountId: string): Routing.Reader => ({
    connectionId,
    connector: candidate.connector,
    institution: candidate.institution,
    streams: StreamName.streamNames,
    candidate,
    accounts: [{ accountId, market: "DE" }]
  })

  it("are not both read: the law's way is, the other is named", () => {
    const found = Routing.contested([
      reader("c-session", session("klarna-eu", "DE"), "a1"),
      reader("c-bank", bank("DE"), "a1")
    ])
    assert.deepStrictEqual(
      found.map(({ accountId, connectionId, instead, stream }) => ({ accountId, connectionId, instead, stream })),
      [{ accountId: "a1", stream: "balance", connectionId: "c-session", instead: "c-bank" }]
    )
    assert.isAbove(found[0]?.why.length ?? 0, 0)
  })

  it("do not disturb each other where their accounts differ", () => {
    const readers = [reader("c1", session("klarna-eu", "DE"), "a1"), reader("c2", bank("DE"), "a2")]
    assert.deepStrictEqual(Routing.contested(readers), [])
  })

  it("are told apart by age where all else is equal, whatever their order", () => {
    const readers = [reader("c1", bank("DE"), "a1"), reader("c2", bank("DE"), "a1"), reader("c3", bank("DE"), "a1")]
    for (const order of [readers, readers.toReversed()]) {
      assert.deepStrictEqual(
        Routing.contested(order).map((one) => one.instead),
        ["c3", "c3"]
      )
    }
  })
})
