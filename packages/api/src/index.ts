/** The normalized interface: one value for the server, the clients and the description. */
export { Api } from "./Api.ts"
export { Authorization, type Caller, CurrentCaller, RequiredScope, Scope, scopes } from "./Authorization.ts"
export { type Client, type Options, PaymirrorClient } from "./Client.ts"
export { Idempotency } from "./Idempotency.ts"
export * as Problem from "./Problem.ts"
export * as Resource from "./Resource.ts"
