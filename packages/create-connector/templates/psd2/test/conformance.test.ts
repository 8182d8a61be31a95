import { conformance } from "@paymirror/connector-testing"
import { subject } from "./subject.ts"

conformance("acme", subject, { atLeast: "gold" })
