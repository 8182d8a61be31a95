/** The conformance suite of a connector: `conformance(name, subject)` in a test file, or the checks themselves. */
export * as Badge from "./Badge.ts"
export * as Check from "./Check.ts"
export * as Linking from "./Linking.ts"
export * as Mirror from "./Mirror.ts"
export * as Recorder from "./Recorder.ts"
export * from "./conformance.ts"
export type * from "./Subject.ts"
