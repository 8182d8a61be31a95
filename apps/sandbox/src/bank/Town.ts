/**
 * All banks of the sandbox in one place, on one clock, each on sockets of its own. `make` is for Effect and closes with
 * its scope; `start` is the same for everybody else. Whoever reads them gets addresses and certificates here; whoever
 * commands them gets the banks themselves.
 */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { Clock, Faults, RequestLedger, day, hour, iso, minute, second } from "@paymirror/connector-testing/simulator"
import { Refused } from "../Refused.ts"
import { defaultSeed, defaultStart } from "../World.ts"
import type { Span } from "../World.ts"
import { Accesses } from "./Accesses.ts"
import type { Approvals } from "./Approvals.ts"
import type { Bank } from "./Bank.ts"
import { listen } from "./BankServer.ts"
import type { BankServerOptions, Handler } from "./BankServer.ts"
import * as BerlinBank from "./berlin/BerlinBank.ts"
import type { BerlinOptions } from "./berlin/Berlin.ts"
import { Certificates } from "./Certificates.ts"
import { Consents } from "./Consents.ts"
import { aggregator } from "./enableBanking/Aggregator.ts"
import type { Aggregator } from "./enableBanking/Aggregator.ts"
import { aggregatorHosts, aspspManner } from "./enableBanking/hosts.ts"
import { hosts as euHosts } from "./institutions.ts"
import type { Host } from "./institutions.ts"
import * as KlarnaBank from "./klarnaV2/KlarnaBank.ts"
import { ukHosts } from "./obie/hosts.ts"
import { revolutGb, thamesGb } from "./obie/UkBank.ts"
import type { AuthorisationServer } from "./oidc/AuthorisationServer.ts"
import { makeQuirks } from "./Quirks.ts"
import type { Quirks } from "./Quirks.ts"
import { visit } from "./visit.ts"
import type { Visit } from "./visit.ts"

export interface TownOptions {
  /** One that somebody else moves, or one of its own. */
  readonly clock?: Clock | undefined
  readonly startAt?: string | undefined
  readonly seed?: number | undefined
  /** All of them unless said. */
  readonly institutions?: ReadonlyArray<string> | undefined
  readonly quirks?: Partial<Quirks> | undefined
  /** The first of as many ports as there are doors, two for each bank; any free ones unless said. */
  readonly firstPort?: number | undefined
  /** After how many polls somebody who is asked on their telephone answers; 2 unless said, 0 for never by themselves. */
  readonly polls?: number | undefined
  /** The header in which Klarna is told the person's e-mail; `PSU-ID` unless said. */
  readonly emailHeader?: string | undefined
}

export interface Institution {
  readonly id: string
  readonly dialect: Host["dialect"]
  readonly baseUrl: string
  readonly pagesUrl: string
  readonly bank: Bank
  readonly quirks: Quirks
  readonly consents: Consents
  readonly accesses: Accesses
  readonly faults: Faults
  /** Where a person approves in the bank's own way; the UK banks have an authorisation server instead. */
  readonly approvals: Approvals | undefined
  /** Where there are tokens: the access tokens of a consent run out at once, and can be renewed. */
  readonly expireAccess: ((consent: string) => void) | undefined
  /** Of a UK bank: where its clients are entered. */
  readonly authorisation: AuthorisationServer | undefined
  /** Of the aggregator: where its applications are entered. */
  readonly aggregator: Aggregator | undefined
}

/** What the person is asked about: the one consent, or the latest that waits. */
export interface Answering {
  readonly consent?: string | undefined
  readonly customer?: string | undefined
}

export interface BankSandbox {
  readonly clock: Clock
  readonly certificates: Certificates
  /** Of all banks together. */
  readonly ledger: RequestLedger
  readonly institutions: ReadonlyArray<Institution>
  readonly institution: (id: string) => Institution
  readonly baseUrl: (id: string) => string
  readonly advance: (span: Span) => string
  /** On the telephone, or at the counter: without a page. */
  readonly approve: (institution: string, answering?: Answering) => void
  readonly deny: (institution: string, answering?: Answering) => void
  /** Goes through the page at this address as a person would; gives the address they are sent to. */
  readonly visit: (url: string, answer?: Visit) => Promise<string>
}

export interface RunningBankSandbox extends BankSandbox {
  readonly close: () => Promise<void>
}

interface Spoken {
  readonly handlers: ReadonlyArray<Handler>
  readonly approvals?: Approvals
  readonly expireAccess?: (consent: string) => void
  readonly authorisation?: AuthorisationServer
  readonly aggregator?: Aggregator
  readonly server?: Pick<BankServerOptions, "refusal" | "mutual">
}

interface Scene {
  readonly bank: Bank
  readonly quirks: Quirks
  readonly consents: Consents
  readonly accesses: Accesses
  readonly certificates: Certificates
  readonly addresses: () => { readonly baseUrl: string; readonly pagesUrl: string }
  readonly polls: number | undefined
  readonly emailHeader: string | undefined
}

const hosts: ReadonlyArray<Host> = [...euHosts, ...ukHosts, ...aggregatorHosts]

/** How each bank that speaks 1.3 does it. */
const berlin: Readonly<Record<string, Pick<BerlinOptions, "approach" | "signed" | "reports">>> = {
  "nordbank-de": { approach: "redirect" },
  "alpenbank-at": { approach: "oauth", signed: true },
  "fjordbank-no": { approach: "decoupled" },
  "kontor-de": { approach: "redirect", reports: "camt" }
}

