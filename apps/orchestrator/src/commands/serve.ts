/** `paymirror serve`: the HTTP interface over this machine's mirror, until it is stopped. */
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { root, withMirror } from "../root.ts"

export const serve = Command.make(
  "serve",
  {
    port: Flag.Int("port").pipe(Flag.withDescription("The port to answer on"), Flag.withDefault(4020)),
    host: Flag.String("host").pipe(
      Flag.withDescription("The address to answer on; only this machine unless said"),
      Flag.withDefault("127.0.0.1")
    ),
    allowPrivateWebhooks: Flag.Boolean("allow-private-webhooks").pipe(
      Flag.withDescription("Send webhooks to this machine and its network too, and over http. For development only"),
      Flag.withDefault(false)
    )
  },
  Effect.fn(function* ({ allowPrivateWebhooks, host, port }) {
    yield* root
    // The server is a program of its own size; other commands do without it.
    const Server = yield* Effect.promise(() => import("../service/Server.ts"))
    if (allowPrivateWebhooks)
      yield* Console.error(
        "WARNING: webhooks may reach this machine and its network. Whoever has a key can make this host call inner addresses."
      )
    yield* Console.error(`The reference of the interface: http://${host}:${port}/docs`)
    yield* withMirror(Layer.launch(Server.layer({ port, host, allowPrivateWebhooks })))
  })
).pipe(Command.withDescription("Serve the mirror over HTTP"))
