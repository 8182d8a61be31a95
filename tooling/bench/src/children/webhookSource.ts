/**
 * `webhookSource <database> <events> <per second> [link]`: with `link` it links an account and ends. Without, it reads
 * from a provider that says a purchase at a time, at a pace, each in a transaction of its own, and tells when each was
 * committed, in milliseconds since 1970.
 */
import { Connector, type ReadEvent } from "@paymirror/core"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Measure from "../Measure.ts"
import { linked, mirror, ran } from "../Mirror.ts"

const [filename = "", count = "0", rate = "100", only] = process.argv.slice(3)
const events = Number(count)
const pause = 1000 / Number(rate)

const wall = (): number => performance.timeOrigin + performance.now()

const purchase = (n: number): ReadonlyArray<ReadEvent.ReadEvent<number>> => [
  {
    _tag: "Upsert",
    stream: "purchases",
    id: `p${n}`,
    row: {
      purchaseId: `p${n}`,
      merchantName: "Pebble Row",
      amount: { amount: 1000 + n, currency: "USD" },
      status: "OPEN"
    }
  },
  { _tag: "Checkpoint", checkpoint: n }
]

/** Each at its own moment, so that one that came late does not put off the rest. */
const paced = Stream.suspend(() => {
  const begun = performance.now()
  return Stream.range(0, events - 1).pipe(
    Stream.mapEffect((n) => Effect.as(Effect.sleep(Math.max(0, begun + n * pause - performance.now())), purchase(n))),
    Stream.flatMap(Stream.fromArray)
  )
})

const provider = Connector.layer({
  manifest: {
    spec: "1",
    id: "paced",
    name: "Paced",
    provider: "paced",
    markets: ["US"],
    route: "session",
    link: "prompt",
    maturity: "illustrative",
    hosts: [],
    streams: { purchases: { live: "cursor", backfill: true } }
  },
  grant: Schema.Struct({}),
  checkpoint: Schema.Int,
  make: Effect.succeed({
    link: () =>
      Effect.succeed({
        _tag: "Linked" as const,
        grant: {},
        accounts: [
          {
            identification: "one",
            currency: "USD",
            market: "US",
            legalEntity: "WebBank",
            status: "OPEN" as const,
            displayName: "Paced"
          }
        ]
      }),
    read: () => paced,
    revoke: () => Effect.void
  })
})

const program = Effect.gen(function* () {
  const read = yield* linked({ _tag: "Start" }, ["purchases"])
  const watch = Measure.start(events)
  const more: Record<string, number> = {}
  if (only === undefined)
    yield* read("purchases", {
      onCommit: (gone) => {
        more[`p${gone - 1}`] = wall()
      }
    })
  watch.stop({ rows: events, transactions: events, statements: yield* ran, more })
})

await Effect.runPromise(
  Effect.provide(
    program,
    Layer.suspend(() => mirror(filename, provider, { batchRows: 1 }))
  )
)
