/**
 * An authorisation server of a bank: its published metadata and `openid-client` set up for it, with the host's key and
 * the clock of the program. Which grants to ask for is not decided here.
 */
import type { ConnectorError } from "@paymirror/core"
import * as Clock from "effect/Clock"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Oidc from "openid-client"
import type { Credentials } from "../Credentials.ts"
import { configuration, unavailable } from "../Failure.ts"
import type { Http } from "../Http.ts"
import { fetchOver } from "./fetch.ts"
import { keyOnce } from "./keys.ts"
import { sorted } from "./thrown.ts"

type Client = NonNullable<Credentials["client"]>

export interface Server {
  readonly metadata: Oidc.ServerMetadata
  /** The host's signing key, for request objects. */
  readonly key: { readonly key: CryptoKey; readonly kid: string }
  /** Runs something of `openid-client` against this server. */
  readonly call: <A>(
    use: (configuration: Oidc.Configuration) => Promise<A>
  ) => Effect.Effect<A, ConnectorError.ConnectorError>
}

/** Signatures that are believed, of those a server offers. */
const trusted = new Set(["PS256", "ES256", "EdDSA", "Ed25519"])

const offered = (algorithms: ReadonlyArray<string> | undefined): Array<string> =>
  (algorithms ?? ["PS256", "ES256"]).filter((algorithm) => trusted.has(algorithm))

const attempt = <A>(
  use: (context: Context.Context<never>, now: number) => Promise<A>
): Effect.Effect<A, ConnectorError.ConnectorError> =>
  Effect.gen(function* () {
    const context = yield* Effect.context()
    const now = yield* Clock.currentTimeMillis
    return yield* Effect.tryPromise({ try: () => use(context, now), catch: (error) => sorted(error, now) })
  })

const authentication = (metadata: Oidc.ServerMetadata, key: Server["key"]): Oidc.ClientAuth | undefined => {
  const methods = metadata.token_endpoint_auth_methods_supported
  if (methods === undefined || methods.includes("private_key_jwt")) return Oidc.PrivateKeyJwt(key)
  return methods.includes("tls_client_auth") ? Oidc.TlsClientAuth() : undefined
}

/** Reading metadata can be repeated: whether an answer was lost does not matter. */
const nothingSpent = (error: ConnectorError.ConnectorError): ConnectorError.ConnectorError =>
  error.reason._tag === "ProviderUnavailable" ? unavailable(error.reason.detail) : error

/** Reads the metadata at an issuer, or at the address of the metadata itself (one that holds `/.well-known/`). */
const discover = (
  http: Http,
  client: Client,
  at: URL,
  algorithm: "oidc" | "oauth2"
): Effect.Effect<Server, ConnectorError.ConnectorError> =>
  Effect.gen(function* () {
    const key = { key: yield* keyOnce(client.key, client.algorithm), kid: client.keyId }
    const found = yield* attempt((context) =>
      Oidc.discovery(at, client.id, undefined, Oidc.None(), {
        algorithm,
        [Oidc.customFetch]: fetchOver(http, context)
      })
    ).pipe(Effect.mapError(nothingSpent))
    const published: Oidc.ServerMetadata = JSON.parse(JSON.stringify(found.serverMetadata()))
    const metadata: Oidc.ServerMetadata = {
      ...published,
      id_token_signing_alg_values_supported: offered(published.id_token_signing_alg_values_supported),
      authorization_signing_alg_values_supported: offered(published.authorization_signing_alg_values_supported)
    }
    const auth = authentication(metadata, key)
    if (auth === undefined) {
      return yield* configuration("the authorisation server takes neither private_key_jwt nor tls_client_auth")
    }
    return {
      metadata,
      key,
      call: (use) =>
        attempt((context, now) => {
          const configured = new Oidc.Configuration(
            metadata,
            client.id,
            {
              use_mtls_endpoint_aliases: true,
              [Oidc.clockSkew]: Math.round((now - Date.now()) / 1000)
            },
            auth
          )
          configured[Oidc.customFetch] = fetchOver(http, context)
          configured.timeout = undefined
          return use(configured)
        })
    }
  })

const hour = 3_600_000

/** The same server, its metadata read again after an hour. */
const remembered = (
  discovery: Effect.Effect<Server, ConnectorError.ConnectorError>
): Effect.Effect<Server, ConnectorError.ConnectorError> => {
  let known: { readonly server: Server; readonly at: number } | undefined
  return Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    if (known !== undefined && now - known.at < hour) return known.server
    const server = yield* discovery
    known = { server, at: now }
    return server
  })
}

/** Reads a server's metadata as this host's client there. */
export const reader = (http: Http, algorithm: "oidc" | "oauth2") => {
  const { client } = http.settings.credentials
  return (at: URL): Effect.Effect<Server, ConnectorError.ConnectorError> =>
    client === undefined
      ? Effect.fail(configuration("a client registered at the bank's authorisation server, and its key"))
      : discover(http, client, at, algorithm)
}

/** The bank's own, by its record. */
export const own = (
  { settings: { institution } }: Http,
  read: ReturnType<typeof reader>
): Effect.Effect<Server, ConnectorError.ConnectorError> =>
  remembered(
    Effect.suspend(() =>
      institution.issuer === undefined
        ? Effect.fail(configuration(`${institution.name} has not published its issuer: name it with issuer`))
        : read(new URL(institution.issuer))
    )
  )
