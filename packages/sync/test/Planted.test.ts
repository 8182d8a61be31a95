/**
 * A test that has never failed proves nothing. Here the engine gets a bug, one at a time, and the random histories have
 * to notice it.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"
import { beforeEach, vi } from "vitest"
import type * as Commit from "../src/Commit.ts"
import type * as Decide from "../src/decide.ts"
import { Histories } from "./History.ts"

const planted = vi.hoisted(() => ({ bug: "none" }))

vi.mock(import("../src/decide.ts"), async (original) => {
  const real = await original()
  const decide: typeof Decide.decide = (standing, said) =>
    planted.bug === "versions are ignored"
      ? real.decide(standing === undefined ? undefined : { ...standing, version: null }, said)
      : real.decide(standing, said)
  return { ...real, decide }
})

vi.mock(import("../src/Commit.ts"), async (original) => {
  const real = await original()
  const commit: typeof Commit.commit = (writer, batch) =>
    Effect.gen(function* () {
      const { checkpoint } = batch
      if (planted.bug === "the checkpoint is committed before the rows" && checkpoint !== undefined) {
        const sql = yield* SqlClient.SqlClient
        yield* sql`INSERT INTO checkpoint (connection_id, account, stream, checkpoint, updated_at)
          VALUES (${writer.connectionId}, ${writer.account}, ${checkpoint.stream}, ${checkpoint.value}, ${writer.at})
          ON CONFLICT (connection_id, account, stream) DO UPDATE SET checkpoint = excluded.checkpoint`
      }
      if (planted.bug === "a snapshot takes nothing away") return yield* real.commit(writer, { ...batch, pending: [] })
      if (planted.bug === "absence is deletion" && batch.said.length > 0) {
        const [first] = batch.said
        const sql = yield* SqlClient.SqlClient
        yield* sql`UPDATE row SET gone = 'absent' WHERE account = ${writer.account} AND stream = ${first?.stream ?? ""}`
      }
      return yield* real.commit(writer, batch)
    })
  return { ...real, commit }
})

const survives = (count: number) =>
  Effect.suspend(() => {
    const histories = new Histories()
    return Effect.provide(
      Effect.forEach(
        Array.from({ length: count }, (_, index) => index + 1),
        (seed) => histories.play(seed),
        { discard: true }
      ),
      histories.layer
    )
  })

describe("the random histories", () => {
  beforeEach(() => void (planted.bug = "none"))

  for (const bug of [
    "versions are ignored",
    "the checkpoint is committed before the rows",
    "a snapshot takes nothing away",
    "absence is deletion"
  ]) {
    it.effect(
      `notice when ${bug}`,
      () =>
        Effect.gen(function* () {
          planted.bug = bug
          const noticed = yield* Effect.flip(survives(200))
          assert.deepInclude(noticed, { _tag: "Broken" })
        }),
      60_000
    )
  }

  it.effect("notice nothing where nothing is planted", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* survives(50), undefined)
    })
  )
})
