/**
 * A provider over its holder's own session or credentials, as data: what an author states, and all of it. The wire is in the schemas the
 * feeds name, its meaning in their translations; how a session is renewed, a feed walked and a failure met is not said
 * here, because it is the same for every provider.
 */
import { type Manifest, StreamName, type WireMap } from "@paymirror/core"
import type { Feed } from "./Feed.ts"
import type { Opens } from "./Opens.ts"
import * as Paging from "./Paging.ts"

/** The two calls of a session: how the tokens are exchanged, and how the session is ended. Both are `POST`. */
export interface Auth {
  readonly refresh: string
  readonly revoke: string
  /** `false`: the session is bound to no device, and none is asked for. */
  readonly device?: boolean
  /** Default `json`. */
  readonly body?: "json" | "form"
  /** What the body calls them. Default `refresh_token` and `device_id`. */
  readonly names?: { readonly refreshToken?: string; readonly deviceId?: string }
  /** Sent along as it is (`grant_type`, a public `client_id`); never a secret. */
  readonly fixed?: Readonly<Record<string, string>>
  /** Where the answer has them, with dots for depth. Default `access_token`, `expires_in` (seconds), `refresh_token`. */
  readonly answer?: { readonly accessToken?: string; readonly expiresIn?: string; readonly refreshToken?: string }
}

/**
 * The call of an interface that the provider publishes, under credentials its holder made there: they are exchanged for an
 * access token (`client_credentials`), which spends nothing. Only the holder can end them.
 */
export interface Credentials {
  readonly token: string
  /** Where the answer has them, with dots for depth. Default `access_token`, `expires_in` (seconds). */
  readonly answer?: { readonly accessToken?: string; readonly expiresIn?: string }
}

/** How a refusal is worded. */
export interface Refusals {
  /** The field of the body, with dots for depth. Default `error`. */
  readonly field?: string
  /** The words that end the session. Default `invalid_grant` and `session_revoked`. */
  readonly ended?: ReadonlyArray<string>
  /** Words that end nothing (`token_expired`), so that whoever records an answer knows them for words. Default none. */
  readonly others?: ReadonlyArray<string>
  /** What a person is told of it, where linking again is not all there is to do. */
  readonly told?: string
}

/** What a person reads before they hand their session over: what it is, what it allows, what it is used for. */
export interface HandOver {
  /** What the person calls it (`Klarna`). */
  readonly app: string
  /** What the app shows, in a few words (`purchases, plans, card`). */
  readonly shows?: string
  readonly labels?: { readonly refreshToken?: string; readonly deviceId?: string }
}

/** From what and when the wire was written down: `unverified` until it has been held against a consenting account. */
export type MappedAgainst = WireMap.MappedAgainst

/** What a person reads before they enter credentials of theirs. */
export interface Entering {
  /** Where they are made, with which permission and no other, and how they are ended. */
  readonly message: string
  readonly labels: { readonly clientId: string; readonly clientSecret: string }
}

/** What is read of a provider, whatever it is read under. */
export interface Source {
  readonly manifest: Manifest.Manifest
  readonly mappedAgainst: MappedAgainst
  readonly opens: Opens
  /** What each stream of the manifest is read from: a feed of its own, or the name of the stream it comes by way of. */
  readonly feeds: { readonly [S in StreamName.StreamName]?: Feed | StreamName.StreamName }
  /** How lists are cut into pages where a feed says nothing else. Default `cursor()`. */
  readonly paging?: Paging.Paging
  readonly refusals?: Refusals
}

/** A provider over its holder's own session. */
export interface Provider extends Source {
  readonly auth: Auth
  readonly handOver: HandOver
}

/** A provider over an interface it publishes, under credentials of its holder's own. */
export interface Published extends Source {
  readonly credentials: Credentials
  readonly entering: Entering
}

/** Where the answer of an exchange has what it grants. */
export const answerOf = (answer: Auth["answer"]): Required<NonNullable<Auth["answer"]>> => ({
  accessToken: "access_token",
  expiresIn: "expires_in",
  refreshToken: "refresh_token",
  ...answer
})

export const refusalsOf = ({ refusals }: Source): Required<Omit<Refusals, "told">> => ({
  field: "error",
  ended: ["invalid_grant", "session_revoked"],
  others: [],
  ...refusals
})

/** The feed a stream is read from, and the stream that owns it. */
export const feedOf = (
  { feeds }: Source,
  stream: StreamName.StreamName
): { readonly owner: StreamName.StreamName; readonly feed: Feed } | undefined => {
  const stated = feeds[stream]
  const owner = typeof stated === "string" ? stated : stream
  const feed = feeds[owner]
  return feed === undefined || typeof feed === "string" ? undefined : { owner, feed }
}

const liveOf = (self: Source, feed: Feed): Manifest.StreamCapability["live"] =>
  feed._tag === "List" && Paging.goesOn(feed.paging ?? self.paging ?? Paging.cursor()) ? "cursor" : "snapshot"

/** Throws a `TypeError` where the manifest and the feeds tell different things: a mistake of the author, met at once. */
export const check = (self: Source): void => {
  const { feeds, manifest } = self
  for (const stream of StreamName.streamNames) {
    const capability = manifest.streams[stream]
    const stated = feeds[stream]
    if (capability === undefined && stated === undefined) continue
    const feed = feedOf(self, stream)?.feed
    const isAgreed =
      capability !== undefined &&
      feed !== undefined &&
      capability.via === (typeof stated === "string" ? stated : undefined) &&
      capability.live === liveOf(self, feed)
    if (!isAgreed) throw new TypeError(`${manifest.id}: the manifest and the feeds differ in ${stream}`)
  }
}
