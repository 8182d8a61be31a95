/**
 * How UK open banking answers: JSON with the interaction's id echoed, a body for every refusal that has one, and none
 * for those that have none (401 and 429 of the standard, and what Revolut says nothing in).
 */
import type { Answer, Asked } from "../BankServer.ts"
import type { Profile } from "./Profile.ts"

export interface Refusal {
  readonly status: number
  readonly code: string
  readonly message: string
  readonly path?: string | undefined
  /** The answer has no body. */
  readonly bare?: boolean | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
}

const titles: Readonly<Record<number, string>> = {
  400: "400 BadRequest",
  401: "401 Unauthorized",
  403: "403 Forbidden",
  404: "404 NotFound",
  405: "405 MethodNotAllowed",
  415: "415 UnsupportedMediaType",
  429: "429 TooManyRequests",
  500: "500 InternalServerError"
}

export class Refused extends Error {
  override readonly name = "Refused"
  readonly refusal: Refusal

  constructor(refusal: Refusal) {
    super(refusal.message)
    this.refusal = refusal
  }
}

export const interactionId = ({ headers }: Asked, made: () => string): Readonly<Record<string, string>> => ({
  "x-fapi-interaction-id": headers["x-fapi-interaction-id"] ?? made()
})

export const refused = ({ version }: Profile, id: string, refusal: Refusal): Answer => {
  const { bare = false, code, headers = {}, message, path, status } = refusal
  if (bare || status === 429 || (status === 401 && version === "4.0")) return { status, headers }
  const error = {
    ErrorCode: code,
    Message: message,
    ...(path === undefined || version === "3.1" ? {} : { Path: path })
  }
  const body = { Code: titles[status] ?? String(status), Id: id, Message: message, Errors: [error] }
  return { status, headers, body }
}
