import { conformance } from "@paymirror/connector-testing"
import { NodeFileSystem } from "@effect/platform-node"
import * as Layer from "effect/Layer"
import * as Csv from "../src/index.ts"
import { cashApp, far, payPal, revolut, secret } from "./far.ts"

const layer = Csv.layer.pipe(Layer.provide(NodeFileSystem.layer))

for (const [name, layout] of Object.entries({ cashApp, payPal, revolut })) {
  const subject = { manifest: Csv.manifest, layer, far: far(layout), secrets: [secret] }
  conformance(`csv, ${name}`, subject, { atLeast: layout.atLeast })
}
