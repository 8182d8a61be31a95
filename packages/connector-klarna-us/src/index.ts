/**
 * Klarna, United States: the account holder's own consented session. What it can do is the manifest, how is the layer;
 * {@link client} is the same reading for who wants rows and no engine.
 */
import { Connector } from "@paymirror/core"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as HttpClient from "effect/http/HttpClient"
import * as Access from "./Access.ts"
import * as Consent from "./Consent.ts"
import { Grant } from "./Grant.ts"
import * as Http from "./Http.ts"
import { manifest } from "./Manifest.ts"
import { type Options, settings as settingsOf } from "./Options.ts"
import { read } from "./read.ts"
import { Checkpoint } from "./Walk.ts"
import * as Option from "effect/Option"

export { mappedAgainst } from "./Api.ts"
export { type Client, client, type ClientOptions, type FeedOptions } from "./Client.ts"
export { Grant, manifest, type Options }

/** Throws at once for options that cannot work. The manifest it carries names the host of `baseUrl` and no other. */
export const layer = (options: Options = {}): Layer.Layer<Connector.Connector, never, HttpClient.HttpClient> => {
  const settings = settingsOf(options)
  return Connector.layer({
    manifest: { ...manifest, hosts: [settings.host] },
    grant: Grant,
    checkpoint: Checkpoint,
    make: Effect.map(HttpClient.HttpClient, (http) => {
      const send = Http.make(http, settings)
      const refresh = Consent.refresh(send, settings)
      return {
        link: Consent.link(send, settings),
        read: (stream, { checkpoint, session }) =>
          read(Access.make({ send, settings, session, refresh }), settings, stream, Option.getOrUndefined(checkpoint)),
        revoke: Consent.revoke(send, settings)
      }
    })
  })
}
