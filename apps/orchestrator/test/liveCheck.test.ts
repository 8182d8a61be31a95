/** What several looks come to, where one login opens onto several accounts. */
import { assert, it } from "vitest"
import { overall, type StreamCheck } from "../src/live/LiveCheck.ts"

const look = (stream: StreamCheck["stream"], verdict: StreamCheck["verdict"], empty = false): StreamCheck => ({
  accountId: "a",
  stream,
  verdict,
  empty,
  unchecked: [],
  drift: [],
  notSeen: []
})

it("an account with nothing to show leaves nothing open that another account of the person shows", () => {
  assert.strictEqual(overall([look("plans", "as_mapped"), look("plans", "not_checked", true)]), "as_mapped")
  assert.strictEqual(overall([look("plans", "as_mapped"), look("plans", "not_checked")]), "not_checked")
  assert.strictEqual(overall([look("card", "as_mapped"), look("plans", "not_checked", true)]), "not_checked")
  assert.strictEqual(overall([look("plans", "drift"), look("plans", "not_checked", true)]), "drift")
})
