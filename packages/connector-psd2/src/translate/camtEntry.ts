/**
 * One entry (`Ntry`) of an ISO 20022 account report. Its direction is always stated; whose name stands beside it follows
 * from it, since both parties are named and one of them is the account's own holder.
 */
import type { Entry, Indicator, Party, Written } from "../Entry.ts"
import * as Known from "../Known.ts"
import { distinct, type Fields, inside, list, party, text, word } from "./Field.ts"

/** An element's text, with or without attributes. */
export const content = (value: unknown): string | undefined => word(value) ?? word(inside(value)["#"])

export const at = (value: unknown, ...names: ReadonlyArray<string>): unknown =>
  names.reduce((holder, name) => inside(holder)[name], value)

export const amountOf = (value: unknown): Written | undefined => {
  const amount = content(value)
  const currency = word(inside(value)["@Ccy"])
  return amount === undefined || currency === undefined ? undefined : { amount, currency }
}

const indicators: ReadonlyMap<string | undefined, Indicator> = new Map([
  ["CRDT", "credit"],
  ["DBIT", "debit"]
])

export const indicatorOf = (value: unknown): Indicator | undefined => indicators.get(content(value))

export const dateOf = (value: unknown): string | undefined => content(at(value, "Dt")) ?? content(at(value, "DtTm"))

/** `PMNT-RCDT-ESCT`, as the Berlin Group writes it, or the bank's own code. */
const codeOf = (value: unknown): string | undefined => {
  const domain = content(at(value, "Domn", "Cd"))
  if (domain === undefined) return content(at(value, "Prtry", "Cd"))
  const family = at(value, "Domn", "Fmly")
  return [domain, content(at(family, "Cd")), content(at(family, "SubFmlyCd"))]
    .filter((part) => part !== undefined)
    .join("-")
}

/** The name stood in the party itself before 2019, one level deeper since. */
const partyOf = (parties: unknown, role: string): Party | undefined =>
  party(
    text(at(parties, role, "Nm")) ?? text(at(parties, role, "Pty", "Nm")) ?? text(at(parties, `Ultmt${role}`, "Nm")),
    content(at(parties, `${role}Acct`, "Id", "IBAN")) ?? content(at(parties, `${role}Acct`, "Id", "Othr", "Id"))
  )

const textsOf = (details: unknown): ReadonlyArray<string | undefined> => {
  const remittance = at(details, "RmtInf")
  return [
    ...list(at(remittance, "Ustrd")).map(text),
    ...list(at(remittance, "Strd")).flatMap((each) => [
      content(at(each, "CdtrRefInf", "Ref")),
      ...list(at(each, "AddtlRmtInf")).map(text)
    ]),
    text(at(details, "AddtlTxInf"))
  ]
}

/** What the standard has in an entry, over its versions. */
const elements = new Set(
  (
    "NtryRef Amt CdtDbtInd RvslInd Sts BookgDt ValDt AcctSvcrRef Avlbty BkTxCd ComssnWvrInd AddtlInfInd AmtDtls Chrgs " +
    "TechInptChanl Intrst CardTx NtryDtls AddtlNtryInf"
  ).split(" ")
)

/** The paths of what stands in an entry and is not the standard's. */
export const unknownIn = (entry: Fields): ReadonlyArray<string> =>
  Object.keys(entry).flatMap((name) => (elements.has(name) ? [] : [`Ntry.${Known.nameOf(name)}`]))

const instant = /^.{10}T.{1,30}(?:Z|[+-]\d{2}:?\d{2})$/

export const readEntry = (entry: Fields, status: Entry["status"]): Entry | string => {
  const amount = amountOf(entry["Amt"])
  if (amount === undefined) return "Amt cannot be read"
  const indicator = indicatorOf(entry["CdtDbtInd"])
  if (indicator === undefined) return "CdtDbtInd cannot be read"
  const details = list(entry["NtryDtls"]).flatMap((each) => list(at(each, "TxDtls")))
  const only = details.length === 1 ? details[0] : undefined
  const parties = at(only, "RltdPties")
  // Of a reversal, the parties stand as in the payment that came back.
  const isReversal = ["true", "1"].includes(content(entry["RvslInd"]) ?? "")
  const other = partyOf(parties, (indicator === "credit") !== isReversal ? "Dbtr" : "Cdtr")
  const foreign = amountOf(at(only, "AmtDtls", "InstdAmt", "Amt")) ?? amountOf(at(entry, "AmtDtls", "InstdAmt", "Amt"))
  const booked = dateOf(entry["BookgDt"])
  return {
    status,
    transactionId: content(entry["AcctSvcrRef"]) ?? content(at(only, "Refs", "AcctSvcrRef")),
    entryReference: content(entry["NtryRef"]),
    amount,
    indicator,
    ...(indicator === "credit" ? { debtor: other } : { creditor: other }),
    bookingDate: booked,
    valueDate: dateOf(entry["ValDt"]),
    ...(booked !== undefined && instant.test(booked) && { happenedAt: booked }),
    texts: distinct([...details.flatMap(textsOf), text(entry["AddtlNtryInf"])]),
    code: codeOf(entry["BkTxCd"]) ?? codeOf(at(only, "BkTxCd")),
    foreign: foreign?.currency === amount.currency ? undefined : foreign,
    wire: entry
  }
}
