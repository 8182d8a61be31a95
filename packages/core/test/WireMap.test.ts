/** What a wire schema says of its fields, as a host reads it. */
import { WireMap } from "@paymirror/core"
import * as Schema from "effect/Schema"
import { assert, it } from "vitest"

it("the fields of a schema are told at every depth, with the words it names and whether they have to be there", () => {
  const Row = Schema.Struct({
    id: Schema.NonEmptyString,
    state: Schema.Literals(["open", "done"]),
    reason: Schema.optionalKey(Schema.NullOr(Schema.Literals(["lost"]))),
    kind: Schema.Union([Schema.Literals(["load", "spend"]), Schema.String]),
    parts: Schema.Array(Schema.Struct({ tags: Schema.Array(Schema.Literals(["a", "b"])) }))
  })
  assert.deepEqual(WireMap.fieldsOf(Row), [
    { path: "id", required: true },
    { path: "state", required: true, values: ["open", "done"] },
    { path: "reason", required: false, values: ["lost"] },
    { path: "kind", required: true, values: ["load", "spend"] },
    { path: "parts", required: true },
    { path: "parts.tags", required: true, values: ["a", "b"] }
  ])
})

it("of an object of several forms, only what every form requires has to be there", () => {
  const Shop = Schema.Union([
    Schema.Struct({ kind: Schema.Literal("online"), url: Schema.String }),
    Schema.Struct({ kind: Schema.Literal("store"), city: Schema.String })
  ])
  assert.deepEqual(WireMap.fieldsOf(Shop), [
    { path: "kind", required: true, values: ["online", "store"] },
    { path: "url", required: false },
    { path: "city", required: false }
  ])
})
