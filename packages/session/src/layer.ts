/**
 * A provider becomes a connector. What it can do is its manifest; how is the same for every provider over a session, or
 * over credentials, and is put together here. Nothing is sent until somebody links or reads.
 */
import { type Account, Connector, type ConnectorError, type Link, type Session } from "@paymirror/core"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import type * as HttpClient from "effect/http/HttpClient"
import * as Access from "./Access.ts"
import * as Consent from "./Consent.ts"
import * as Credentials from "./Credentials.ts"
import { type Access as Accessed, boundGrant, ClientGrant, Grant } from "./Grant.ts"
import * as Line from "./Line.ts"
import type { Options } from "./Options.ts"
import type { Provider, Published, Source } from "./Provider.ts"
import { read } from "./read.ts"
import { Checkpoint } from "./Walk.ts"
import { wireMap } from "./wireMap.ts"

/** A connector that still wants a network. */
export type ConnectorLayer = Layer.Layer<Connector.Connector, never, HttpClient.HttpClient>

/** Whoever's account: each of its texts stands for any, in a path too. */
const anyones: Account.LinkedAccount = {
  identification: "{identification}",
  currency: "{currency}",
  legalEntity: "{legalEntity}",
  displayName: "{displayName}",
  status: "OPEN"
}

/** What reading is done under, from the first question to the end. */
interface Under<P extends Source, G extends Accessed> {
  readonly link: (
    line: Line.Line<P>
  ) => (input: Link.LinkInput) => Effect.Effect<Link.LinkStep<G>, ConnectorError.ConnectorError>
  readonly refresh: (line: Line.Line<P>) => (grant: G) => Effect.Effect<G, ConnectorError.ConnectorError>
  readonly revoke: (
    line: Line.Line<P>
  ) => (session: Session.Session<G>) => Effect.Effect<void, ConnectorError.ConnectorError>
}

const build = <P extends Provider | Published, G extends Accessed>(
  provider: P,
  options: Options,
  of: (account: Account.LinkedAccount) => P,
  grant: Schema.Codec<G, unknown>,
  under: Under<P, G>
): ConnectorLayer => {
  const { host, open } = Line.make(provider, options)
  return Connector.layer({
    manifest: { ...provider.manifest, hosts: [host] },
    wire: () => wireMap(of(anyones)),
    grant,
    checkpoint: Checkpoint,
    make: Effect.map(open, (line) => {
      const refresh = under.refresh(line)
      return {
        link: under.link(line),
        read: (stream, { account, checkpoint, session }) =>
          Stream.suspend(() => {
            const its = Line.toward(of(account), line)
            return read(Access.make(its, session, refresh), its, stream, Option.getOrUndefined(checkpoint))
          }),
        revoke: under.revoke(line)
      }
    })
  })
}

/**
 * Throws at once for options that cannot work. The manifest it carries names the host of `baseUrl` and no other. `of` is
 * for a session that opens onto several accounts whose lists differ: the provider as it is read for one of them. For the
 * map of the wire it is given an account whose texts are placeholders (`{currency}`).
 */
export const layer = (
  provider: Provider,
  options: Options = {},
  of: (account: Account.LinkedAccount) => Provider = () => provider
): ConnectorLayer =>
  build(provider, options, of, provider.auth.device === false ? Grant : boundGrant, {
    link: Consent.link,
    refresh: Consent.refresh,
    revoke: Consent.revoke
  })

/** The same over an interface the provider publishes, under credentials of its holder's own. */
export const published = (
  provider: Published,
  options: Options = {},
  of: (account: Account.LinkedAccount) => Published = () => provider
): ConnectorLayer =>
  build(provider, options, of, ClientGrant, {
    link: Credentials.link,
    refresh: Credentials.refresh,
    revoke: Credentials.revoke
  })
