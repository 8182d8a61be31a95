import { conformance } from "@paymirror/connector-testing"
import { subjects } from "./far/index.ts"

for (const [bank, subject] of subjects.slice(5)) conformance(bank, subject, { atLeast: "gold" })
