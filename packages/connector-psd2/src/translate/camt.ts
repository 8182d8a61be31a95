/**
 * ISO 20022 account reports in XML (camt.052, 053, 054, any version) in the connector's words. An entry of the account is
 * one entry here, also where it gathers several payments; whose name stands beside it follows from its direction. The
 * standard's many elements that are not read are not counted as unknown.
 */
import { XMLParser } from "fast-xml-parser"
import type { BankBalance, Entry, Indicator, Page, Party, Unreadable, Written } from "../Entry.ts"
import { distinct, type Fields, inside, isFields, list, party, text, word } from "./Field.ts"
import { isoBalance } from "./isoBalance.ts"
import { type Asked, setAside } from "./Report.ts"

const messages: Readonly<Record<string, string>> = {
  BkToCstmrAcctRpt: "Rpt",
  BkToCstmrStmt: "Stmt",
  BkToCstmrDbtCdtNtfctn: "Ntfctn"
}

const repeated = new Set(["Rpt", "Stmt", "Ntfctn", "Bal", "Ntry", "NtryDtls", "TxDtls", "Ustrd", "Strd", "AddtlRmtInf"])

const parser = new XMLParser({
  removeNSPrefix: true,
  ignoreAttributes: false,
  attributeNamePrefix: "@",
  textNodeName: "#",
  parseTagValue: false,
  parseAttributeValue: false,
  // Also numeric references, which are plain XML.
  htmlEntities: true,
  isArray: (name) => repeated.has(name)
})

/** Whether a text is such a message, whatever its content type says. */
export const is = (answer: string): boolean => {
  const head = answer.slice(0, 4000)
  return /^\s*</.test(head) && Object.keys(messages).some((name) => head.includes(name))
}

/** An element's text, with or without attributes. */
const content = (value: unknown): string | undefined => word(value) ?? word(inside(value)["#"])

const at = (value: unknown, ...names: ReadonlyArray<string>): unknown =>
  names.reduce((holder, name) => inside(holder)[name], value)

const amountOf = (value: unknown): Written | undefined => {
  const amount = content(value)
  const currency = word(inside(value)["@Ccy"])
  return amount === undefined || currency === undefined ? undefined : { amount, currency }
}

const indicators: Readonly<Record<string, Indicator>> = { CRDT: "credit", DBIT: "debit" }

const indicatorOf = (value: unknown): Indicator | undefined => indicators[content(value) ?? ""]

const dateOf = (value: unknown): string | undefined => content(at(value, "Dt")) ?? content(at(value, "DtTm"))

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

const instant = /T.+(?:Z|[+-]\d{2}:?\d{2})$/

const statuses: Readonly<Record<string, Entry["status"]>> = { BOOK: "booked", PDNG: "pending" }

const readEntry = (entry: Fields, status: Entry["status"]): Entry | string => {
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

/** The reports of a message, or why it is none. */
const reportsIn = (answer: string): { readonly reports: ReadonlyArray<unknown>; readonly kind: string } | string => {
  if (/<!DOCTYPE/i.test(answer)) return "the XML brings a document type of its own"
  let document: unknown
  try {
    document = inside(parser.parse(answer, true))["Document"]
  } catch {
    return "the XML is not whole"
  }
  for (const [message, kind] of Object.entries(messages)) {
    const found = at(document, message)
    if (isFields(found)) return { reports: list(found[kind]), kind }
  }
  return "the XML is no account report"
}

/** A report as a page. What is not whole is set aside as it came, and none of its entries is used. */
export const page = (answer: string, asked: Asked = { pending: false }): Page => {
  const found = reportsIn(answer)
  if (typeof found === "string") return setAside(found, answer)
  const entries: Array<Entry> = []
  const unreadable: Array<Unreadable> = []
  const skipped = new Map<string, number>()
  for (const report of found.reports) {
    for (const row of list(at(report, "Ntry"))) {
      const entry = inside(row)
      // A code in its own element since 2019, plain text before.
      const said = content(at(entry, "Sts", "Cd")) ?? content(entry["Sts"]) ?? content(at(entry, "Sts", "Prtry"))
      const status = said === undefined ? undefined : statuses[said.toUpperCase()]
      if (said !== undefined && status === undefined) {
        const name = /^[A-Za-z]{1,8}$/.test(said) ? said : "other"
        skipped.set(name, (skipped.get(name) ?? 0) + 1)
        continue
      }
      const read = status === undefined ? "Sts cannot be read" : readEntry(entry, status)
      if (typeof read !== "string") entries.push(read)
      else {
        const id = content(entry["AcctSvcrRef"]) ?? content(entry["NtryRef"])
        unreadable.push({ reason: read, ...(id !== undefined && { id }), wire: row })
      }
    }
  }
  return {
    entries,
    unreadable,
    skipped,
    // A statement is of what is booked; an intraday report is of both.
    statesPending: entries.some(({ status }) => status === "pending") || (asked.pending && found.kind === "Rpt"),
    unknownFields: new Map()
  }
}

/** The balances of a report, in the spelling of the Berlin Group. */
export const balances = (answer: string): ReadonlyArray<BankBalance> | undefined => {
  const found = reportsIn(answer)
  if (typeof found === "string") return undefined
  return found.reports
    .flatMap((report) => list(at(report, "Bal")))
    .flatMap((balance): ReadonlyArray<BankBalance> => {
      const amount = amountOf(at(balance, "Amt"))
      const type = content(at(balance, "Tp", "CdOrPrtry", "Cd"))
      const indicator = indicatorOf(at(balance, "CdtDbtInd"))
      if (amount === undefined || type === undefined || indicator === undefined) return []
      const line = at(balance, "CdtLine")
      const lines = Array.isArray(line) ? line : [line]
      return [
        {
          ...amount,
          type: isoBalance(type),
          indicator,
          creditLimitIncluded: lines.some((each) => content(at(each, "Incl")) === "true"),
          at: dateOf(at(balance, "Dt"))
        }
      ]
    })
}
