/** `pnpm badge`: runs the conformance suite without a test runner and says what was earned. Computed, never claimed. */
import { Badge, Check, run } from "@paymirror/connector-testing"
import * as Effect from "effect/Effect"
import { subject } from "./subject.ts"

const summary = Check.summary(await Effect.runPromise(run(subject)))
console.log(Badge.text(subject.manifest, summary))
console.log(JSON.stringify(Badge.of(subject.manifest, summary)))
process.exitCode = summary.failed.length > 0 ? 1 : 0
// The sandbox listens until it is told to stop.
process.exit()
