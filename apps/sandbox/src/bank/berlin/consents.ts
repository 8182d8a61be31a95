/**
 * The consent side of Berlin Group 1.3: what may be asked for, the consent's life as a client sees it, and the
 * authorisations under it. How the person answers is not decided here.
 */
import * as Schema from "effect/Schema"
import { addDays } from "@paymirror/connector-testing/simulator"
import type { Approach, Authorisation } from "../Approvals.ts"
import type { Account } from "../Bank.ts"
import type { Answer, Asked } from "../BankServer.ts"
import { isOver } from "../Consents.ts"
import type { Consent } from "../Consents.ts"
import { Declined } from "../Declined.ts"
import { header } from "../Gate.ts"
import type { Table } from "../Routes.ts"
import { approvalPath, metadataPath } from "./Berlin.ts"
import type { Berlin } from "./Berlin.ts"
import { link, reference, scaStatusOf, statusOf } from "./spell.ts"
import type { Json } from "./spell.ts"

const may = Schema.optionalKey
const Reference = Schema.Struct({
  iban: may(Schema.String),
  maskedPan: may(Schema.String),
  currency: may(Schema.String)
})
const References = may(Schema.Array(Reference))
const everything = may(Schema.Literals(["allAccounts", "allAccountsWithOwnerName"]))
const Access = Schema.Struct({
  accounts: References,
  balances: References,
  transactions: References,
  additionalInformation: may(Schema.Struct({ ownerName: References })),
  availableAccounts: everything,
  availableAccountsWithBalance: everything,
  allPsd2: everything
})
const ConsentRequest = Schema.fromJsonString(
  Schema.Struct({
    access: Access,
    recurringIndicator: Schema.Boolean,
    validUntil: Schema.String.check(Schema.isPattern(/^\d{4}-\d{2}-\d{2}$/)),
    frequencyPerDay: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1_000_000 })),
    combinedServiceIndicator: Schema.Boolean
  })
)
type ConsentRequest = typeof ConsentRequest.Type
type References = ReadonlyArray<typeof Reference.Type>

const decode = Schema.decodeUnknownOption(ConsentRequest)

/** The longest a consent is good for, and the most unattended reads a day. */
const longestDays = 180
const mostReads = 4

const requested = (body: string): ConsentRequest => {
  const decoded = decode(body)
  if (decoded._tag === "None") throw new Declined(400, { code: "FORMAT_ERROR", text: "The body is not a consent" })
  const { frequencyPerDay, recurringIndicator } = decoded.value
  if (!recurringIndicator && frequencyPerDay !== 1) {
    throw new Declined(400, {
      code: "FORMAT_ERROR",
      path: "frequencyPerDay",
      text: "A single access has the frequency 1"
    })
  }
  return decoded.value
}

const find = ({ bank }: Berlin, { currency, iban, maskedPan }: typeof Reference.Type): Account => {
  const account = bank.accounts.find(
    (one) =>
      ((iban !== undefined && one.iban === iban) || (maskedPan !== undefined && one.maskedPan === maskedPan)) &&
      (currency === undefined || one.currency === currency)
  )
  if (account === undefined) throw new Declined(400, { code: "RESOURCE_UNKNOWN", path: "access" })
  return account
}

/** Rights for all accounts, or for one by `right:account`. */
const granted = (berlin: Berlin, access: ConsentRequest["access"]): Pick<Consent, "accounts" | "rights"> => {
  const { accounts, allPsd2, availableAccounts, availableAccountsWithBalance, balances, transactions } = access
  const owner = [allPsd2, availableAccounts, availableAccountsWithBalance].includes("allAccountsWithOwnerName")
  const withOwner = owner || access.additionalInformation?.ownerName !== undefined ? ["ownerName"] : []
  if (allPsd2 !== undefined) return { accounts: [], rights: ["accounts", "balances", "transactions", ...withOwner] }
  if (availableAccountsWithBalance !== undefined)
    return { accounts: [], rights: ["accounts", "balances", ...withOwner] }
  if (availableAccounts !== undefined) return { accounts: [], rights: ["accounts", ...withOwner] }
  const lists: ReadonlyArray<readonly [string, References | undefined]> = [
    ["accounts", accounts],
    ["balances", balances],
    ["transactions", transactions]
  ]
  const asked = lists.flatMap(([right, list]) => (list === undefined ? [] : [{ right, list }]))
  if (asked.length === 0)
    throw new Declined(400, { code: "FORMAT_ERROR", path: "access", text: "Nothing is asked for" })
  const named = asked.flatMap(({ list, right }) => list.map((one) => ({ right, account: find(berlin, one) })))
  if (named.length === 0)
    return { accounts: [], rights: ["accounts", ...asked.map(({ right }) => right), ...withOwner] }
  return {
    accounts: [...new Set(named.map(({ account }) => account.id))],
    rights: [
      ...new Set(named.flatMap(({ account, right }) => [`accounts:${account.id}`, `${right}:${account.id}`])),
      ...withOwner
    ]
  }
}

