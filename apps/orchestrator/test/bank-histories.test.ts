/**
 * A bank over real HTTPS, the connector as it is published, the engine and a file: what the mirror holds in the end is
 * the bank's own book, and a balance that is true never reads as a gap while nothing is missing.
 */
import { Connector, type Link, type Row } from "@paymirror/core"
import * as Psd2 from "@paymirror/connector-psd2"
import * as Certified from "@paymirror/connector-psd2/node"
import { BankSandbox, type RunningBanks } from "@paymirror/sandbox"
import * as Sync from "@paymirror/sync"
import * as Sqlite from "@paymirror/sync/sqlite"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import * as HttpClient from "effect/http/HttpClient"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { BankHistory, line } from "./BankHistory.ts"

const histories = Number(process.env["HISTORIES"] ?? 8)
const first = Number(process.env["FIRST_HISTORY"] ?? 1)

const presence = { ipAddress: "203.0.113.7" }
const licence = "PSDSE-FINA-123456"
const bankId = "nordbank-de"

const folder = mkdtempSync(join(tmpdir(), "paymirror-"))
const mirror = ManagedRuntime.make(
  Sync.layer().pipe(
    Layer.provideMerge(Sync.Seal.layer(Redacted.make(new Uint8Array(32).fill(7)))),
    Layer.provideMerge(Sqlite.layer({ filename: join(folder, "mirror.db") }))
  )
)
let town: RunningBanks & { readonly close: () => Promise<void> }
let wire: ManagedRuntime.ManagedRuntime<HttpClient.HttpClient, never>
let transport: NonNullable<Psd2.Credentials["transport"]>

beforeAll(async () => {
  town = await BankSandbox.start({ institutions: [bankId] })
  const { cert, key } = await town.certificates.qwac({ organizationId: licence, roles: ["PSP_AI"] })
  transport = { certificate: cert, key: Redacted.make(key), ca: town.certificates.ca }
  wire = ManagedRuntime.make(Certified.layer({ transport }))
})
afterAll(async () => {
  await wire.dispose()
  await mirror.dispose()
  await town.close()
  rmSync(folder, { recursive: true, force: true })
})

/** The connector of the bank, with its habits. */
const connectorOf = (http: HttpClient.HttpClient, { manners }: BankHistory) =>
  Psd2.layer({
    institution: {
      id: bankId,
      name: "Nordbank",
      provider: "nordbank",
      market: "DE",
      legalEntity: "Nordbank AG",
      maturity: "specified",
      dialect: "berlin",
      version: "1.3",
      approval: "redirect",
      ids: manners.ids === "positional" ? "entryReference" : "transactionId",
      history: { days: 730, freshMinutes: 5 },
      consent: { maxDays: 180 },
      budget: { reads: 4, hours: 24 },
      quirks: manners.parties ? {} : { signs: "signed" }
    },
    baseUrl: town.baseUrl(bankId),
    redirectUrl: "https://reader.example/back",
    credentials: { licence, transport },
    backoff: "1 millis"
  }).pipe(Layer.provide(Layer.succeed(HttpClient.HttpClient, http)))

const linked = Effect.fn(function* (history: BankHistory, seed: number) {
  const connector = yield* Connector.Connector
  let step: Link.LinkStep<Connector.SealedGrant> = yield* connector.link({
    answer: { _tag: "Start" },
    state: "",
    presence
  })
  for (let turn = 0; turn < 4 && step._tag === "Redirect"; turn += 1) {
    const { state, url } = step
    const back = yield* Effect.promise(() => town.visit(url, { customer: history.customer }))
    step = yield* connector.link({ answer: { _tag: "Redirected", url: back }, state, presence })
  }
  if (step._tag !== "Linked") return yield* Effect.die(`link ended in ${step._tag}`)
  return yield* (yield* Sync.Connections).store(step, {
    holderId: `holder-${seed}`,
    streams: ["balance"],
    purpose: "test",
    notice: { text: "…", version: "1", language: "en" },
    expiresAt: "2999-01-01T00:00:00.000Z"
  })
})

/** Standing rows as the bank's book has them. */
const linesOf = (accountId: string) =>
  Effect.map(Sync.Mirror.rows({ stream: "balance", accountId, limit: 100_000 }), (rows) => {
    const booked: Array<string> = []
    const pending: Array<string> = []
    for (const { pending: isPending, row } of rows) {
      const entry: Row.Row = row
      if (!("rowType" in entry) || entry.rowType !== "entry" || !("amount" in entry)) continue
      if (isPending) pending.push(line("pending", entry.amount.amount, entry.description))
      else booked.push(line(entry.bookedDate, entry.amount.amount, entry.description))
    }
    return { booked: booked.toSorted(), pending: pending.toSorted() }
  })

