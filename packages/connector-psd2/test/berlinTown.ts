/**
 * A bank of the sandbox's town over its real HTTPS with mutual TLS, and the dialect that talks to it, with every request
 * it sent kept as it went out. The bank's clock is the connector's.
 */
import { assert } from "@effect/vitest"
import type { Access, ConnectorError, Link } from "@paymirror/core"
import { BankSandbox, type Quirks as BankQuirks, type RunningBanks } from "@paymirror/sandbox"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Redacted from "effect/Redacted"
import { exportPKCS8, generateKeyPair } from "jose"
import type { Call } from "../src/Dialect.ts"
import { dialects } from "../src/dialects/index.ts"
import type { Page, Window } from "../src/Entry.ts"
import type { Grant, GrantedAccount } from "../src/Grant.ts"
import type { Institution, Quirks } from "../src/Institution.ts"
import { find } from "../src/institutions/index.ts"
import { nextGenPsd2 } from "../src/institutions/nextGenPsd2.ts"
import { layer } from "../src/node.ts"
import { type Options, settings as settingsOf } from "../src/Options.ts"

export const presence: Access.Presence = { ipAddress: "192.0.2.7", userAgent: "Browser/1" }
export const redirectUrl = "https://reader.example/back"

const invented = (
  id: string,
  market: string,
  name: string,
  approval: Institution["approval"],
  quirks?: Quirks
): Institution =>
  nextGenPsd2({
    id,
    name,
    provider: id,
    market,
    legalEntity: `${name} AG`,
    baseUrl: "https://bank.invalid",
    approval,
    ids: "transactionId",
    ...(quirks !== undefined && { quirks })
  })

const fictional: ReadonlyArray<Institution> = [
  invented("nordbank-de", "DE", "Nordbank", "redirect"),
  invented("alpenbank-at", "AT", "Alpenbank", "oauth2", { sealed: true }),
  invented("fjordbank-no", "NO", "Fjordbank", "decoupled", { psuIdHeader: "PSU-ID" }),
  invented("kontor-de", "DE", "Kontor", "redirect")
]

export const recordOf = (id: string): Institution =>
  find(id) ?? fictional.find((one) => one.id === id) ?? assert.fail(`no bank ${id}`)

export interface Sent {
  readonly method: string
  readonly url: URL
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: string
}

const sentOf = ({ body, headers, method, url, urlParams }: HttpClientRequest.HttpClientRequest): Sent => {
  const address = new URL(url)
  for (const [name, value] of urlParams.params) if (typeof value === "string") address.searchParams.append(name, value)
  return {
    method,
    url: address,
    headers: { ...headers, ...(body._tag !== "Empty" && { "content-type": body.contentType }) },
    body: body._tag === "Uint8Array" ? new TextDecoder().decode(body.body) : ""
  }
}

const key = generateKeyPair("PS256", { extractable: true }).then(({ privateKey }) => exportPKCS8(privateKey))

const organization = { organizationId: "PSDSE-FINA-123456", roles: ["PSP_AI"] as const }

export interface Setup extends Partial<Options> {
  readonly bank?: Partial<BankQuirks>
  readonly record?: Partial<Institution>
  readonly polls?: number
  /** Without the host's certificates. */
  readonly bare?: boolean
}

/** A seal holds for one town. Where a bank asks for none the host has one all the same, of the first: RSA keys are dear. */
let unasked: ReturnType<RunningBanks["certificates"]["qseal"]> | undefined
const sealOf = ({ certificates }: RunningBanks, asked: boolean) =>
  asked ? certificates.qseal(organization) : (unasked ??= certificates.qseal(organization))

