/** Nine days of somebody who does not exist, as PayPal writes them. */
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
    options: { market: "US", dateOrder: "mdy" },
    header:
      "Date,Time,TimeZone,Name,Type,Status,Currency,Amount,Fees,Total,Exchange Rate,Receipt ID,Balance,Transaction ID,Item Title",
    row: (day, nth) =>
      `03/${dayOf(day).slice(-2)}/2026,10:00:00,PST,Shop ${day},General Payment,Completed,USD,-10.00,0.00,-10.00,,,${500 - day * 10}.00,ID${day}X${nth},`,
    bad: `03/40/2026,10:00:00,PST,${secret},General Payment,Completed,USD,-ten,0.00,-ten,,,1.00,ID99,`
  })
}
