/** A change of quirks as JSON has it: any of the switches, null for one that is off. */
import * as Schema from "effect/Schema"
import type { Quirks } from "./Quirks.ts"

const may = Schema.optionalKey
const flag = may(Schema.Boolean)
const off = <const Values extends ReadonlyArray<string>>(...values: Values) =>
  may(Schema.Union([Schema.Literal(false), Schema.Literals(values)]))
const count = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1_000_000 }))
const optionalCount = may(Schema.NullOr(count))
const optionalText = may(Schema.NullOr(Schema.String))

const fields = {
  oneRecurring: flag,
  enforceFrequency: flag,
  numericAmounts: off("all", "mixed"),
  positiveDebits: off("with_parties", "without_parties"),
  absentIds: off("transactionId", "entryReference", "both"),
  positionalReferences: flag,
  placeholderId: optionalText,
  duplicateIds: flag,
  sessionIds: flag,
  enrichedOnSecondRead: flag,
  noBookingDate: off("all", "some"),
  unknownArrays: flag,
  remittance: may(Schema.Literals(["string", "array", "structured", "both"])),
  twoInterimAvailable: flag,
  creditLimitIncluded: flag,
  onlyExpected: flag,
  lastCommitted: flag,
  nextLink: off("self", "foreign", "null", "wrong_path", "endless"),
  pageOverlap: may(count),
  shiftingPages: flag,
  pageSize: may(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 100_000 }))),
  heavyWindow: may(Schema.NullOr(Schema.Struct({ rows: count, status: Schema.Literals([500, 413]) }))),
  historyDays: optionalCount,
  deepMinutes: may(count),
  silentlyShort: flag,
  shortenedDays: optionalCount,
  expiredEarly: may(Schema.Literals([false, 400, 401])),
  unauthorisedSeconds: may(count),
  exceeded: off("bare", "retry_after", "absurd"),
  resourceIdsPerConsent: flag,
  upperCaseStatuses: flag,
  unknownStatus: optionalText,
  scaAgainAfterDays: optionalCount,
  futurePending: flag,
  futureBooked: flag,
  bareExchange: flag,
  midnightDates: flag,
  answersXml: flag,
  ignoresWithBalance: flag,
  wrongContentType: flag,
  rejectsDelta: flag,
  bookedOnly: flag,
  certificateByStatus: flag,
  extraFields: flag,
  noIndicator: flag,
  signedAmounts: flag,
  otherStatus: flag,
  nullFields: flag,
  emptyPages: flag,
  declinedRows: flag
} satisfies Readonly<Record<keyof Quirks, unknown>>

const QuirkChange = Schema.Struct(fields)
const decode = Schema.decodeUnknownSync(QuirkChange, { onExcessProperty: "error" })

/** Throws where a switch is not known or is set to what it cannot be. */
export const changeQuirks = (quirks: Quirks, body: unknown): Quirks => {
  const change = Object.entries(decode(body)).map(([name, value]) => [name, value ?? undefined])
  return Object.assign(quirks, Object.fromEntries(change))
}
