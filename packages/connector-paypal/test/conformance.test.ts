import { conformance } from "@paymirror/connector-testing"
import { layer, manifest } from "../src/index.ts"
import * as Download from "./download.ts"
import { far, link } from "./far.ts"

conformance("paypal", { manifest, layer: layer({ pageSize: 1, backoff: "5 millis" }), far, link }, { atLeast: "gold" })
conformance("paypal, its files", Download.subject, { atLeast: "gold" })
