import { conformance } from "@paymirror/connector-testing"
import { subjects } from "./far.ts"

for (const { atLeast, name, subject } of subjects) conformance(name, subject, { atLeast })
