import { conformance } from "@paymirror/connector-testing"
import { subjects } from "./far/index.ts"

/** The continent's banks; the UK's and those behind the aggregator have a file of their own, to run beside this one. */
for (const [bank, subject] of subjects.slice(0, 5)) conformance(bank, subject, { atLeast: "gold" })
