/**
 * A UK bank, or the aggregator, of the sandbox's town over its real HTTPS, and the dialect that talks to it, with every
 * request it sent kept as it went out. The bank's clock is the connector's.
 */
import { assert } from "@effect/vitest"
import type { Access, ConnectorError, Link } from "@paymirror/core"
import { BankSandbox, type Quirks as BankQuirks } from "@paymirror/sandbox"
import { generateKeyPairSync, randomUUID } from "node:crypto"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Redacted from "effect/Redacted"
import type { Credentials } from "../src/Credentials.ts"
import type { Call } from "../src/Dialect.ts"
import { dialects } from "../src/dialects/index.ts"
import type { Page, Window } from "../src/Entry.ts"
import type { Grant, GrantedAccount } from "../src/Grant.ts"
import type { Institution } from "../src/Institution.ts"
import { viaEnableBanking } from "../src/institutions/enableBanking.ts"
import { layer } from "../src/node.ts"
import { type Options, settings as settingsOf } from "../src/Options.ts"
import { revolut } from "./revolut.ts"

export const presence: Access.Presence = { ipAddress: "192.0.2.7", userAgent: "Browser/1" }
export const redirectUrl = "https://reader.example/back"

const thames: Institution = {
  id: "thames-gb",
  name: "Thames Bank",
  provider: "thames",
  market: "GB",
  legalEntity: "Thames Bank plc",
  maturity: "specified",
  dialect: "obie",
  version: "4.0",
  approval: "redirect",
  ids: "transactionId",
  history: { days: 730, freshMinutes: 5 },
  consent: { maxDays: 365, reconfirmDays: 90 },
  budget: { reads: 4, hours: 24 }
}

const suomi = viaEnableBanking({
  name: "Suomi Pankki",
  country: "FI",
  provider: "suomi",
  legalEntity: "Suomi Pankki Oyj"
})

export const recordOf = (id: string): Institution =>
  [revolut, thames, { ...suomi, id: "enable-banking" }].find((one) => one.id === id) ?? assert.fail(`no bank ${id}`)

export interface Sent {
  readonly method: string
  readonly url: URL
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: string
}

const sentOf = ({ body, headers, method, url, urlParams }: HttpClientRequest.HttpClientRequest): Sent => {
  const address = new URL(url)
  for (const [name, value] of urlParams.params) {
    address.searchParams.append(name, typeof value === "string" ? value : Redacted.value(value))
  }
  return {
    method,
    url: address,
    headers: { ...headers, ...(body._tag !== "Empty" && { "content-type": body.contentType }) },
    body: body._tag === "Uint8Array" ? new TextDecoder().decode(body.body) : ""
  }
}

const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 })
export const key = Redacted.make(String(privateKey.export({ type: "pkcs8", format: "pem" })))
const jwk = { ...publicKey.export({ format: "jwk" }), kid: "reader-key", alg: "PS256" }

const organization = { organizationId: "PSDGB-FCA-123456", roles: ["PSP_AI"] as const }

