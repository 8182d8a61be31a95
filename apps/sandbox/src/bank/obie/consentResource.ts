/**
 * `account-access-consents`: a consent asked for, looked at and given up by the client it belongs to. What was asked is
 * kept as it was; the bank changes neither permissions nor the end.
 */
import * as Schema from "effect/Schema"
import { second } from "@paymirror/connector-testing/simulator"
import type { Answer, Asked } from "../BankServer.ts"
import type { Consent } from "../Consents.ts"
import { Refused } from "./answers.ts"
import { clientOf } from "./Institution.ts"
import type { Institution } from "./Institution.ts"
import { refusedPermissions } from "./permissions.ts"
import { instant, stampOf } from "./rows.ts"

const consentPath = "/account-access-consents"

const Moment = Schema.optionalKey(Schema.NullOr(Schema.String))
const Body = Schema.fromJsonString(
  Schema.Struct({
    Data: Schema.Struct({
      Permissions: Schema.Array(Schema.String),
      ExpirationDateTime: Moment,
      TransactionFromDateTime: Moment,
      TransactionToDateTime: Moment
    }),
    Risk: Schema.Struct({})
  })
)
const decode = Schema.decodeUnknownOption(Body)

/** What the client asked for besides permissions, as it spelt it. */
export interface AskedFor {
  readonly ExpirationDateTime?: string
  readonly TransactionFromDateTime?: string
  readonly TransactionToDateTime?: string
}

export const askedFor = (consent: Consent): AskedFor => consent.asked as AskedFor

const reasons: Readonly<Record<string, { readonly code: string; readonly description: string }>> = {
  AWAU: { code: "U036", description: "Authorisation not completed" },
  RJCT: { code: "U037", description: "Authorisation failed" },
  CANC: { code: "TKSP", description: "Token found with suspended status" },
  EXPD: { code: "TKXP", description: "Token expired" }
}

const resource = ({ authorisation, profile, quirks }: Institution, consent: Consent): Answer["body"] => {
  const status = profile.consentStatuses[consent.status] ?? ""
  const spelt = quirks.upperCaseStatuses ? status.replace(/(?<=[a-z])(?=[A-Z])/g, "_").toUpperCase() : status
  const reason = profile.version === "4.0" ? reasons[status] : undefined
  return {
    Data: {
      ConsentId: consent.id,
      CreationDateTime: instant(profile, stampOf(consent.createdAt)),
      Status: quirks.unknownStatus ?? spelt,
      ...(reason === undefined
        ? {}
        : { StatusReason: [{ StatusReasonCode: reason.code, StatusReasonDescription: reason.description }] }),
      StatusUpdateDateTime: instant(profile, stampOf(consent.changedAt)),
      Permissions: consent.rights,
      ...askedFor(consent)
    },
    Risk: {},
    Links: { Self: `${authorisation.issuer}${profile.prefix}${consentPath}/${consent.id}` },
    Meta: { TotalPages: 1 }
  }
}

export const createConsent = (institution: Institution, asked: Asked): Answer => {
  const { bank, consents, profile } = institution
  const client = clientOf(institution, asked)
  const { codes } = profile
  if (!(asked.headers["content-type"] ?? "").startsWith("application/json")) {
    throw new Refused({ status: 415, code: codes.invalid, message: "JSON is required", bare: true })
  }
  const body = decode(asked.body)
  if (body._tag === "None")
    throw new Refused({ status: 400, code: codes.missing, message: "Data or Risk is not right" })
  const { ExpirationDateTime, Permissions, TransactionFromDateTime, TransactionToDateTime } = body.value.Data
  const refused = refusedPermissions(Permissions)
  if (refused !== undefined) {
    throw new Refused({ status: 400, code: codes.invalid, message: refused, path: "Data.Permissions" })
  }
  const kept = Object.entries({ ExpirationDateTime, TransactionFromDateTime, TransactionToDateTime }).flatMap(
    ([name, value]): ReadonlyArray<[string, string]> => {
      if (value === undefined || value === null) return []
      if (/^\d{4}-\d{2}-\d{2}T.+(Z|[+-]\d{2}:\d{2})$/.test(value) && !Number.isNaN(Date.parse(value)))
        return [[name, value]]
      throw new Refused({
        status: 400,
        code: codes.invalidDate,
        message: `${name} is no instant`,
        path: `Data.${name}`
      })
    }
  )
  const expiresAt = kept.some(([name]) => name === "ExpirationDateTime")
    ? Date.parse(ExpirationDateTime ?? "")
    : undefined
  if (expiresAt !== undefined && expiresAt <= bank.clock.now - second) {
    const path = "Data.ExpirationDateTime"
    throw new Refused({ status: 400, code: codes.invalidDate, message: "The end lies in the past", path })
  }
  const consent = consents.open({ client, rights: Permissions, expiresAt, asked: Object.fromEntries(kept) })
  return { status: 201, body: resource(institution, consent) }
}

const owned = (institution: Institution, asked: Asked, id: string): Consent => {
  const client = clientOf(institution, asked)
  const { consents, profile } = institution
  const consent = consents.find(id)
  const there = consent !== undefined && profile.consentStatuses[consent.status] !== undefined
  if (there && consent.client === client) return consent
  throw new Refused({ status: 400, code: profile.codes.notFound, message: "The consent is not known" })
}

export const readConsent = (institution: Institution, asked: Asked, id: string): Answer => ({
  status: 200,
  body: resource(institution, owned(institution, asked, id))
})

export const deleteConsent = (institution: Institution, asked: Asked, id: string): Answer => {
  const consent = owned(institution, asked, id)
  institution.authorisation.grants.endTokens(id)
  if (["received", "partially", "valid"].includes(consent.status)) {
    if (consent.status === "received" && institution.profile.version === "3.1") institution.consents.reject(id)
    else institution.consents.terminate(id)
  }
  return { status: 204 }
}
