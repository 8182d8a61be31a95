/**
 * A bank of the town as the far side of the conformance suite. Every scene has a person of its own at a bank that is well
 * again. Nothing is answered here that a bank does not answer itself.
 */
import type { FarSide, Rule } from "@paymirror/connector-testing/simulator"
import * as Effect from "effect/Effect"
import { type Host, host } from "./host.ts"
import { newcomer, type Person, settle, spend } from "./person.ts"

/** How a bank is spoken to, as far as the suite has to know. */
export interface Spoken {
  /** What it is called in the town. */
  readonly town: string
  /** Paths that read an account begin like this. */
  readonly accounts: string
  /** Other paths that may be posted to; one that ends in `*` stands for all that begin like it. */
  readonly sessionPaths: ReadonlyArray<string>
  /** Where access tokens are renewed. */
  readonly refreshPath?: string
  /** Transactions come in one answer, as XML. */
  readonly inXml?: boolean
}

export interface Far extends FarSide {
  readonly bank: string
  readonly person: Person
  /** What the person does: opens the page and comes back to an address, or says yes in the bank's app. */
  readonly visit: (url: string) => Promise<string>
  readonly approve: () => void
}

/** What a person does to approve, and reads; no request of the connector's. */
const pages = ["/approve", "/authorize", "/oauth/authorize", "/ais/start"]

const does = (act: () => void): Effect.Effect<void> => Effect.sync(act)

/** The quirks a bank came with, to which every scene returns. */
const usual = new Map<string, object>()

const side = ({ fetch, meanwhile, town }: Host, spoken: Spoken): Far => {
  const { accounts, inXml = false, refreshPath, sessionPaths, town: id } = spoken
  const { authorisation, bank, consents, expireAccess, faults, quirks } = town.institution(id)
  const expired = authorisation === undefined ? "TOKEN_EXPIRED" : "unauthorized"
  if (!usual.has(id)) usual.set(id, { ...quirks })
  Object.assign(quirks, usual.get(id))
  faults.heal()
  meanwhile()
  const person = newcomer(town.institution(id))
  const since = town.ledger.totals.requests
  const always = (fault: Rule["fault"], path?: string): Effect.Effect<void> =>
    does(() => faults.add({ fault, times: "always", ...(path !== undefined && { path }) }))
  const hers = () => consents.all.filter(({ customer }) => customer === person.customer)
  return {
    bank: id,
    person,
    visit: (url) => town.visit(url, { customer: person.customer }),
    approve: () => town.approve(id),
    fetch,
    requests: Effect.sync(() =>
      town.ledger.entries.filter(({ number, path }) => number > since && !pages.includes(path))
    ),
    sessionPaths,
    secrets: person.own,
    mutate: does(() => spend(bank, person.account)),
    settle: does(() => settle(bank, person.account)),
    lapse: does(() => bank.pending(person.account).forEach(({ key }) => bank.reverse(key))),
    repeatRows: does(() => (quirks.pageOverlap = 2)),
    shiftPages: does(() => (quirks.shiftingPages = true)),
    loopPages: () => does(() => (quirks.nextLink = "endless")),
    unknownField: () =>
      inXml ? always({ kind: "drift", change: "extra-fields" }) : does(() => (quirks.extraFields = true)),
    emptyLists: always({ kind: "empty-rows" }),
    failNext: (times, after = 0) =>
      does(() => {
        faults.heal()
        if (times > 0) faults.add({ fault: { kind: "fail", status: 503 }, skip: after, times })
      }),
    throttle: (retryAfter) => always({ kind: "throttle", retryAfter }),
    stall: always({ kind: "delay", ms: 3_600_000 }),
    botPage: always({ kind: "bot-page" }),
    malformRow: () => always({ kind: "drift", change: "malformed-row" }),
    unknownValue: () => always({ kind: "drift", change: "unknown-value" }),
    revoke: does(() => {
      for (const { id: consent, status } of hers()) if (status === "valid") consents.revoke(consent)
    }),
    ...(refreshPath !== undefined &&
      expireAccess !== undefined && {
        refreshPath,
        expireAccess: does(() => hers().forEach((consent) => expireAccess(consent.id))),
        rejectAccess: always({ kind: "fail", status: 401, error: expired }, accounts),
        loseRefresh: always({ kind: "lost-answer" }, refreshPath)
      })
  }
}

/** A scene at this bank: a far side of its own each time it is run. */
export const bankSide = (spoken: Spoken): Effect.Effect<Far> =>
  Effect.map(Effect.promise(host), (opened) => side(opened, spoken))
