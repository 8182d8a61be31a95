import { conformance } from "@paymirror/connector-testing"
import { subject } from "./download.ts"

conformance("n26, its statement", subject, { atLeast: "silver" })
