/**
 * Where the demo plays: the simulated provider and the simulated banks over real sockets, a mirror and a host's
 * credentials in a folder of their own, and one clock for all, the provider's, so that moving it lets installments fall
 * due and consents run out on both sides.
 */
import { BankSandbox, Sandbox } from "@paymirror/sandbox"
import { generateKeyPairSync } from "node:crypto"
import * as Clock from "effect/Clock"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import * as Redacted from "effect/Redacted"
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as UserDirectories from "effect/persistence/UserDirectories"
import * as Home from "../Home.ts"
import * as KeyFile from "../KeyFile.ts"

export type World = Sandbox.Sandbox["world"]

/** The sandbox's clock as Effect's; pauses stay real. */
const clockOf = (world: World, real: Clock.Clock): Clock.Clock => ({
  sleep: (duration) => real.sleep(duration),
  monotonicTimeNanosUnsafe: () => real.monotonicTimeNanosUnsafe(),
  monotonicTimeNanos: real.monotonicTimeNanos,
  currentTimeMillisUnsafe: () => world.clock.now,
  currentTimeMillis: Effect.sync(() => world.clock.now),
  currentTimeNanosUnsafe: () => BigInt(world.clock.now) * 1_000_000n,
  currentTimeNanos: Effect.sync(() => BigInt(world.clock.now) * 1_000_000n)
})

export interface Stage {
  readonly sandbox: Sandbox.Sandbox
  readonly banks: BankSandbox.BankSandbox
  readonly folder: string
  readonly database: string
  /** Where banks send people back to, as registered with them. */
  readonly redirectUrl: string
}

const redirectUrl = "https://paymirror.example/back"

/** What a licensed host holds, for the banks of this stage and nobody else's. */
const organizationId = "PSDSE-FINA-123456"

const equip = (banks: BankSandbox.BankSandbox, settings: string) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    const { cert, key } = yield* Effect.promise(() => banks.certificates.qwac({ organizationId, roles: ["PSP_AI"] }))
    yield* fs.makeDirectory(path.join(settings, "psd2"), { recursive: true, mode: 0o700 })
    const lay = (name: string, text: string) =>
      fs.writeFileString(path.join(settings, "psd2", name), text, { mode: 0o600 })
    yield* lay("licence", organizationId)
    yield* lay("transport.crt", cert)
    yield* lay("transport.key", key)
    yield* lay("transport.ca", banks.certificates.ca)
    yield* register(banks, "revolut-gb", path.join(settings, "psd2", "revolut-gb"))
  })

/** A client of one bank's authorisation server, with a key of its own. */
const register = (banks: BankSandbox.BankSandbox, institution: string, folder: string) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 })
    const client = { id: "paymirror-demo", kid: "demo-1" }
    banks.institution(institution).authorisation?.clients.register({
      id: client.id,
      name: "paymirror",
      redirectUris: [redirectUrl],
      jwks: { keys: [{ ...publicKey.export({ format: "jwk" }), kid: client.kid }] }
    })
    yield* fs.makeDirectory(folder, { mode: 0o700 })
    const lay = (name: string, text: string) => fs.writeFileString(path.join(folder, name), text, { mode: 0o600 })
    yield* lay("client.id", client.id)
    yield* lay("client.kid", client.kid)
    yield* lay("client.key", privateKey.export({ format: "pem", type: "pkcs8" }).toString())
  })

/** Runs a play: sandbox and banks are up, the mirror is open and the clock is shared until it ends. */
export const play = <A, E, R>(
  options: { readonly seed: number; readonly db: Option.Option<string> },
  script: (stage: Stage) => Effect.Effect<A, E, R>
) =>
  Effect.scoped(
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const path = yield* Path.Path
      const random = yield* SecureRandom.SecureRandom
      const sandbox = yield* Sandbox.make({ seed: options.seed })
      // Nobody answers by themselves: a play says when they do.
      const banks = yield* BankSandbox.make({ clock: sandbox.world.clock, seed: options.seed, polls: 0 })
      const folder = yield* fs.makeTempDirectoryScoped({ prefix: "paymirror-demo-" })
      const settings = path.join(folder, "settings")
      yield* equip(banks, settings)
      const database = Option.getOrElse(options.db, () => path.join(folder, "paymirror.db"))
      const ring = Option.isSome(options.db) ? yield* KeyFile.ring : Redacted.make(yield* random.randomBytes(32))
      const real = yield* Clock.Clock
      const directories = yield* UserDirectories.UserDirectories
      return yield* script({ sandbox, banks, folder, database, redirectUrl }).pipe(
        Effect.provide(Home.engine(database, ring)),
        // The host's own credentials, if this machine has any, are never shown to a simulated bank.
        Effect.provideService(UserDirectories.UserDirectories, {
          ...directories,
          config: () => Effect.succeed(settings)
        }),
        Effect.provideService(ConfigProvider.ConfigProvider, ConfigProvider.fromUnknown({})),
        Effect.provideService(Clock.Clock, clockOf(sandbox.world, real))
      )
    })
  )
