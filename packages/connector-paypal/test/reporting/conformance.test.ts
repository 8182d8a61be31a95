import { conformance } from "@paymirror/connector-testing"
import { layer, manifest } from "../../src/reporting/index.ts"
import { far, link } from "./far.ts"

const subject = { manifest, layer: layer({ pageSize: 3, backoff: "5 millis" }), far, link, standing: true }

conformance("paypal-reporting", subject, { atLeast: "gold" })
