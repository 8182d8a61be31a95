/** A connector of somebody else's, as small as one can be: it says what it could do and is never reached. */
import { Connector, type Manifest } from "@paymirror/core"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"

export const manifest: Manifest.Manifest = {
  spec: "1",
  id: "acme",
  name: "Acme Pay",
  provider: "acme",
  markets: ["US"],
  route: "session",
  link: "prompt",
  maturity: "illustrative",
  hosts: ["api.acme.example"],
  streams: { purchases: { live: "cursor", backfill: true, cadenceMinutes: 15 } }
}

export const layer = () =>
  Connector.layer({
    manifest,
    grant: Schema.Struct({}),
    checkpoint: Schema.Struct({}),
    make: Effect.succeed({
      link: () =>
        Effect.succeed({ _tag: "Prompt" as const, message: "Hand over your Acme session.", fields: [], state: "" }),
      read: () => Stream.empty,
      revoke: () => Effect.void
    })
  })
