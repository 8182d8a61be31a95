/** The connector, and nine days of somebody who does not exist as Acme writes them, for the conformance suite. */
import type { FarSide, Subject } from "@paymirror/connector-testing"
import { dayOf, farSide, secret } from "@paymirror/connector-testing/files"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as Layer from "effect/Layer"
import { layer, manifest } from "../src/index.ts"

/** Every third day something is put in, on the others something is bought. What is paid is positive. */
const changeOn = (day: number): number => (day % 3 === 0 ? 20 : -5)

const balanceAfter = (day: number): number =>
  Array.from({ length: day }, (_, index) => changeOn(index + 1)).reduce((sum, change) => sum + change, 100)

export const subject: Subject<FarSide> = {
  manifest,
  layer: Layer.provide(layer(), NodeFileSystem.layer),
  secrets: [secret],
  far: farSide({
    header: "Date,Reference,Type,Shop,Amount,Balance,Currency",
    row: (day, nth) => {
      const type = day % 3 === 0 ? "Top-up" : "Payment"
      return `${dayOf(day)},r${day}-${nth},${type},Alder & Ash,${-changeOn(day)}.00,${balanceAfter(day)}.00,USD`
    },
    bad: `2026-03-40,r0,Payment,${secret},five,95.00,USD`
  })
}
