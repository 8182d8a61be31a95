/**
 * The banks' side of the control interface, under `/_sandbox/banks`: what there is, and every command a test or a
 * demonstration may give a bank or one of its customers. Bodies are spelt like the sandbox's TypeScript, amounts are minor
 * units. None of it is part of any bank's interface.
 */
import * as Schema from "effect/Schema"
import { Rule } from "@paymirror/connector-testing/simulator"
import { Refused } from "../Refused.ts"
import type { Entry } from "./Bank.ts"
import { roles } from "./Certificates.ts"
import { changeQuirks } from "./QuirkChange.ts"
import type { BankSandbox, Institution } from "./Town.ts"

const may = Schema.optionalKey
const text = Schema.String.check(Schema.isMinLength(1), Schema.isMaxLength(200))
const amount = Schema.Int.check(Schema.isBetween({ minimum: -1_000_000_000, maximum: 1_000_000_000 }))
const count = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1_000_000 }))
const day = Schema.String.check(Schema.isPattern(/^\d{4}-\d{2}-\d{2}$/))

const movement = {
  account: text,
  amount,
  text,
  counterparty: may(Schema.Struct({ name: text, iban: may(text) })),
  kind: may(Schema.Literals(["transfer", "card", "direct_debit", "interest", "fee", "exchange"])),
  foreign: may(Schema.Struct({ currency: text, amount, rate: text })),
  mcc: may(text)
}

interface BankCommand {
  readonly fields: ReadonlyArray<string>
  readonly run: (town: BankSandbox, institution: Institution, body: unknown) => unknown
}

const command = <Body extends Schema.ConstraintDecoder<unknown> & { readonly fields: object }>(
  body: Body,
  run: (institution: Institution, input: Body["Type"], town: BankSandbox) => unknown
): BankCommand => {
  const decode = Schema.decodeUnknownSync(body)
  return { fields: Object.keys(body.fields), run: (town, institution, given) => run(institution, decode(given), town) }
}

const clients = ({ authorisation, id }: Institution) => {
  if (authorisation === undefined) throw new Refused(`${id} registers no clients`)
  return authorisation.clients
}

const applications = ({ aggregator, id }: Institution) => {
  if (aggregator === undefined) throw new Refused(`${id} registers no applications`)
  return aggregator.applications
}

const bankCommands: Readonly<Record<string, BankCommand>> = {
  "book": command(Schema.Struct({ ...movement, on: may(day), valueOn: may(day) }), ({ bank }, { account, ...entry }) =>
    bank.book(account, entry)
  ),
  "announce": command(Schema.Struct({ ...movement, expectedOn: may(day) }), ({ bank }, { account, ...entry }) =>
    bank.announce(account, entry)
  ),
  "settle": command(
    Schema.Struct({ key: text, amount: may(amount), on: may(day), text: may(text) }),
    ({ bank }, { key, ...settlement }) => bank.settle(key, settlement)
  ),
  "reverse": command(Schema.Struct({ key: text }), ({ bank }, { key }) => bank.reverse(key)),
  "reissue-ids": command(
    Schema.Struct({ account: text, stripTexts: may(Schema.Boolean) }),
    ({ bank }, { account, ...options }) => bank.reissueIds(account, options)
  ),
  "bulk": command(
    Schema.Struct({ account: text, entries: count, days: may(count) }),
    ({ bank }, { account, ...options }) => bank.bulk(account, options)
  ),
  "approve": command(Schema.Struct({ consent: may(text), customer: may(text) }), ({ id }, answering, town) =>
    town.approve(id, answering)
  ),
  "deny": command(Schema.Struct({ consent: may(text) }), ({ id }, answering, town) => town.deny(id, answering)),
  "revoke": command(Schema.Struct({ consent: text }), ({ consents }, { consent }) => consents.revoke(consent).status),
  "expire": command(Schema.Struct({ consent: text }), ({ consents }, { consent }) => consents.expire(consent).status),
  "expire-access": command(Schema.Struct({ consent: text }), ({ expireAccess, id }, { consent }) => {
    if (expireAccess === undefined) throw new Refused(`${id} gives no tokens`)
    expireAccess(consent)
  }),
  "fault": command(Rule, ({ faults }, rule) => faults.add(rule)),
  "heal": command(Schema.Struct({}), ({ faults }) => faults.heal()),
  "register-client": command(
    Schema.Struct({
      id: text,
      name: text,
      redirectUris: Schema.Array(text),
      jwks: Schema.Struct({ keys: Schema.Array(Schema.Record(Schema.String, Schema.Unknown)) })
    }),
    (institution, { jwks, ...client }) => {
      const keys = jwks.keys.map((key) => ({ ...key, kty: String(key["kty"]) }))
      const { id } = clients(institution).register({ ...client, jwks: { keys } })
      return { id }
    }
  ),
  "register-application": command(
    Schema.Struct({ id: text, name: text, publicKey: Schema.String, redirectUrls: Schema.Array(text) }),
    (institution, application) => ({ id: applications(institution).register(application).id })
  )
}