const speak = ({ dialect, ids: [id] }: Host, scene: Scene): Spoken => {
  switch (dialect) {
    case "klarna-v2":
      return { ...KlarnaBank.make(scene, scene), server: { refusal: "handshake" } }
    case "berlin-1.3":
      return BerlinBank.make(scene, { ...scene, approach: "redirect", ...berlin[id] })
    case "obie-3.1":
      return revolutGb(scene)
    case "obie-4.0":
      return thamesGb(scene)
    case "enable-banking": {
      const { addresses, bank } = scene
      const aspsps = [{ ...scene, ...aspspManner }]
      const whole = aggregator({ clock: bank.clock, random: bank.random("aggregator"), aspsps, addresses })
      return { handlers: whole.handlers, aggregator: whole, server: { mutual: false } }
    }
  }
}

const waitingIn = (
  { approvals, id }: Institution,
  consent: string | undefined
): { approvals: Approvals; id: string } => {
  if (approvals === undefined) throw new Refused(`${id} asks on its page`)
  const waiting = approvals.waiting.findLast((one) => consent === undefined || one.consent === consent)
  if (waiting === undefined) throw new Refused("nobody is waiting for an answer")
  return { approvals, id: waiting.id }
}

/** A bank has the same ports whichever others are open. */
const ports = (host: Host, { firstPort }: TownOptions): Pick<BankServerOptions, "port" | "pagesPort"> => {
  if (firstPort === undefined) return {}
  const port = firstPort + 2 * hosts.indexOf(host)
  return { port, pagesPort: port + 1 }
}

interface Opened {
  readonly institutions: ReadonlyArray<Institution>
  readonly close: () => Promise<void>
}

const open = async (
  host: Host,
  clock: Clock,
  options: TownOptions,
  shared: Pick<BankServerOptions, "certificates" | "ledger">
): Promise<Opened> => {
  const { polls = 2, seed = defaultSeed } = options
  const bank = host.open(clock, seed)
  const quirks = makeQuirks({ ...host.manners, ...options.quirks })
  const consents = new Consents(clock, bank.random("consents"), quirks)
  const accesses = new Accesses(clock, quirks)
  const faults = new Faults()
  const addresses = { baseUrl: "", pagesUrl: "" }
  const { certificates } = shared
  const scene = {
    bank,
    quirks,
    consents,
    accesses,
    certificates,
    addresses: () => addresses,
    polls: polls === 0 ? undefined : polls,
    emailHeader: options.emailHeader
  }
  const spoken = speak(host, scene)
  const { aggregator: whole, approvals, authorisation, handlers, server } = spoken
  const expireAccess = authorisation?.grants.expireAccess.bind(authorisation.grants) ?? spoken.expireAccess
  const [institution] = host.ids
  const { baseUrl, close, pagesUrl } = await listen({
    ...shared,
    ...server,
    institution,
    clock,
    quirks,
    faults,
    handlers,
    ...ports(host, options)
  })
  Object.assign(addresses, { baseUrl, pagesUrl })
  const { dialect } = host
  const commanded = { bank, quirks, consents, accesses, faults, approvals, authorisation, aggregator: whole }
  const parts = { dialect, baseUrl, pagesUrl, expireAccess, ...commanded }
  return { institutions: host.ids.map((id) => ({ id, ...parts })), close }
}

/** Where one bank cannot be opened, none stays open. */
const allOrNone = async (opening: ReadonlyArray<Promise<Opened>>): Promise<ReadonlyArray<Opened>> => {
  const settled = await Promise.allSettled(opening)
  const opened = settled.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []))
  const failed = settled.find((one) => one.status === "rejected")
  if (failed === undefined) return opened
  await Promise.all(opened.map(({ close }) => close()))
  throw failed.reason
}

/** Rejects where an institution is not known or a socket cannot be had. */
export const start = async (options: TownOptions = {}): Promise<RunningBankSandbox> => {
  const clock = options.clock ?? new Clock(Date.parse(options.startAt ?? defaultStart))
  const wanted = options.institutions ?? hosts.flatMap(({ ids }) => ids)
  const unknown = wanted.find((id) => !hosts.some(({ ids }) => ids.includes(id)))
  if (unknown !== undefined) throw new Refused(`no institution is called ${unknown}`)
  const certificates = await Certificates.make()
  const ledger = new RequestLedger()
  const chosen = hosts.filter(({ ids }) => ids.some((id) => wanted.includes(id)))
  const opened = await allOrNone(chosen.map((host) => open(host, clock, options, { certificates, ledger })))
  const institutions = opened.flatMap((one) => one.institutions)
  const institution = (id: string): Institution => {
    const found = institutions.find((one) => one.id === id)
    if (found === undefined) throw new Refused(`no institution is called ${id}`)
    return found
  }
  return {
    clock,
    certificates,
    ledger,
    institutions,
    institution,
    baseUrl: (id) => institution(id).baseUrl,
    advance: ({ days = 0, hours = 0, minutes = 0, seconds = 0 }) => {
      clock.moveTo(clock.now + days * day + hours * hour + minutes * minute + seconds * second)
      return iso(clock.now)
    },
    approve: (id, { consent, customer } = {}) => {
      const waiting = waitingIn(institution(id), consent)
      waiting.approvals.approve(waiting.id, customer)
    },
    deny: (id, { consent } = {}) => {
      const waiting = waitingIn(institution(id), consent)
      waiting.approvals.deny(waiting.id)
    },
    visit: (url, answer) => visit(certificates.ca, url, answer),
    close: async () => void (await Promise.all(opened.map(({ close }) => close())))
  }
}

/** Banks that live as long as their scope. */
export const make = (options: TownOptions = {}): Effect.Effect<BankSandbox, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.promise(() => start(options)),
    (town) => Effect.promise(() => town.close())
  )
