import { conformance } from "@paymirror/connector-testing"
import { layer, manifest } from "../src/index.ts"
import { far, link } from "./far.ts"

conformance("affirm", { manifest, layer: layer({ pageSize: 2, backoff: "5 millis" }), far, link }, { atLeast: "gold" })
