/** Payment accounts in the EU and the UK under PSD2: the manifest, the banks that are known, and what a host must have. */
export { type Credentials, type KeyPair, missing } from "./Credentials.ts"
export type { Institution, Quirks } from "./Institution.ts"
export { find, institutions } from "./institutions/index.ts"
export { manifest, manifestOf } from "./Manifest.ts"
export type { Options } from "./Options.ts"
