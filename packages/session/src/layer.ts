/**
 * A provider becomes a connector. What it can do is its manifest; how is the same for every provider over a session, and
 * is put together here. Nothing is sent until somebody links or reads.
 */
import { type Account, Connector } from "@paymirror/core"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type * as HttpClient from "effect/http/HttpClient"
import * as Access from "./Access.ts"
import * as Consent from "./Consent.ts"
import { boundGrant, Grant } from "./Grant.ts"
import * as Line from "./Line.ts"
import type { Options } from "./Options.ts"
import type { Provider } from "./Provider.ts"
import { read } from "./read.ts"
import { Checkpoint } from "./Walk.ts"

/**
 * Throws at once for options that cannot work. The manifest it carries names the host of `baseUrl` and no other. `of` is
 * for a session that opens onto several accounts whose lists differ: the provider as it is read for one of them.
 */
export const layer = (
  provider: Provider,
  options: Options = {},
  of: (account: Account.LinkedAccount) => Provider = () => provider
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
        read: (stream, { account, checkpoint, session }) =>
          Stream.suspend(() => {
            const its = Line.toward(of(account), line)
            return read(Access.make(its, session, refresh), its, stream, Option.getOrUndefined(checkpoint))
          }),
        revoke: Consent.revoke(line)
      }
    })
  })
}
