/**
 * The consent side of Klarna's v2: the two consent types with what each has to say and must not, and the authorisation,
 * which is a message to the person's Klarna app and needs no body. There is one method and it is chosen already.
 */
import * as Schema from "effect/Schema"
import { addDays } from "@paymirror/connector-testing/simulator"
import type { Authorisation } from "../Approvals.ts"
import type { Answer, Asked } from "../BankServer.ts"
import { scaStatusOf, statusOf } from "../berlin/spell.ts"
import type { Json } from "../berlin/spell.ts"
import { isOver } from "../Consents.ts"
import type { Consent } from "../Consents.ts"
import { Declined } from "../Declined.ts"
import { header } from "../Gate.ts"
import type { Table } from "../Routes.ts"
import type { Klarna } from "./Klarna.ts"

const home = "/v2/consents/account-access"
const longestDays = 180
const mostReads = 4

const may = Schema.optionalKey
const Entry = Schema.Struct({
  account: may(Schema.Struct({ iban: Schema.String, currency: may(Schema.String) })),
  rights: Schema.Array(Schema.String)
})
const ConsentRequest = Schema.fromJsonString(
  Schema.Struct({
    access: Schema.Record(Schema.String, Schema.Array(Entry)),
    consentType: Schema.String,
    recurringIndicator: Schema.Boolean,
    validTo: Schema.String.check(Schema.isPattern(/^\d{4}-\d{2}-\d{2}$/)),
    frequencyPerDay: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1_000_000 }))
  })
)
type ConsentRequest = typeof ConsentRequest.Type
type Entry = typeof Entry.Type

const decode = Schema.decodeUnknownOption(ConsentRequest)

const detailed = ["accountDetails", "balances", "transactions", "trustedBeneficiaries", "ownerName", "owner", "psuName"]

const wrong = (path: string, text: string): Declined => new Declined(400, { code: "FORMAT_ERROR", path, text })

const requested = (body: string): ConsentRequest => {
  const decoded = decode(body)
  if (decoded._tag === "None") throw new Declined(400, { code: "FORMAT_ERROR", text: "The body is not a consent" })
  const { consentType, frequencyPerDay, recurringIndicator } = decoded.value
  if (consentType !== "detailed" && consentType !== "global") {
    throw new Declined(400, { code: "CONSENT_TYPE_NOT_SUPPORTED", path: "consentType" })
  }
  if (!recurringIndicator && frequencyPerDay !== 1)
    throw wrong("frequencyPerDay", "A single access has the frequency 1")
  return decoded.value
}

/** In the gate's words: `accounts`, `balances`, `transactions`, each for all or for one account. */
const spelled = (right: string): string => (right === "accountDetails" ? "accounts" : right)

const forAll = (entries: ReadonlyArray<Entry>): Pick<Consent, "accounts" | "rights"> => {
  const rights = entries.flatMap((entry) => entry.rights)
  if (entries.some(({ account }) => account !== undefined)) throw wrong("access", "A global consent names no account")
  if (!rights.includes("ais") || rights.some((right) => right !== "ais" && right !== "ownerName")) {
    throw wrong("access", "A global consent has the right ais, and may have ownerName")
  }
  return {
    accounts: [],
    rights: ["accounts", "balances", "transactions", ...rights.filter((right) => right !== "ais")]
  }
}

const forThese = (
  { bank }: Klarna,
  entries: ReadonlyArray<Entry>,
  customer: string
): Pick<Consent, "accounts" | "rights"> => {
  const named = entries.map(({ account, rights }) => {
    if (account === undefined) throw wrong("access", "A detailed consent names the account of every entry")
    if (rights.length === 0 || rights.some((right) => !detailed.includes(right)))
      throw wrong("access", "An unknown right")
    const { currency, iban } = account
    const own = bank.accountsOf(customer)
    const found = own.find((one) => one.iban === iban && (currency === undefined || one.currency === currency))
    if (found === undefined) throw new Declined(400, { code: "RESOURCE_UNKNOWN", path: "access" })
    return { id: found.id, rights: rights.map(spelled) }
  })
  if (named.length === 0) throw wrong("access", "Nothing is asked for")
  return {
    accounts: [...new Set(named.map(({ id }) => id))],
    rights: [...new Set(named.flatMap(({ id, rights }) => ["accounts", ...rights].map((right) => `${right}:${id}`)))]
  }
}

