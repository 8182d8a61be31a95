import { conformance } from "@paymirror/connector-testing"
import { layer, manifest } from "../src/index.ts"
import * as Download from "./download.ts"
import { far, link } from "./far.ts"

conformance("chime", { manifest, layer: layer({ pageSize: 3, backoff: "5 millis" }), far, link }, { atLeast: "gold" })
conformance("chime, its statements", Download.subject, { atLeast: "silver" })
