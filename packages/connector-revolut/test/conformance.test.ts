import { conformance } from "@paymirror/connector-testing"
import * as Download from "./download.ts"
import { subject } from "./far.ts"

conformance("revolut, over account information", subject, { atLeast: "gold" })
conformance("revolut, its statement", Download.subject, { atLeast: "gold" })
