/** What holds for every neighbour, over a real socket: both people read, equal starts give equal bytes, refusals change nothing. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { neighbours, Refused } from "../src/index.ts"
import type { Neighbour, NeighbourOptions } from "../src/index.ts"

const makes: Readonly<Record<string, (options?: NeighbourOptions) => Neighbour>> = neighbours

/** Every answer a person gets, as the bytes they are, by its path. */
const told = (neighbour: Neighbour, person: string) =>
  Effect.gen(function* () {
    const origin = yield* neighbour.serve
    const { refreshToken } = neighbour.handOver(person)
    const authorization = `Bearer ${neighbour.simulator.sessions.access(refreshToken)}`
    const paths = Object.entries(neighbour.simulator.routes).flatMap(([key, { open }]) =>
      open ? [] : [key.split(" ")[1] ?? ""]
    )
    const answers = yield* Effect.promise(() =>
      Promise.all(
        paths.map(async (path) => {
          const response = await fetch(`${origin}${path}`, { headers: { authorization } })
          assert.strictEqual(response.status, 200, path)
          return [path, await response.text()] as const
        })
      )
    )
    return Object.fromEntries(answers)
  })

describe.each(Object.entries(makes))("%s", (provider, make) => {
  it.live("shows each person their own rows, and the same ones after an equal start", () =>
    Effect.gen(function* () {
      assert.strictEqual(make().provider, provider)
      const [alex, again, robin] = [
        yield* told(make(), "alex"),
        yield* told(make(), "alex"),
        yield* told(make(), "robin")
      ]
      assert.deepStrictEqual(alex, again)
      assert.notDeepEqual(alex, robin)
      assert.throws(() => make().handOver("nobody"), Refused)
    }).pipe(Effect.scoped)
  )

  it.live("moves on when days go by, and knows nothing of anybody without a story", () =>
    Effect.gen(function* () {
      const neighbour = make()
      const before = yield* told(neighbour, "alex")
      neighbour.advance({ days: 30 })
      assert.notDeepEqual(yield* told(neighbour, "alex"), before)
      const empty = Object.values(yield* told(make({ story: false }), "alex"))
      assert.isTrue(empty.some((body) => /":\[\]/.test(body)))
    }).pipe(Effect.scoped)
  )
})

describe("an act the rules do not allow", () => {
  it.live("changes nothing", () =>
    Effect.gen(function* () {
      const neighbour = neighbours.afterpay({ story: false })
      const order = neighbour.acts.shop("alex", { merchant: "Moth Lantern", amount: 20_000 })
      const before = yield* told(neighbour, "alex")
      assert.throws(() => neighbour.acts.refund("alex", order, 20_001), Refused)
      assert.throws(() => neighbour.acts.reschedule("alex", order, { installment: 4, to: "2027-01-01" }), Refused)
      assert.throws(() => neighbour.acts.release("alex", order), Refused)
      assert.throws(() => neighbour.acts.pay("robin", order), Refused)
      assert.deepStrictEqual(yield* told(neighbour, "alex"), before)
    }).pipe(Effect.scoped)
  )
})
