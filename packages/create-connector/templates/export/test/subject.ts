/** The connector and files as Acme writes them, as the conformance suite wants them. */
import type { FarSide, Subject } from "@paymirror/connector-testing"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as Layer from "effect/Layer"
import { layer, manifest } from "../src/index.ts"
import { files, secret } from "./files.ts"

export const subject: Subject<FarSide> = {
  manifest,
  layer: Layer.provide(layer(), NodeFileSystem.layer),
  far: files,
  secrets: [secret]
}