const created = (klarna: Klarna, asked: Asked): Answer => {
  const { bank, consents: all, quirks } = klarna
  const client = klarna.admitted(asked)
  header(asked, "PSU-IP-Address")
  const body = requested(asked.body)
  const person = bank.findCustomer(header(asked, klarna.emailHeader))
  if (person === undefined) throw new Declined(401, { code: "PSU_CREDENTIALS_INVALID", path: klarna.emailHeader })
  const entries = Object.values(body.access).flat()
  const { accounts, rights } = body.consentType === "global" ? forAll(entries) : forThese(klarna, entries, person.id)
  const latest = addDays(bank.clock.today, Math.min(quirks.shortenedDays ?? longestDays, longestDays))
  if (body.validTo < bank.clock.today) throw new Declined(400, { code: "PERIOD_INVALID", path: "validTo" })
  const consent = all.open({
    client,
    customer: person.id,
    accounts,
    rights,
    recurring: body.recurringIndicator,
    frequency: Math.min(body.frequencyPerDay, mostReads),
    validUntil: body.validTo < latest ? body.validTo : latest,
    asked: { ...body, email: header(asked, klarna.emailHeader) }
  })
  const own = `${klarna.origin()}${home}/${consent.id}`
  return {
    status: 201,
    headers: { "location": own, "aspsp-sca-approach": "DECOUPLED" },
    body: {
      consentId: consent.id,
      consentStatus: statusOf(consent, quirks),
      _links: {
        startAuthorisation: { href: `${own}/authorisations` },
        self: { href: own },
        status: { href: `${own}/status` }
      }
    }
  }
}

const method = { authenticationType: "PUSH_OTP", authenticationMethodId: "KlarnaApp", name: "Klarna app" }

const started = (klarna: Klarna, asked: Asked, consent: Consent): Answer => {
  if (consent.status !== "received") throw new Declined(409, { code: "STATUS_INVALID" })
  const email = asked.headers[klarna.emailHeader.toLowerCase()] ?? (consent.asked as { readonly email: string }).email
  const { id, status } = klarna.approvals.start({ consent: consent.id, approach: "decoupled", psu: email })
  return {
    status: 201,
    headers: { "aspsp-sca-approach": "DECOUPLED" },
    body: {
      authorisationId: id,
      scaStatus: scaStatusOf(status, klarna.quirks),
      scaMethods: [method],
      chosenScaMethod: method,
      psuMessage: "Open the Klarna app to approve.",
      _links: { scaStatus: { href: `${klarna.origin()}${home}/${consent.id}/authorisations/${id}` } }
    }
  }
}

const shownAccess = (klarna: Klarna, consent: Consent): Json => {
  const { access, consentType } = consent.asked as ConsentRequest
  if (consentType === "detailed" || consent.status !== "valid") return access
  const account = klarna.gate.accounts(consent).map(({ currency, iban }) => ({ iban, currency }))
  return { payments: account.map((one) => ({ account: one, rights: ["ais"] })) }
}

export const consents = (klarna: Klarna): Table => {
  const { approvals, consents: all, gate, quirks } = klarna
  const own = (asked: Asked, id: string | undefined): Consent => gate.consent(klarna.admitted(asked), id ?? "")
  const begun = (consent: Consent, id: string | undefined): Authorisation => {
    const authorisation = approvals.find(id ?? "")
    if (authorisation?.consent !== consent.id) throw new Declined(404, { code: "RESOURCE_UNKNOWN" })
    return authorisation
  }
  return {
    [`POST ${home}`]: (asked) => created(klarna, asked),
    [`GET ${home}/{consentId}`]: (asked, { consentId }) => {
      const consent = own(asked, consentId)
      approvals.poll(consent.id)
      const { consentType } = consent.asked as ConsentRequest
      return {
        status: 200,
        body: {
          access: shownAccess(klarna, consent),
          consentType,
          recurringIndicator: consent.recurring,
          validTo: consent.validUntil,
          frequencyPerDay: consent.frequency,
          consentStatus: statusOf(consent, quirks),
          lastActionDate: new Date(consent.changedAt).toISOString().slice(0, 10)
        }
      }
    },
    [`DELETE ${home}/{consentId}`]: (asked, { consentId }) => {
      const { id, status } = own(asked, consentId)
      if (!isOver(status)) all.terminate(id)
      return { status: 204 }
    },
    [`GET ${home}/{consentId}/status`]: (asked, { consentId }) => {
      const consent = own(asked, consentId)
      approvals.poll(consent.id)
      return { status: 200, body: { consentStatus: statusOf(consent, quirks) } }
    },
    [`POST ${home}/{consentId}/authorisations`]: (asked, { consentId }) =>
      started(klarna, asked, own(asked, consentId)),
    [`GET ${home}/{consentId}/authorisations`]: (asked, { consentId }) => {
      const { id } = own(asked, consentId)
      return { status: 200, body: { authorisationIds: approvals.of(id).map((one) => one.id) } }
    },
    [`GET ${home}/{consentId}/authorisations/{authorisationId}`]: (asked, { authorisationId, consentId }) => {
      const consent = own(asked, consentId)
      const { id } = begun(consent, authorisationId)
      approvals.poll(consent.id)
      return { status: 200, body: { scaStatus: scaStatusOf(begun(consent, id).status, quirks) } }
    },
    [`PUT ${home}/{consentId}/authorisations/{authorisationId}`]: (asked, { consentId }) => {
      own(asked, consentId)
      throw new Declined(400, { code: "SERVICE_INVALID", text: "The method is chosen already" })
    }
  }
}
