/**
 * What a person downloads, as the far side of the conformance suite: nine days of somebody who does not exist, as the
 * provider writes them, and the ways a download goes wrong. An author states how a row looks, and nothing else.
 */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { FarSide } from "../Subject.ts"
import { folder } from "./folder.ts"

export interface Download {
  readonly header: string
  /** The row of a day (1 to 20). `nth` (1, 2) tells apart what the provider itself tells apart: an id, where it has one. */
  readonly row: (day: number, nth: number) => string
  /** A row nobody can read, with {@link secret} in it. */
  readonly bad: string
  /** What the person has to say beside the file. */
  readonly options?: Readonly<Record<string, string>>
}

/** A name that stands in a row nobody can read, and must stay there: hand it to the suite as a secret. */
export const secret = "Elspeth Quillfeather"

/** A day in March 2026, `2026-03-05`. */
export const dayOf = (day: number): string => `2026-03-${String(day).padStart(2, "0")}`

export const farSide = ({ bad, header, options, row }: Download): Effect.Effect<FarSide, never, Scope.Scope> =>
  Effect.gen(function* () {
    const { write } = yield* Effect.acquireRelease(Effect.sync(folder), ({ remove }) => Effect.sync(remove))
    const file = (name: string, rows: ReadonlyArray<string>): string => write([header, ...rows].join("\n"), name)
    const days = (from: number, to: number): ReadonlyArray<string> =>
      Array.from({ length: to - from + 1 }, (_, index) => row(from + index, 1))
    return {
      files: {
        ...(options !== undefined && { options }),
        good: file("march.csv", days(1, 9)),
        again: file("march (1).csv", days(1, 9)),
        overlapping: { path: file("later.csv", days(6, 20)), shared: 4 },
        badRows: { path: file("bad.csv", [row(1, 1), bad, row(2, 1)]), bad: 1 },
        twins: { path: file("twins.csv", [row(1, 1), row(1, 2), row(2, 1)]), rows: 3 },
        unknown: write(`Day;Weather\nmonday;${secret}`, "unknown.csv"),
        truncated: file("half.csv", [...days(1, 4), row(5, 1).slice(0, 40)])
      }
    }
  })
