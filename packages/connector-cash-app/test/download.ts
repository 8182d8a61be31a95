/** Nine days of somebody who does not exist, as Cash App writes them. It states no balance, so sums cannot be held against one. */
import { NodeFileSystem } from "@effect/platform-node"
import type { FarSide, Subject } from "@paymirror/connector-testing"
import { dayOf, farSide, secret } from "@paymirror/connector-testing/files"
import * as Layer from "effect/Layer"
import { layer, manifest } from "../src/file.ts"

export const subject: Subject<FarSide> = {
  manifest,
  layer: Layer.provide(layer(), NodeFileSystem.layer),
  secrets: [secret],
  far: farSide({
    header:
      "Date,Transaction ID,Transaction Type,Currency,Amount,Fee,Net Amount,Asset Type,Asset Price,Asset Amount,Status," +
      "Notes,Name of sender/receiver,Account",
    row: (day, nth) => {
      const type =
        day % 2 === 0 ? "Cash Card Debit,USD,-$10,$0,-$10,,,,CARD CHARGED" : "Deposits,USD,$10,$0,$10,,,,COMPLETED"
      return `${dayOf(day)} 10:00:00 EST,id${day}x${nth},${type},Shop ${day},,Your Cash`
    },
    bad: `2026-03-40 10:00:00 EST,id99,Deposits,USD,$ten,$0,$ten,,,,COMPLETED,${secret},,Your Cash`
  })
}
