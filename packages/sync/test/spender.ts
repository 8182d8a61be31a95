/** A process of its own that spends as often as it may on one account, and says how often that was. */
import * as Effect from "effect/Effect"
import * as Budget from "../src/Budget.ts"
import * as Sqlite from "../src/sqlite.ts"

const place = { connectionId: "one", account: 1, resource: "transactions" }
const budget = { reads: 4, hours: 24 }

const spendAll = Effect.gen(function* () {
  let given = 0
  for (let n = 0; n < 50; n += 1) {
    if ((yield* Budget.spend(place, budget)) === undefined) given += 1
    yield* Effect.sleep(1)
  }
  return given
})

const given = await Effect.runPromise(Effect.provide(spendAll, Sqlite.layer({ filename: process.argv[2] ?? "" })))
process.stdout.write(String(given))
