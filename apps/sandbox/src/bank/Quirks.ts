/**
 * What real banks do that their standard does not say, or says otherwise: one named switch each, off in the beginning,
 * to be set and taken back while the bank runs (`quirks.nextLink = "self"`). The first two are the bank's own good
 * order and on. A dialect looks at the switches it knows; nothing here does anything.
 */
export interface Quirks {
  /** A recurring consent ends the one before it once it is authorised. */
  oneRecurring: boolean
  /** Unattended reads beyond the consent's frequency are refused with 429. */
  enforceFrequency: boolean

  /** Amounts are JSON numbers: in every row, or in every other one. */
  numericAmounts: false | "all" | "mixed"
  /** Debits are quoted positive: with the parties that tell, or with nothing that does. */
  positiveDebits: false | "with_parties" | "without_parties"
  /** Rows without `transactionId`, without `entryReference`, or without either. */
  absentIds: false | "transactionId" | "entryReference" | "both"
  /** `entryReference` is `YYYY-MM-DD-N`: the N-th of its day, which moves when a late entry lands before it. */
  positionalReferences: boolean
  /** Every row carries this `transactionId`: "0", " ", "9998", or one of the wrong length. */
  placeholderId: string | undefined
  /** Every second row repeats the `transactionId` of the one before. */
  duplicateIds: boolean
  /** The ids of the rows are made anew at every read. */
  sessionIds: boolean
  /** From the second read of an account on, rows carry more than before: parties, codes, other optional fields. */
  enrichedOnSecondRead: boolean
  /** Booked rows without `bookingDate`: all, or every third. */
  noBookingDate: false | "all" | "some"
  /** Rows sit in arrays, and say statuses, that no standard names. */
  unknownArrays: boolean
  /** How the remittance text is told. */
  remittance: "string" | "array" | "structured" | "both"
  /** Two `interimAvailable` balances, yesterday's and today's. */
  twoInterimAvailable: boolean
  /** An `interimAvailable` balance with the credit line in it comes first. */
  creditLimitIncluded: boolean
  /** There is an `expected` balance and no other. */
  onlyExpected: boolean
  /** The booked balance names the last committed transaction. */
  lastCommitted: boolean

  /** What the next link does wrong. `endless`: there is always another page, the same rows for ever. */
  nextLink: false | "self" | "foreign" | "null" | "wrong_path" | "endless"
  /** A page opens with so many rows of the one before. */
  pageOverlap: number
  /** Newest first, page by page by offset, and an entry is booked between the first page and the second. */
  shiftingPages: boolean
  /** Rows on a page. */
  pageSize: number
  /** A window with more rows than so many is refused with this status. */
  heavyWindow: { readonly rows: number; readonly status: 500 | 413 } | undefined
  /** PERIOD_INVALID for what begins earlier than so many days ago, */
  historyDays: number | undefined
  /** but not in the first so many minutes after the person's approval. */
  deepMinutes: number
  /** What lies before the history window is left out and not refused. */
  silentlyShort: boolean

  /** A consent is good for so many days at most, whatever was asked for. */
  shortenedDays: number | undefined
  /** The consent is over earlier than it says, and the answer is CONSENT_EXPIRED with this status. */
  expiredEarly: false | 400 | 401
  /** A bare 401 for so many seconds after the approval. */
  unauthorisedSeconds: number
  /** Reads are refused with 429: without a body, with `Retry-After`, or with reset headers that make no sense. */
  exceeded: false | "bare" | "retry_after" | "absurd"
  /** The accounts have other resource ids under every consent. */
  resourceIdsPerConsent: boolean
  /** Statuses are spelt in upper case with underscores. */
  upperCaseStatuses: boolean
  /** The consent has a status that no standard names. */
  unknownStatus: string | undefined
  /** The bank asks for the person again after so many days, whatever the consent says. */
  scaAgainAfterDays: number | undefined

  /** Pending rows carry an expected day in the future as their booking date. */
  futurePending: boolean
  /** Booked rows dated in the days to come are listed too. */
  futureBooked: boolean
  /** Foreign amounts are told without the amount that was instructed. */
  bareExchange: boolean
  /** Days are told as the UTC instant of local midnight, two hours before the day begins. */
  midnightDates: boolean

  /** The report is XML though JSON was asked for. */
  answersXml: boolean
  /** `withBalance` is not looked at. */
  ignoresWithBalance: boolean
  /** JSON is sent as `text/html`. */
  wrongContentType: boolean
  /** `deltaList` and `entryReferenceFrom` are refused. */
  rejectsDelta: boolean
  /** `bookingStatus` other than `booked` is refused. */
  bookedOnly: boolean

  /** How a client without a valid certificate is told: at the TLS handshake, or by 401 CERTIFICATE_MISSING or _EXPIRED. */
  certificateByStatus: boolean
  /** UK and Enable Banking: rows without the indicator that has their sign, */
  noIndicator: boolean
  /** or with a negative amount beside an indicator that says credit. */
  signedAmounts: boolean
  /** Rows with a status that says nothing (OTHR), and with no date. */
  otherStatus: boolean
  /** A declined payment is listed each time, as rejected and under another id. */
  declinedRows: boolean
  /** Enable Banking: what is not there is told as null. */
  nullFields: boolean
  /** Enable Banking: every second page is empty, and has a continuation key. */
  emptyPages: boolean

  /** Fields nobody has heard of, in every object. */
  extraFields: boolean
}

export const makeQuirks = (overrides: Partial<Quirks> = {}): Quirks => ({
  oneRecurring: true,
  enforceFrequency: true,
  numericAmounts: false,
  positiveDebits: false,
  absentIds: false,
  positionalReferences: false,
  placeholderId: undefined,
  duplicateIds: false,
  sessionIds: false,
  enrichedOnSecondRead: false,
  noBookingDate: false,
  unknownArrays: false,
  remittance: "string",
  twoInterimAvailable: false,
  creditLimitIncluded: false,
  onlyExpected: false,
  lastCommitted: false,
  nextLink: false,
  pageOverlap: 0,
  shiftingPages: false,
  pageSize: 100,
  heavyWindow: undefined,
  historyDays: undefined,
  deepMinutes: 0,
  silentlyShort: false,
  shortenedDays: undefined,
  expiredEarly: false,
  unauthorisedSeconds: 0,
  exceeded: false,
  resourceIdsPerConsent: false,
  upperCaseStatuses: false,
  unknownStatus: undefined,
  scaAgainAfterDays: undefined,
  futurePending: false,
  futureBooked: false,
  bareExchange: false,
  midnightDates: false,
  answersXml: false,
  ignoresWithBalance: false,
  wrongContentType: false,
  rejectsDelta: false,
  bookedOnly: false,
  certificateByStatus: false,
  noIndicator: false,
  signedAmounts: false,
  otherStatus: false,
  declinedRows: false,
  nullFields: false,
  emptyPages: false,
  extraFields: false,
  ...overrides
})
