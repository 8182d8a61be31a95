/**
 * What a bank's error codes mean. Codes are data: the same word means the same over dialects, upper or lower case, and one
 * nobody knows is judged by its status.
 */
import type { Refusal } from "./Refusal.ts"

export type Meaning =
  | Refusal["meaning"]
  /** The consent is gone, for whatever reason: the person has to approve again. */
  | "consent"
  /** The host's certificate, role or signature is not accepted. */
  | "configuration"
  /** Enough for now. */
  | "rate"
  /** Passing; ask again later. */
  | "later"
  /** Asked in a way this bank does not take. */
  | "request"

const meanings: Readonly<Record<Meaning, ReadonlyArray<string>>> = {
  consent: [
    "CONSENT_INVALID",
    "CONSENT_EXPIRED",
    "CONSENT_UNKNOWN",
    "RESOURCE_EXPIRED",
    "EXPIRED_SESSION",
    "CLOSED_SESSION",
    "REVOKED_SESSION",
    "SESSION_DOES_NOT_EXIST",
    "WRONG_SESSION_STATUS",
    "ASPSP_PSU_ACTION_REQUIRED",
    "UK.OBIE.RESOURCE.INVALIDCONSENTSTATUS",
    "U009",
    "UK.OBIE.REAUTHENTICATE",
    "U028"
  ],
  token: ["TOKEN_UNKNOWN", "TOKEN_INVALID", "TOKEN_EXPIRED"],
  too_old: ["PERIOD_INVALID", "WRONG_TRANSACTIONS_PERIOD", "WRONG_DATE_INTERVAL"],
  too_much: [],
  unknown_account: [
    "RESOURCE_UNKNOWN",
    "ACCOUNT_DOES_NOT_EXIST",
    "ASPSP_ACCOUNT_NOT_ACCESSIBLE",
    "UK.OBIE.RESOURCE.NOTFOUND",
    "U011"
  ],
  paging: ["WRONG_CONTINUATION_KEY"],
  configuration: [
    "CERTIFICATE_INVALID",
    "CERTIFICATE_EXPIRED",
    "CERTIFICATE_BLOCKED",
    "CERTIFICATE_REVOKE",
    "CERTIFICATE_REVOKED",
    "CERTIFICATE_MISSING",
    "ROLE_INVALID",
    "SIGNATURE_INVALID",
    "SIGNATURE_MISSING",
    "CORPORATE_ID_INVALID",
    "CLIENT_INVALID",
    "CLIENT_INCONSISTENT",
    "API_CONTRACT_ID_INVALID",
    "PSU_HEADER_NOT_PROVIDED",
    "PSU_HEADER_INVALID",
    "ACCESS_DENIED",
    "AUTHORIZATION_NOT_PROVIDED",
    "UNAUTHORIZED_ACCESS",
    "UNAUTHORIZED_IP",
    "NO_ACCOUNTS_ADDED",
    "REDIRECT_URI_NOT_ALLOWED"
  ],
  rate: ["ACCESS_EXCEEDED", "ASPSP_RATE_LIMIT_EXCEEDED"],
  later: ["CONTENT_TEMPORARILY_NOT_AVAILABLE", "ASPSP_ERROR", "ASPSP_TIMEOUT"],
  request: [
    "FORMAT_ERROR",
    "PARAMETER_NOT_CONSISTENT",
    "PARAMETER_NOT_SUPPORTED",
    "SERVICE_INVALID",
    "SERVICE_BLOCKED",
    "CONSENT_TYPE_NOT_SUPPORTED",
    "REQUESTED_FORMATS_INVALID"
  ]
}

const byCode: ReadonlyMap<string, Meaning> = new Map(
  Object.entries(meanings).flatMap(([meaning, codes]) => codes.map((code) => [code, meaning as Meaning] as const))
)

/** Whether a code says something by itself. */
export const isKnown = (code: string): boolean => byCode.has(code.trim().toUpperCase())

const words = /^(?=.{1,60}$)(?:[A-Z]+(?:_[A-Z]+)*|UK(?:\.[A-Za-z]+)+|[a-z]+(?:_[a-z]+)+)$/

/** The first code that is spelled as standards spell them, and so can be told: no id, no number, nobody's name. */
export const wordIn = (codes: ReadonlyArray<string>): string | undefined =>
  codes.find((code) => isKnown(code) || words.test(code))

/** What a status means where no code says more. */
const byStatus = (status: number): Meaning => {
  if (status === 401 || status === 403) return "consent"
  if (status === 404 || status === 410) return "unknown_account"
  // What a bank says of a window it cannot serve differs; a plain 503 is not about the window.
  if (status === 413 || status === 500 || status === 504) return "too_much"
  if (status === 429) return "rate"
  return status >= 500 ? "later" : "request"
}

const texts = (value: unknown, ...names: ReadonlyArray<string>): ReadonlyArray<string> =>
  typeof value !== "object" || value === null
    ? []
    : names.map((name) => Reflect.get(value, name)).filter((one): one is string => typeof one === "string")

const each = (value: unknown, name: string): ReadonlyArray<unknown> => {
  const list = typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined
  return Array.isArray(list) ? list : []
}

/** The error codes of an answer, wherever a dialect puts them. */
export const codesOf = (body: unknown): ReadonlyArray<string> => [
  ...["tppMessages", "apiClientMessages", "additionalErrors"].flatMap((list) =>
    each(body, list).flatMap((one) => texts(one, "code"))
  ),
  ...each(body, "Errors").flatMap((one) => texts(one, "ErrorCode")),
  ...texts(body, "error", "code", "Code", "Id")
]

/** The meaning of an answer; the first code that is known decides. */
export const meaningOf = (status: number, codes: ReadonlyArray<string>): Meaning => {
  if (status === 429) return "rate"
  for (const code of codes) {
    const known = byCode.get(code.trim().toUpperCase())
    if (known !== undefined) return known
  }
  return byStatus(status)
}
