/** Nine days of somebody who does not exist, as N26 writes them. A row states no balance, so sums cannot be held against one. */
import { NodeFileSystem } from "@effect/platform-node"
import type { FarSide, Subject } from "@paymirror/connector-testing"
import { dayOf, farSide, secret } from "@paymirror/connector-testing/files"
import * as Layer from "effect/Layer"
import { layer, manifest } from "../src/index.ts"

const columns = [
  "Date",
  "Payee",
  "Account number",
  "Transaction type",
  "Payment reference",
  "Category",
  "Amount (EUR)",
  "Amount (Foreign Currency)",
  "Type Foreign Currency",
  "Exchange Rate"
]

export const subject: Subject<FarSide> = {
  manifest,
  layer: Layer.provide(layer(), NodeFileSystem.layer),
  secrets: [secret],
  far: farSide({
    options: { market: "DE" },
    header: columns.map((name) => `"${name}"`).join(","),
    row: (day) => `"${dayOf(day)}","Shop ${day}","","MasterCard Payment","","Food","-${day}.50","","",""`,
    bad: `"2026-03-40","${secret}","","MasterCard Payment","","Food","-ten","","",""`
  })
}
