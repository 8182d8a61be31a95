/**
 * The session route: what every connector over a person's own signed-in session has alike. An author states a
 * {@link Provider} (manifest, wire, translation, the words of the consent); {@link layer} makes it a connector.
 */
export { type Client, type ClientOptions, client, type FeedOptions, type Rows } from "./Client.ts"
export { type Feed, feed, single } from "./Feed.ts"
export { ClientGrant, DeviceGrant, Grant } from "./Grant.ts"
export { type ConnectorLayer, layer, published } from "./layer.ts"
export type { Options } from "./Options.ts"
export { type Opens, opensOnto, type Question } from "./Opens.ts"
export { cursor, numbered, type Paging, whole, windows } from "./Paging.ts"
export type { Auth, Credentials, Entering, HandOver, MappedAgainst, Provider, Published, Refusals } from "./Provider.ts"
export * as Wire from "./Wire.ts"
export { wireMap } from "./wireMap.ts"
