import { conformance } from "@paymirror/connector-testing"
import { layer, manifest } from "./Acme/index.ts"
import { far, link } from "./far.ts"

conformance("acme", { manifest, layer: layer({ pageSize: 2, backoff: "5 millis" }), far, link }, { atLeast: "gold" })