export interface Setup extends Partial<Options> {
  readonly bank?: Partial<BankQuirks>
  readonly record?: Partial<Institution>
  /** What the authorisation server publishes of itself, changed on the way. */
  readonly published?: (metadata: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>
}

/** Another description of the authorisation server than its own. */
const describing = (http: HttpClient.HttpClient, published: Setup["published"]): HttpClient.HttpClient =>
  published === undefined
    ? http
    : HttpClient.transform(http, (answer, request) =>
        request.url.endsWith("/.well-known/openid-configuration")
          ? answer.pipe(
              Effect.flatMap((response) => response.json),
              Effect.map((body) =>
                HttpClientResponse.fromWeb(request, Response.json(published(body as Readonly<Record<string, unknown>>)))
              )
            )
          : answer
      )

export const open = (id: string, { bank, published, record, ...options }: Setup = {}) =>
  Effect.gen(function* () {
    const town = yield* BankSandbox.make({ institutions: [id], quirks: bank })
    const host = town.institution(id)
    const client = { id: "reader", name: "Reader", redirectUris: [redirectUrl], jwks: { keys: [jwk] } }
    host.authorisation?.clients.register(client)
    const application = randomUUID()
    const pem = publicKey.export({ type: "spki", format: "pem" }).toString()
    host.aggregator?.applications.register({
      id: application,
      name: "Reader",
      publicKey: pem,
      redirectUrls: [redirectUrl]
    })
    const qwac = yield* Effect.promise(() => town.certificates.qwac(organization))
    const credentials: Credentials = {
      licence: organization.organizationId,
      transport: { certificate: qwac.cert, key: Redacted.make(qwac.key), ca: town.certificates.ca },
      client: { id: client.id, key, keyId: jwk.kid, algorithm: "PS256" },
      application: { id: application, key }
    }
    const institution: Institution = { ...recordOf(id), ...record }
    const settings = settingsOf({
      institution,
      baseUrl: institution.version === "4.0" ? `${host.baseUrl}/open-banking/v4.0/aisp` : host.baseUrl,
      ...(host.authorisation !== undefined && { issuer: host.authorisation.issuer }),
      redirectUrl,
      backoff: "1 millis",
      credentials,
      ...options
    })
    const sent: Array<Sent> = []
    const over = describing(yield* Effect.provide(HttpClient.HttpClient, layer(credentials)), published)
    const http = HttpClient.tapRequest(over, (request) => Effect.sync(() => sent.push(sentOf(request))))
    const make = dialects[institution.dialect]
    /** The connector as it is after a restart: nothing of the conversation but its state. */
    const restarted = () => make(http, settings)
    const dialect = restarted()
    const real = yield* Clock.Clock
    const clock: Clock.Clock = Object.assign(Object.create(Object.getPrototypeOf(real)), real, {
      currentTimeMillisUnsafe: () => town.clock.now,
      currentTimeMillis: Effect.sync(() => town.clock.now)
    })
    const timed = <A, E>(effect: Effect.Effect<A, E>): Effect.Effect<A, E> =>
      Effect.provideService(effect, Clock.Clock, clock)
    const step = (answer: Link.LinkAnswer, state = "", who: Access.Presence | undefined = presence, by = dialect) =>
      timed(by.link({ answer, state, ...(who !== undefined && { presence: who }) }))
    const start = Effect.gen(function* () {
      const asked = yield* step({ _tag: "Start" })
      return asked._tag === "Redirect" ? asked : assert.fail(`no redirect: ${asked._tag}`)
    })
    const visit = (url: string, decision: "approve" | "deny" = "approve") =>
      Effect.promise(() => town.visit(url, { decision }))
    const back = (url: string, state: string, by = dialect) =>
      Effect.flatMap(step({ _tag: "Redirected", url }, state, presence, by), (done) =>
        done._tag === "Linked" ? Effect.succeed(done) : Effect.die(`not linked: ${done._tag}`)
      )
    const linked: Effect.Effect<Link.LinkStep<Grant> & { _tag: "Linked" }, ConnectorError.ConnectorError> = Effect.gen(
      function* () {
        const asked = yield* start
        return yield* back(yield* visit(asked.url), asked.state)
      }
    )
    const call = (grant: Grant, who?: Access.Presence): Call => ({
      grant,
      access: { spend: () => Effect.void, ...(who !== undefined && { presence: who }) }
    })
    const page = (grant: Grant, account: GrantedAccount, window: Window, next?: string, who?: Access.Presence) =>
      timed(dialect.page(call(grant, who), account, window, next))
    /** Every page of a window. */
    const pages = (grant: Grant, window: Window = { from: "2026-01-01" }, who?: Access.Presence) =>
      Effect.gen(function* () {
        const account = first(grant)
        const found: Array<Page> = [yield* page(grant, account, window, undefined, who)]
        while (found.length < 60) {
          const next = found.at(-1)?.next
          if (next === undefined) break
          found.push(yield* page(grant, account, window, next, who))
        }
        return found
      })
    return {
      town,
      host,
      dialect,
      settings,
      institution,
      sent,
      step,
      start,
      visit,
      back,
      linked,
      call,
      page,
      pages,
      timed,
      restarted
    }
  })

export const first = ({ accounts }: Grant): GrantedAccount => accounts[0] ?? assert.fail("no account")
