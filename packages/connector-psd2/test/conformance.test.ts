import { conformance } from "@paymirror/connector-testing"
import { subjects } from "./far/index.ts"

for (const [bank, subject] of subjects) conformance(bank, subject, { atLeast: "gold" })