export const open = (id: string, { bank, bare, polls, record, ...options }: Setup = {}) =>
  Effect.gen(function* () {
    const town = yield* BankSandbox.make({ institutions: [id], quirks: bank, polls })
    const { ca } = town.certificates
    const [qwac, qseal, client] = yield* Effect.promise(() =>
      Promise.all([
        town.certificates.qwac(organization),
        sealOf(town, { ...recordOf(id), ...record }.quirks?.sealed === true),
        key
      ])
    )
    const transport = { certificate: qwac.cert, key: Redacted.make(qwac.key), ca }
    const credentials = {
      licence: organization.organizationId,
      transport,
      seal: { certificate: qseal.cert, key: Redacted.make(qseal.key) },
      client: { id: organization.organizationId, key: Redacted.make(client), keyId: "1", algorithm: "PS256" as const }
    }
    const host = town.institution(id)
    const institution: Institution = {
      ...recordOf(id),
      ...(recordOf(id).approval === "oauth2" && { issuer: host.baseUrl }),
      ...record
    }
    const settings = settingsOf({
      institution,
      baseUrl: host.baseUrl,
      redirectUrl,
      backoff: "1 millis",
      credentials,
      ...options
    })
    const sent: Array<Sent> = []
    const http = yield* Effect.provide(
      HttpClient.HttpClient,
      layer({ transport: bare === true ? { ...transport, certificate: "", key: Redacted.make("") } : transport })
    )
    const recording = HttpClient.tapRequest(http, (request) => Effect.sync(() => sent.push(sentOf(request))))
    const dialect = dialects[institution.dialect](recording, settings)
    const real = yield* Clock.Clock
    const clock: Clock.Clock = Object.assign(Object.create(Object.getPrototypeOf(real)), real, {
      currentTimeMillisUnsafe: () => town.clock.now,
      currentTimeMillis: Effect.sync(() => town.clock.now)
    })
    const timed = <A, E>(effect: Effect.Effect<A, E>): Effect.Effect<A, E> =>
      Effect.provideService(effect, Clock.Clock, clock)
    const link = (answer: Link.LinkAnswer, state = "", who: Access.Presence | undefined = presence) =>
      timed(dialect.link({ answer, state, ...(who !== undefined && { presence: who }) }))
    /** Answers each step as a person would, until it is linked. */
    const linked = (
      values: Readonly<Record<string, string>> = {}
    ): Effect.Effect<Link.LinkStep<Grant> & { _tag: "Linked" }, ConnectorError.ConnectorError> =>
      Effect.gen(function* () {
        let step = yield* link({ _tag: "Start" })
        for (let turn = 0; turn < 12; turn += 1) {
          if (step._tag === "Linked") return step
          if (step._tag === "Redirect") {
            const url = yield* Effect.promise(() => town.visit(step._tag === "Redirect" ? step.url : ""))
            step = yield* link({ _tag: "Redirected", url }, step.state)
          } else if (step._tag === "Prompt") {
            const entered = Object.entries(values).map(([name, value]) => [name, Redacted.make(value)] as const)
            step = yield* link({ _tag: "Entered", values: Object.fromEntries(entered) }, step.state)
          } else if (step._tag === "Approve") {
            town.advance({ seconds: step.pollAfterSeconds })
            step = yield* link({ _tag: "Poll" }, step.state)
          }
        }
        return assert.fail(`not linked: ${step._tag}`)
      })
    const call = (grant: Grant, who?: Access.Presence): Call => ({
      grant,
      access: { spend: () => Effect.void, ...(who !== undefined && { presence: who }) }
    })
    /** Asked for by the person, so that no bank counts it. */
    const page = (grant: Grant, account: GrantedAccount, window: Window, next?: string) =>
      timed(dialect.page(call(grant, presence), account, window, next))
    /** Every page of a window. */
    const pages = (grant: Grant, account: GrantedAccount, window: Window = { from: "2026-01-01" }) =>
      Effect.gen(function* () {
        const found: Array<Page> = [yield* page(grant, account, window)]
        while (found.length < 50) {
          const next = found.at(-1)?.next
          if (next === undefined) break
          found.push(yield* page(grant, account, window, next))
        }
        return found
      })
    return { town, host, dialect, settings, sent, link, linked, call, page, pages, timed }
  })

export const first = ({ accounts }: Grant): GrantedAccount => accounts[0] ?? assert.fail("no account")
