/**
 * The sandbox's banks as far sides of the conformance suite, one subject for each dialect. Every scene has a person of
 * its own at a bank that is well again; the connector reaches it over HTTPS with the host's certificate. Nothing is
 * answered here that a bank does not answer itself.
 */
import type { FarSide, Linked, Subject } from "@paymirror/connector-testing"
import { type Access, Connector, type ConnectorError, type Link } from "@paymirror/core"
import type { Rule } from "@paymirror/sandbox"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { layer, manifestOf } from "../../src/index.ts"
import { type Options, settings } from "../../src/Options.ts"
import { banks, type Spoken } from "./banks.ts"
import { newcomer, type Person, settle, spend } from "./person.ts"
import { certified, credentials, meanwhile, redirectUrl, town } from "./town.ts"

export interface Far extends FarSide {
  readonly bank: string
  readonly person: Person
}

const presence: Access.Presence = { ipAddress: "192.0.2.7", userAgent: "Browser/1" }
const usual = new Map(town.institutions.map(({ id, quirks }) => [id, { ...quirks }]))
const pages = ["/approve", "/authorize", "/oauth/authorize", "/ais/start"]

const does = (act: () => void): Effect.Effect<void> => Effect.sync(act)

const farOf = ({ accounts, inXml = false, record, refreshPath, sessionPaths, town: id }: Spoken): Effect.Effect<Far> =>
  Effect.sync(() => {
    const { bank, consents, expireAccess, faults, quirks } = town.institution(id)
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
      fetch: certified,
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
          rejectAccess: always(
            { kind: "fail", status: 401, error: record.dialect === "obie" ? "unauthorized" : "TOKEN_EXPIRED" },
            accounts
          ),
          loseRefresh: always({ kind: "lost-answer" }, refreshPath)
        })
    }
  })

/** What a person does: names herself where she is asked to, and approves at the bank. Every step is `heard`. */
export const converse = (
  { bank, person }: Far,
  heard: (step: Link.LinkStep<Connector.SealedGrant>) => void
): Effect.Effect<Linked, ConnectorError.ConnectorError, Connector.Connector> =>
  Effect.gen(function* () {
    const connector = yield* Connector.Connector
    const answered = (step: Link.LinkStep<Connector.SealedGrant>): Effect.Effect<Link.LinkAnswer> =>
      Effect.promise(async () => {
        if (step._tag === "Redirect")
          return { _tag: "Redirected", url: await town.visit(step.url, { customer: person.customer }) }
        if (step._tag === "Prompt") return { _tag: "Entered", values: { psuId: Redacted.make(person.email) } }
        town.approve(bank)
        return { _tag: "Poll" }
      })
    let step = yield* connector.link({ answer: { _tag: "Start" }, state: "", presence })
    heard(step)
    for (let turn = 0; turn < 4 && step._tag !== "Linked"; turn += 1) {
      const { state } = step
      step = yield* connector.link({ answer: yield* answered(step), state, presence })
      heard(step)
    }
    return step._tag === "Linked" ? step : yield* Effect.die(`link answered ${step._tag}`)
  })

const subjectOf = (spoken: Spoken): Subject<Far> => {
  const { hasIssuer = false, record, refreshPath, town: id, under = "" } = spoken
  const origin = town.baseUrl(id)
  const options: Options = {
    institution: record,
    baseUrl: `${origin}${under}`,
    ...(hasIssuer && { issuer: origin }),
    redirectUrl,
    credentials,
    backoff: "1 millis"
  }
  const { hosts, institution } = settings(options)
  return {
    manifest: { ...manifestOf(institution), hosts },
    layer: layer(options),
    far: farOf(spoken),
    link: (far) => converse(far, () => undefined),
    renews: refreshPath !== undefined,
    pages: spoken.inXml !== true
  }
}

export const subjects: ReadonlyArray<readonly [string, Subject<Far>]> = banks.map((spoken) => [
  spoken.record.id,
  subjectOf(spoken)
])
