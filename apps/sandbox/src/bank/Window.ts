/** The query of a transaction list, which both versions of the standard have in common, and the links between pages. */
import type { Asked } from "./BankServer.ts"
import { Declined } from "./Declined.ts"
import type { Quirks } from "./Quirks.ts"
import type { Denial, Wanted } from "./Statement.ts"

/** A day of the calendar: the 30th of February is none. */
const isDay = (text: string): boolean => {
  const at = Date.parse(`${text}T00:00:00Z`)
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(at) && new Date(at).toISOString().startsWith(text)
}

const dayIn = (query: URLSearchParams, name: string): string | undefined => {
  const value = query.get(name) ?? undefined
  if (value === undefined) return undefined
  if (!isDay(value)) throw new Declined(400, { code: "FORMAT_ERROR", path: name, text: "It is not a day" })
  return value
}

const flagIn = (query: URLSearchParams, name: string): boolean => query.get(name) === "true"

/** `withBalance`, where the bank looks at it. */
export const withBalance = ({ query }: Asked, quirks: Quirks): boolean =>
  !quirks.ignoresWithBalance && flagIn(query, "withBalance")

export const wantedIn = ({ query }: Asked, quirks: Quirks): Wanted => {
  const status = query.get("bookingStatus")
  if (status === null) throw new Declined(400, { code: "FORMAT_ERROR", path: "bookingStatus", text: "It is missing" })
  const known = quirks.bookedOnly ? ["booked"] : ["booked", "pending", "both", "all"]
  if (!known.includes(status)) {
    const code = ["booked", "pending", "both", "all", "information"].includes(status)
      ? "PARAMETER_NOT_SUPPORTED"
      : "FORMAT_ERROR"
    throw new Declined(400, { code, path: "bookingStatus" })
  }
  return {
    from: dayIn(query, "dateFrom"),
    until: dayIn(query, "dateTo"),
    booked: status !== "pending",
    pending: status !== "booked",
    after: query.get("entryReferenceFrom") ?? undefined,
    delta: flagIn(query, "deltaList"),
    page: query.get("pageId") ?? undefined
  }
}

export const declining = (denied: Denial): Declined => {
  switch (denied) {
    case "too heavy":
      return new Declined(500)
    case "too large":
      return new Declined(413)
    case "PERIOD_INVALID":
    case "FORMAT_ERROR":
      return new Declined(400, { code: denied, path: "dateFrom" })
    case "PARAMETER_NOT_SUPPORTED":
      return new Declined(400, { code: denied, path: "deltaList" })
  }
}

/** The link to the next page, if there is one, and what the quirk makes of it. `origin` is empty for a relative one. */
export const nextLink = (
  asked: Asked,
  quirks: Quirks,
  next: string | undefined,
  origin: string
): string | undefined => {
  if (next === undefined) return undefined
  const query = new URLSearchParams(asked.query)
  query.set("pageId", next)
  const target = `${asked.path}?${query.toString()}`
  switch (quirks.nextLink) {
    case "self":
      return `${origin}${asked.target}`
    case "foreign":
      return `https://elsewhere.invalid${target}`
    case "null":
      return `null${target}`
    case "wrong_path":
      return `${origin}/elsewhere${target}`
    default:
      return `${origin}${target}`
  }
}
