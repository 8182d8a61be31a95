/** A refusal in the aggregator's words: the status, its text code, and what a developer should know. */
export type FailureCode =
  | "ALREADY_AUTHORIZED"
  | "ACCOUNT_DOES_NOT_EXIST"
  | "ASPSP_ERROR"
  | "ASPSP_RATE_LIMIT_EXCEEDED"
  | "AUTHORIZATION_NOT_PROVIDED"
  | "CLOSED_SESSION"
  | "DATE_FROM_IN_FUTURE"
  | "DATE_TO_WITHOUT_DATE_FROM"
  | "EXPIRED_AUTHORIZATION_CODE"
  | "EXPIRED_SESSION"
  | "PSU_HEADER_NOT_PROVIDED"
  | "REDIRECT_URI_NOT_ALLOWED"
  | "REVOKED_SESSION"
  | "SESSION_DOES_NOT_EXIST"
  | "TRANSACTION_DOES_NOT_EXIST"
  | "UNAUTHORIZED_ACCESS"
  | "WRONG_ASPSP_PROVIDED"
  | "WRONG_AUTHORIZATION_CODE"
  | "WRONG_CONTINUATION_KEY"
  | "WRONG_DATE_INTERVAL"
  | "WRONG_REQUEST_PARAMETERS"
  | "WRONG_SESSION_STATUS"
  | "WRONG_TRANSACTIONS_PERIOD"

const known: Readonly<Record<FailureCode, readonly [status: number, message: string]>> = {
  ALREADY_AUTHORIZED: [422, "Session is already authorized"],
  ACCOUNT_DOES_NOT_EXIST: [404, "No account found matching provided id"],
  ASPSP_ERROR: [400, "Error interacting with ASPSP"],
  ASPSP_RATE_LIMIT_EXCEEDED: [429, "ASPSP Rate limit exceeded"],
  AUTHORIZATION_NOT_PROVIDED: [401, "Authorization header is not provided"],
  CLOSED_SESSION: [401, "Session is closed"],
  DATE_FROM_IN_FUTURE: [422, "date_from can not be in the future"],
  DATE_TO_WITHOUT_DATE_FROM: [422, "date_from must be provided if date_to provided"],
  EXPIRED_AUTHORIZATION_CODE: [422, "Authorization code is expired"],
  EXPIRED_SESSION: [401, "Session is expired"],
  PSU_HEADER_NOT_PROVIDED: [422, "Required PSU header is not provided"],
  REDIRECT_URI_NOT_ALLOWED: [422, "Redirect URI not allowed"],
  REVOKED_SESSION: [401, "Session is revoked"],
  SESSION_DOES_NOT_EXIST: [404, "No session found matching provided id"],
  TRANSACTION_DOES_NOT_EXIST: [404, "No transaction found matching provided id"],
  UNAUTHORIZED_ACCESS: [401, "Unauthorized access"],
  WRONG_ASPSP_PROVIDED: [422, "Wrong ASPSP name provided"],
  WRONG_AUTHORIZATION_CODE: [422, "Wrong authorization code provided"],
  WRONG_CONTINUATION_KEY: [422, "Wrong continuation key provided"],
  WRONG_DATE_INTERVAL: [422, "date_from should be less than or equal date_to"],
  WRONG_REQUEST_PARAMETERS: [422, "Wrong request parameters provided"],
  WRONG_SESSION_STATUS: [422, "Wrong session status"],
  WRONG_TRANSACTIONS_PERIOD: [422, "Wrong transactions period requested"]
}

export interface FailureOptions {
  readonly status?: number | undefined
  readonly detail?: string | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
}

export class Failure extends Error {
  override readonly name = "Failure"
  readonly code: FailureCode
  readonly status: number
  readonly detail: string | undefined
  readonly headers: Readonly<Record<string, string>>

  constructor(code: FailureCode, { detail, headers = {}, status }: FailureOptions = {}) {
    super(known[code][1])
    this.code = code
    this.status = status ?? known[code][0]
    this.detail = detail
    this.headers = headers
  }

  get body(): unknown {
    return { code: this.status, message: this.message, error: this.code, detail: this.detail ?? null }
  }
}
