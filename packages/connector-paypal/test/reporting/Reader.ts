/**
 * A host of the connector in memory, for one account: a sealed grant, the checkpoint that was committed last and the mirror
 * of what was committed with it. The clock is the simulator's.
 */
import { Mirror } from "@paymirror/connector-testing"
import { Access, Connector, type ConnectorError, type Money, type ReadEvent, Session } from "@paymirror/core"
import type { paypalReporting } from "@paymirror/sandbox"
import * as Effect from "effect/Effect"
import { FetchHttpClient } from "effect/http"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import { layer } from "../../src/reporting/index.ts"

type Side = ReturnType<typeof paypalReporting>

const grantOf = (side: Side, person = "alex"): Connector.SealedGrant => {
  const { deviceId, refreshToken } = side.handOver(person)
  return Redacted.make(JSON.stringify({ clientId: deviceId, clientSecret: refreshToken }))
}

export interface Outcome {
  readonly events: ReadonlyArray<ReadEvent.ReadEvent>
  readonly error: ConnectorError.ConnectorError | undefined
}

export class Reader {
  readonly mirror = Mirror.make()
  readonly #side: Side
  readonly #pageSize: number
  readonly #currency: Money.Money["currency"]
  readonly #session: Session.Session<Connector.SealedGrant>
  checkpoint: string | undefined

  constructor(side: Side, options: { readonly pageSize?: number; readonly currency?: string } = {}) {
    this.#side = side
    this.#pageSize = options.pageSize ?? 500
    this.#currency = options.currency ?? "USD"
    this.#session = Session.memory({ connector: "paypal-reporting", grant: grantOf(side) })
  }

  /** Reads on; with `keep`, is killed after so many events. What stands before the last checkpoint is committed. */
  read(keep = Infinity, during: () => void = () => undefined): Effect.Effect<Outcome> {
    const events: Array<ReadEvent.ReadEvent> = []
    const account = {
      identification: "PPLX222222222",
      currency: this.#currency,
      market: "US",
      legalEntity: "PayPal, Inc.",
      status: "OPEN",
      displayName: "PayPal"
    } as const
    const { clock, fetch } = this.#side.simulator
    return Effect.gen({ self: this }, function* () {
      yield* TestClock.setTime(clock.now)
      const connector = yield* Connector.Connector
      const error = yield* connector
        .read("balance", {
          session: this.#session,
          account,
          access: Access.memory({ connector: "paypal-reporting" }),
          checkpoint: Option.fromUndefinedOr(this.checkpoint)
        })
        .pipe(
          Stream.take(keep),
          Stream.runForEach((event) =>
            Effect.sync(() => {
              events.push(event)
              during()
            })
          ),
          Effect.match({ onFailure: (failure) => failure, onSuccess: () => undefined })
        )
      const last = events.findLastIndex(({ _tag }) => _tag === "Checkpoint")
      this.mirror.apply(events.slice(0, last + 1))
      const checkpoint = events[last]
      if (checkpoint?._tag === "Checkpoint") this.checkpoint = checkpoint.checkpoint
      return { events, error }
    }).pipe(
      Effect.provide(
        layer({ pageSize: this.#pageSize }).pipe(
          Layer.provide(FetchHttpClient.layer),
          Layer.provide(Layer.succeed(FetchHttpClient.Fetch, fetch))
        )
      )
    )
  }

  /** Every entry as `id status amount`, and what is stated beside them. */
  get lines(): ReadonlyArray<string> {
    return [...this.mirror.rows().values()]
      .flatMap(({ row, stream }) => {
        const entry = row as {
          readonly rowType: string
          readonly entryId?: string
          readonly balanceType?: string
          readonly status?: string
          readonly amount: Money.Money
        }
        if (stream !== "balance") return []
        return entry.rowType === "entry"
          ? [`${entry.entryId} ${entry.status} ${entry.amount.amount}`]
          : [`${entry.balanceType} ${entry.amount.amount}`]
      })
      .toSorted()
  }
}
