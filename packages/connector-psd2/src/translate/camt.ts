/**
 * ISO 20022 account reports in XML (camt.052, 053, 054, any version) in the connector's words. An entry of the account is
 * one entry here, also where it gathers several payments. Of what stands in an entry itself, only what the standard does
 * not name is counted as unknown.
 */
import { XMLParser } from "fast-xml-parser"
import type { BankBalance, Entry, Page, Unreadable } from "../Entry.ts"
import { amountOf, at, content, dateOf, indicatorOf, readEntry, unknownIn } from "./camtEntry.ts"
import { inside, isFields, list } from "./Field.ts"
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

const statuses: ReadonlyMap<string, Entry["status"] | "skipped"> = new Map([
  ["BOOK", "booked"],
  ["PDNG", "pending"],
  ["INFO", "skipped"],
  ["FUTR", "skipped"]
])

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
  const unknownFields = new Map<string, number>()
  for (const report of found.reports) {
    for (const row of list(at(report, "Ntry"))) {
      const entry = inside(row)
      for (const path of unknownIn(entry)) unknownFields.set(path, (unknownFields.get(path) ?? 0) + 1)
      // A code in its own element since 2019, plain text before.
      const said = content(at(entry, "Sts", "Cd")) ?? content(entry["Sts"]) ?? content(at(entry, "Sts", "Prtry"))
      const name = said?.toUpperCase() ?? ""
      const status = statuses.get(name)
      if (status === "skipped") {
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
    unknownFields
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
