/**
 * What is known of the banks and what a host must have for each, without the connector itself: for who lists, chooses and
 * routes, and has nothing to read yet.
 */
export { type Credentials, type KeyPair, missing } from "./Credentials.ts"
export type { Institution, Quirks } from "./Institution.ts"
export { type BehindEnableBanking, viaEnableBanking } from "./institutions/enableBanking.ts"
export { find, institutions } from "./institutions/index.ts"
export { type NextGenPsd2, nextGenPsd2 } from "./institutions/nextGenPsd2.ts"
export { manifest, manifestFor, manifestOf } from "./Manifest.ts"
