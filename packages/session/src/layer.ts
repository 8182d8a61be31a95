/**
 * A provider becomes a connector. What it can do is its manifest; how is the same for every provider over a session, and
 * is put together here. Nothing is sent until somebody links or reads.
 */
import { Connector } from "@paymirror/core"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as HttpClient from "effect/http/HttpClient"
import * as Access from "./Access.ts"
import * as Consent from "./Consent.ts"
import { boundGrant, Grant } from "./Grant.ts"
import * as Line from "./Line.ts"
import type { Options } from "./Options.ts"
import type { Provider } from "./Provider.ts"
import { read } from "./read.ts"
import { Checkpoint } from "./Walk.ts"

/** Throws at once for options that cannot work. The manifest it carries names the host of `baseUrl` and no other. */
export const layer = (
  provider: Provider,
  options: Options = {}
): Layer.Layer<Connector.Connector, never, HttpClient.HttpClient> => {
  const { host, open } = Line.make(provider, options)
  return Connector.layer({
    manifest: { ...provider.manifest, hosts: [host] },
    grant: provider.auth.device === false ? Grant : boundGrant,
    checkpoint: Checkpoint,
    make: Effect.map(open, (line) => {
      const refresh = Consent.refresh(line)
      return {
        link: Consent.link(line),
        read: (stream, { checkpoint, session }) =>
          read(Access.make(line, session, refresh), line, stream, Option.getOrUndefined(checkpoint)),
        revoke: Consent.revoke(line)
      }
    })
  })
}
