/** Nine days of somebody who does not exist, as Revolut writes them. */
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
    options: { market: "DE" },
    header: "Type,Product,Started Date,Completed Date,Description,Amount,Fee,Currency,State,Balance",
    row: (day) => {
      const at = `${dayOf(day)} 10:00:00`
      return `CARD_PAYMENT,Current,${at},${at},Shop ${day},-10.00,0.00,EUR,COMPLETED,${500 - day * 10}.00`
    },
    bad: `CARD_PAYMENT,Current,2026-03-40 10:00:00,2026-03-40 10:00:00,${secret},-ten,0.00,EUR,COMPLETED,1.00`
  })
}