/** For the whole town. */
const Organisation = Schema.Struct({
  organizationId: text,
  name: may(text),
  roles: may(Schema.Array(Schema.Literals(Object.keys(roles) as ReadonlyArray<keyof typeof roles>)))
})
const decodeOrganisation = Schema.decodeUnknownSync(Organisation)

const summary = ({ baseUrl, dialect, id, pagesUrl }: Institution) => ({ id, dialect, baseUrl, pagesUrl })

const shownEntries = 100
const latest = (entries: ReadonlyArray<Entry>): ReadonlyArray<Entry> => entries.slice(-shownEntries)

const details = (institution: Institution) => {
  const { accesses, bank, consents, faults, quirks } = institution
  return {
    ...summary(institution),
    customers: bank.customers,
    accounts: bank.accounts.map((account) => ({ ...account, ...bank.balances(account.id) })),
    consents: consents.all.map(({ asked: _asked, ...consent }) => consent),
    reads: accesses.counts(),
    quirks,
    faults: faults.standing
  }
}

const accountDetails = ({ bank }: Institution, id: string) => ({
  ...bank.account(id),
  ...bank.balances(id),
  pending: bank.pending(id),
  latestBooked: latest(bank.ledger(id))
})

/** What is answered to a GET of these parts of the path; nothing where there is nothing. */
export const getBanks = (town: BankSandbox, route: ReadonlyArray<string>): unknown => {
  const [id, noun, accountId] = route
  if (id === undefined) {
    const fields = Object.entries(bankCommands).map(([name, one]) => [name, one.fields] as const)
    return {
      institutions: town.institutions.map(summary),
      ca: town.certificates.ca,
      post: ["certificates"],
      postForOneBank: { ...Object.fromEntries(fields), quirks: ["any of them"] }
    }
  }
  if (id === "requests") return { totals: town.ledger.totals, entries: town.ledger.entries }
  if (noun === undefined) return details(town.institution(id))
  return noun === "accounts" && accountId !== undefined ? accountDetails(town.institution(id), accountId) : undefined
}

export const postBanks = (town: BankSandbox, route: ReadonlyArray<string>, body: unknown): unknown => {
  const [id = "", name = "", ...rest] = route
  if (rest.length > 0) return undefined
  if (id === "certificates" && name === "") return certificates(town, body)
  if (name === "quirks") return changeQuirks(town.institution(id).quirks, body)
  const known = bankCommands[name]
  return known === undefined ? undefined : (known.run(town, town.institution(id), body) ?? {})
}

const certificates = async (town: BankSandbox, body: unknown) => {
  const organisation = decodeOrganisation(body)
  const [qwac, qseal] = await Promise.all([town.certificates.qwac(organisation), town.certificates.qseal(organisation)])
  return { ca: town.certificates.ca, qwac, qseal }
}