const customerOf = ({ bank }: Berlin, asked: Asked, accounts: ReadonlyArray<string>): string | undefined => {
  const psu = asked.headers["psu-id"]
  const named = psu === undefined ? undefined : bank.findCustomer(psu)
  if (psu !== undefined && named === undefined) throw new Declined(401, { code: "PSU_CREDENTIALS_INVALID" })
  const [first] = accounts
  return named?.id ?? (first === undefined ? undefined : bank.account(first).customer)
}

const sca: Readonly<Record<Approach, string>> = { redirect: "REDIRECT", oauth: "REDIRECT", decoupled: "DECOUPLED" }

/** What the client and the person are sent on with, once an authorisation has begun. */
const onward = (berlin: Berlin, authorisation: Authorisation): Json => {
  const { baseUrl, pagesUrl } = berlin.options.addresses()
  switch (authorisation.approach) {
    case "redirect":
      return { scaRedirect: link(`${pagesUrl}${approvalPath}?authorisation=${authorisation.id}`) }
    case "oauth":
      return { scaOAuth: link(`${baseUrl}${metadataPath}`) }
    case "decoupled":
      return {}
  }
}

const begin = (berlin: Berlin, asked: Asked, consent: Consent): Authorisation => {
  const { approach } = berlin.options
  const back = asked.headers["tpp-redirect-uri"]
  if (approach !== "decoupled" && back === undefined) {
    throw new Declined(400, { code: "FORMAT_ERROR", path: "TPP-Redirect-URI", text: "It is missing" })
  }
  const psu = asked.headers["psu-id"]
  if (approach === "decoupled" && psu === undefined && consent.customer === undefined) {
    throw new Declined(400, { code: "FORMAT_ERROR", path: "PSU-ID", text: "Nobody to ask" })
  }
  return berlin.approvals.start({
    consent: consent.id,
    approach,
    psu: psu ?? (consent.customer === undefined ? undefined : berlin.bank.customer(consent.customer).email),
    back,
    backRefused: asked.headers["tpp-nok-redirect-uri"] ?? back
  })
}

const created = (berlin: Berlin, asked: Asked): Answer => {
  const { bank, consents: all, options, quirks } = berlin
  const client = berlin.admitted(asked)
  header(asked, "PSU-IP-Address")
  const body = requested(asked.body)
  const { accounts, rights } = granted(berlin, body.access)
  const latest = addDays(bank.clock.today, Math.min(quirks.shortenedDays ?? longestDays, longestDays))
  if (body.validUntil < bank.clock.today) throw new Declined(400, { code: "PERIOD_INVALID", path: "validUntil" })
  const consent = all.open({
    client,
    customer: customerOf(berlin, asked, accounts),
    accounts,
    rights,
    recurring: body.recurringIndicator,
    frequency: Math.min(body.frequencyPerDay, mostReads),
    validUntil: body.validUntil < latest ? body.validUntil : latest,
    asked: body
  })
  const home = `/v1/consents/${consent.id}`
  const explicit = asked.headers["tpp-explicit-authorisation-preferred"] === "true"
  const authorisation = explicit ? undefined : begin(berlin, asked, consent)
  return {
    status: 201,
    headers: { "location": `${options.addresses().baseUrl}${home}`, "aspsp-sca-approach": sca[options.approach] },
    body: {
      consentStatus: statusOf(consent, quirks),
      consentId: consent.id,
      _links: {
        ...(authorisation === undefined
          ? { startAuthorisation: link(`${home}/authorisations`) }
          : { ...onward(berlin, authorisation), scaStatus: link(`${home}/authorisations/${authorisation.id}`) }),
        self: link(home),
        status: link(`${home}/status`)
      }
    }
  }
}

