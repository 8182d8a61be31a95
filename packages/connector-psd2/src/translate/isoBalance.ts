/** Balance types of ISO 20022, as codes or in the words UK banks write them in, to the spelling of the Berlin Group. */

const codes: Readonly<Record<string, string>> = {
  CLAV: "closingAvailable",
  CLBD: "closingBooked",
  FWAV: "forwardAvailable",
  INFO: "information",
  ITAV: "interimAvailable",
  ITBD: "interimBooked",
  OPAV: "openingAvailable",
  OPBD: "openingBooked",
  PRCD: "previouslyClosedBooked",
  XPCD: "expected",
  OTHR: "other",
  VALU: "valueDate"
}

/** `CLBD` and `ClosingBooked` are `closingBooked`; a code nobody knows stays as it is. */
export const isoBalance = (type: string): string => {
  const plain = type.trim()
  const known = Object.hasOwn(codes, plain.toUpperCase()) ? codes[plain.toUpperCase()] : undefined
  return known ?? `${plain.slice(0, 1).toLowerCase()}${plain.slice(1)}`
}

/** Whether it is what stands in the books, with no credit line and nothing promised in it. */
export const isBooked = (type: string): boolean => /^(?:closing|interim|opening)Booked$/.test(type)
