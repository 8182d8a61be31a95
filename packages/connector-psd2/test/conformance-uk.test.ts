import { conformance } from "@paymirror/connector-testing"
import { revolut } from "./revolut.ts"
import { subjects } from "./far/index.ts"

/** Revolut's runs where its record is, in `connector-revolut`. */
for (const [bank, subject] of subjects.slice(5))
  if (bank !== revolut.id) conformance(bank, subject, { atLeast: "gold" })