const shownAccess = (berlin: Berlin, consent: Consent): Json => {
  const asked = (consent.asked as ConsentRequest).access
  const whole = asked.allPsd2 ?? asked.availableAccounts ?? asked.availableAccountsWithBalance
  if (whole !== undefined || consent.authorisedAt === undefined) return { ...asked }
  const those = (right: string) =>
    berlin.gate.accounts(consent).filter((one) => berlin.gate.allows(consent, right, one))
  const lists = ["accounts", "balances", "transactions"].map((right) => [right, those(right).map(reference)] as const)
  return Object.fromEntries(lists.filter(([, list]) => list.length > 0))
}

const begun = (berlin: Berlin, consent: Consent, authorisationId: string): Authorisation => {
  const authorisation = berlin.approvals.find(authorisationId)
  if (authorisation?.consent !== consent.id) throw new Declined(404, { code: "RESOURCE_UNKNOWN" })
  return authorisation
}

export const consents = (berlin: Berlin): Table => {
  const { approvals, consents: all, gate, quirks } = berlin
  const own = (asked: Asked, id: string | undefined): Consent => gate.consent(berlin.admitted(asked), id ?? "")
  return {
    "POST /v1/consents": (asked) => created(berlin, asked),
    "GET /v1/consents/{consentId}": (asked, { consentId }) => {
      const consent = own(asked, consentId)
      approvals.poll(consent.id)
      const { frequency, recurring, validUntil } = consent
      return {
        status: 200,
        body: {
          access: shownAccess(berlin, consent),
          recurringIndicator: recurring,
          validUntil,
          frequencyPerDay: frequency,
          lastActionDate: new Date(consent.changedAt).toISOString().slice(0, 10),
          consentStatus: statusOf(consent, quirks),
          ...(quirks.extraFields ? { mood: "fine" } : {})
        }
      }
    },
    "DELETE /v1/consents/{consentId}": (asked, { consentId }) => {
      const { id, status } = own(asked, consentId)
      if (!isOver(status)) all.terminate(id)
      return { status: 204 }
    },
    "GET /v1/consents/{consentId}/status": (asked, { consentId }) => {
      const consent = own(asked, consentId)
      approvals.poll(consent.id)
      return { status: 200, body: { consentStatus: statusOf(consent, quirks) } }
    },
    "POST /v1/consents/{consentId}/authorisations": (asked, { consentId }) => {
      const consent = own(asked, consentId)
      if (consent.status !== "received") throw new Declined(409, { code: "STATUS_INVALID" })
      const authorisation = begin(berlin, asked, consent)
      const { id, status } = authorisation
      const scaStatus = link(`/v1/consents/${consent.id}/authorisations/${id}`)
      return {
        status: 201,
        headers: { "aspsp-sca-approach": sca[berlin.options.approach] },
        body: {
          scaStatus: scaStatusOf(status, quirks),
          authorisationId: id,
          _links: { ...onward(berlin, authorisation), scaStatus }
        }
      }
    },
    "GET /v1/consents/{consentId}/authorisations": (asked, { consentId }) => {
      const consent = own(asked, consentId)
      return { status: 200, body: { authorisationIds: approvals.of(consent.id).map(({ id }) => id) } }
    },
    "GET /v1/consents/{consentId}/authorisations/{authorisationId}": (asked, { authorisationId, consentId }) => {
      const consent = own(asked, consentId)
      const { id } = begun(berlin, consent, authorisationId ?? "")
      approvals.poll(consent.id)
      return { status: 200, body: { scaStatus: scaStatusOf(begun(berlin, consent, id).status, quirks) } }
    },
    "PUT /v1/consents/{consentId}/authorisations/{authorisationId}": (asked, { consentId }) => {
      own(asked, consentId)
      throw new Declined(400, { code: "SERVICE_INVALID", text: "Nothing is typed in here" })
    }
  }
}
