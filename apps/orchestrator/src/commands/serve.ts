/** `paymirror serve`: the HTTP interface over this machine's mirror, until it is stopped. */
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as IpNetwork from "effect/net/IpNetwork"
import { codes, Refusal } from "../Exit.ts"
import { root, withMirror } from "../root.ts"

const network = (text: string) =>
  Effect.mapError(
    Effect.fromResult(IpNetwork.fromString(text)),
    () =>
      new Refusal({
        message: `"${text}" is no network. Write it as 10.0.0.0/8 or 203.0.113.7/32.`,
        code: codes.usage
      })
  )

export const serve = Command.make(
  "serve",
  {
    port: Flag.Int("port").pipe(Flag.withDescription("The port to answer on"), Flag.withDefault(4020)),
    host: Flag.String("host").pipe(
      Flag.withDescription("The address to answer on; only this machine unless said"),
      Flag.withDefault("127.0.0.1")
    ),
    publicUrl: Flag.String("public-url").pipe(
      Flag.withDescription(
        "Where people and banks reach it (https://mirror.example); banks register it with /link/back"
      ),
      Flag.optional
    ),
    allowBaseUrl: Flag.String("allow-base-url").pipe(
      Flag.withDescription(
        "An address link sessions may name in the place of a provider's own: a sandbox; may be repeated"
      ),
      Flag.atLeast(0)
    ),
    trustedProxy: Flag.String("trusted-proxy").pipe(
      Flag.withDescription(
        "A proxy before it, as a network; with it people's own addresses are known; may be repeated"
      ),
      Flag.atLeast(0)
    )
  },
  Effect.fn(function* ({ allowBaseUrl, host, port, publicUrl, trustedProxy }) {
    yield* root
    const trustedProxies = yield* Effect.forEach(trustedProxy, network)
    // The server is a program of its own size; other commands do without it.
    const Server = yield* Effect.promise(() => import("../service/Server.ts"))
    yield* Console.error(`The reference of the interface: http://${host}:${port}/docs`)
    yield* withMirror(
      Layer.launch(
        Server.layer({
          port,
          host,
          publicUrl: Option.getOrUndefined(publicUrl),
          allowedBaseUrls: allowBaseUrl,
          trustedProxies
        })
      )
    )
  })
).pipe(Command.withDescription("Serve the mirror over HTTP"))
