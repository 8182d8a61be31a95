/** `paymirror serve`: the HTTP interface over this machine's mirror, and the reading of what is linked, until it is stopped. */
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as IpNetwork from "effect/net/IpNetwork"
import { codes, Refusal } from "../Exit.ts"
import { root, withMirror } from "../root.ts"

const whole = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))

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
    port: Flag.Int("port").pipe(
      Flag.withDescription("The port to answer on; 0 takes a free one"),
      Flag.withSchema(whole(0, 65_535)),
      Flag.withDefault(4020)
    ),
    host: Flag.String("host").pipe(
      Flag.withDescription("The address to answer on; only this machine unless said. Put a proxy with TLS before it"),
      Flag.withDefault("127.0.0.1")
    ),
    rateLimit: Flag.Int("rate-limit").pipe(
      Flag.withDescription("Requests a minute for each key; 0 is any number"),
      Flag.withSchema(whole(0, 10_000_000)),
      Flag.withDefault(6000)
    ),
    drain: Flag.Int("drain").pipe(
      Flag.withDescription("Seconds that what is under way may take when it is stopped"),
      Flag.withSchema(whole(0, 3600)),
      Flag.withDefault(20)
    ),
    sync: Flag.Boolean("sync").pipe(
      Flag.withDescription(
        "Read what is linked too, each stream at its own pace; --no-sync leaves that to `paymirror sync`"
      ),
      Flag.withDefault(true)
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
    ),
    allowPrivateWebhooks: Flag.Boolean("allow-private-webhooks").pipe(
      Flag.withDescription("Send webhooks to this machine and its network too, and over http. For development only"),
      Flag.withDefault(false)
    )
  },
  Effect.fn(function* ({ drain, sync, trustedProxy, ...flags }) {
    const { json } = yield* root
    const { allowPrivateWebhooks, host } = flags
    const trustedProxies = yield* Effect.forEach(trustedProxy, network)
    // The server is a program of its own size; other commands do without it.
    const [Server, Following, Upkeep] = yield* Effect.promise(() =>
      Promise.all([import("../service/Server.ts"), import("../service/Following.ts"), import("../upkeep.ts")])
    )
    const tell = (line: string) => Effect.sync(() => void process.stderr.write(`${line}\n`))
    if (allowPrivateWebhooks) {
      yield* tell(
        "WARNING: webhooks may reach this machine and its network. Whoever has a key can make this host call inner addresses."
      )
    }
    const started = Layer.effectDiscard(
      Effect.gen(function* () {
        const at = `http://${host.includes(":") ? `[${host}]` : host}:${yield* Server.port}`
        if (json) return yield* Console.log(JSON.stringify({ url: at, docs: `${at}/docs` }))
        yield* tell(`Answering at ${at}. Its reference: ${at}/docs. A key: paymirror keys create`)
      })
    )
    const reading = sync ? Following.layer(tell) : Upkeep.layer(tell)
    yield* withMirror(
      Layer.launch(
        Layer.mergeAll(started, reading).pipe(
          Layer.provideMerge(
            Server.layer({
              port: flags.port,
              host,
              rateLimit: flags.rateLimit,
              patience: drain,
              publicUrl: Option.getOrUndefined(flags.publicUrl),
              allowedBaseUrls: flags.allowBaseUrl,
              trustedProxies,
              allowPrivateWebhooks
            })
          )
        )
      )
      // Everything is closed by now. It was asked to stop and did, which is no failure.
    ).pipe(
      Effect.provideService(Logger.LogToStderr, true),
      Effect.onInterrupt(() => Effect.sync(() => process.exit(0)))
    )
  })
).pipe(
  Command.withDescription("Serve the mirror over HTTP, and keep it up to date"),
  Command.withExamples([
    { command: "paymirror serve", description: "Answer on this machine, at port 4020" },
    {
      command: "paymirror serve --host 0.0.0.0 --rate-limit 600",
      description: "Answer a network, each key 600 times a minute"
    },
    { command: "paymirror serve --no-sync", description: "Only answer; `paymirror sync --watch` reads elsewhere" }
  ])
)
