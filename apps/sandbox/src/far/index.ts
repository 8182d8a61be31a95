/** The banks of the sandbox as far sides of a conformance suite, and what a host has who speaks to them. For tests. */
export { host, type Host, redirectUrl } from "./host.ts"
export type { Person } from "./person.ts"
export { bankSide, type Far, type Spoken } from "./side.ts"