/** Lives one history through; throws where the mirror is not the bank. */
const live = (http: HttpClient.HttpClient, seed: number, isBroken: boolean) => {
  const host = town.institution(bankId)
  const history = new BankHistory(host, seed)
  const { random } = history
  const told = `history ${seed} ${JSON.stringify(history.manners)}`
  const program = Effect.gen(function* () {
    const { accountIds, connectionId } = yield* linked(history, seed)
    const [accountId = ""] = accountIds
    const engine = yield* Sync.Engine
    const read = (more: Partial<Sync.RunInput> = {}) =>
      engine.run({ connectionId, accountId, stream: "balance", ...more })
    let runs = 0
    const checked = (report: Sync.Report, when: string) =>
      Effect.gen(function* () {
        runs += 1
        assert.strictEqual(report.outcome._tag, "CaughtUp", `${told}, ${when}: ${JSON.stringify(report.outcome)}`)
        const { booked } = yield* linesOf(accountId)
        const isComplete = booked.join("\n") === history.booked.join("\n")
        const { reconciliation } = report
        if (isComplete) assert.isTrue(reconciliation?.agrees, `${told}, ${when}: ${JSON.stringify(reconciliation)}`)
        return isComplete
      })
    if (!history.manners.fresh) history.wait(0)
    history.begins()
    history.wasRead(yield* checked(yield* read({ presence }), "at first"))
    for (let steps = 4 + random.below(8); steps > 0; steps -= 1) {
      const step = history.next()
      if (step === "outage") {
        host.faults.add({ fault: { kind: "fail", status: 503 }, skip: random.below(4), times: "always" })
        const { outcome } = yield* read({ presence })
        host.faults.heal()
        if (outcome._tag !== "CaughtUp") continue
      }
      // What is shown in small pieces alone takes more reads than a day has without the person.
      const attended = history.manners.quirks.heavyWindow !== undefined || random.chance(0.3)
      const report = yield* read({
        ...(attended && { presence }),
        fromTheBeginning: step === "from_the_beginning"
      })
      if (report.outcome._tag === "Throttled" && report.outcome.by === "budget") continue
      history.wasRead(yield* checked(report, `${history.today} ${step}`))
    }
    history.settle()
    yield* checked(yield* read({ presence }), "at last")
    const after = yield* linesOf(accountId)
    assert.deepStrictEqual(after.booked, history.booked, told)
    assert.deepStrictEqual(after.pending, history.pending, told)
    const again = yield* read({ presence })
    assert.isTrue(yield* checked(again, "again"), told)
    if (again.updated + again.removed === 0)
      assert.deepInclude(again, { added: 0, updated: 0, removed: 0, quarantined: 0 }, told)
    const open = (yield* Sync.Mirror.discrepancies).filter(
      (one) => one.accountId === accountId && one.name === "ledger"
    )
    assert.deepStrictEqual(open, [], told)
    return runs
  })
  const connector = connectorOf(http, history)
  return Effect.provide(program, isBroken ? Layer.provideMerge(forgetful, connector) : connector)
}

/** Loses the fifth entry it is told of, for good. */
const forgetful = Layer.effect(
  Connector.Connector,
  Effect.map(Connector.Connector, (real) => {
    let told = 0
    let lost: string | undefined
    return {
      ...real,
      read: (stream, input) =>
        Stream.filter(real.read(stream, input), (event) => {
          if (event._tag !== "Upsert" || event.pending === true) return true
          if (told < 5) told += 1
          if (told === 5) lost ??= event.id
          return event.id !== lost
        })
    }
  })
)

/** The bank's clock is everybody's. */
const timed = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.flatMap(Clock.Clock, (real) =>
    Effect.provideService(
      effect,
      Clock.Clock,
      Object.assign(Object.create(Object.getPrototypeOf(real)), real, {
        currentTimeMillisUnsafe: () => town.clock.now,
        currentTimeMillis: Effect.sync(() => town.clock.now)
      })
    )
  )

const lives = async (from: number, count: number, isBroken = false): Promise<number> => {
  const http = await wire.runPromise(HttpClient.HttpClient)
  let runs = 0
  for (let seed = from; seed < from + count; seed += 1) {
    runs += await mirror.runPromise(timed(live(http, seed, isBroken)))
  }
  return runs
}

describe("a mirror of a bank, on disk", () => {
  it(
    `equals the bank's own book after ${histories} random histories, and no true balance reads as a gap`,
    async () => {
      assert.isAbove(await lives(first, histories), histories)
    },
    Math.max(60_000, histories * 1000)
  )

  it("is told from one whose connector loses an entry of each read", async () => {
    for (let seed = 1_000_001; seed <= 1_000_003; seed += 1) {
      const ended = await lives(seed, 1, true).then(
        () => "unnoticed",
        (error: unknown) => (error instanceof Error ? error.name : "?")
      )
      assert.strictEqual(ended, "AssertionError")
    }
  })
})
