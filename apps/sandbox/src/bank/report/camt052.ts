/**
 * An account report in ISO 20022's camt.052.001.02, as a bank sends it that does not speak JSON: balances, booked and
 * pending entries, parties and remittance text. Amounts are unsigned and the indicator has the sign. One document, not
 * cut into pages.
 */
import { dayOf, iso } from "@paymirror/connector-testing/simulator"
import type { Entry } from "../Bank.ts"
import { decimal } from "../decimal.ts"
import { frame } from "./Subject.ts"
import type { Subject } from "./Subject.ts"

const escapes: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;"
}
const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => escapes[character] ?? "")
const tag = (name: string, content: string): string => `<${name}>${content}</${name}>`
const text = (name: string, content: string): string => tag(name, escaped(content))
const indicator = (amount: number): string => text("CdtDbtInd", amount < 0 ? "DBIT" : "CRDT")
const money = (amount: number, currency: string): string =>
  `<Amt Ccy="${currency}">${decimal(Math.abs(amount), currency)}</Amt>${indicator(amount)}`

const balance = (code: string, amount: number, currency: string, on: string): string =>
  tag("Bal", tag("Tp", tag("CdOrPrtry", text("Cd", code))) + money(amount, currency) + tag("Dt", text("Dt", on)))

const families: Readonly<Record<Entry["kind"], readonly [string, string]>> = {
  transfer: ["RCDT", "ICDT"],
  card: ["CCRD", "CCRD"],
  direct_debit: ["IDDT", "RDDT"],
  interest: ["MCOP", "MDOP"],
  fee: ["MCOP", "MDOP"],
  exchange: ["RCDT", "ICDT"]
}

const entryOf = (entry: Entry): string => {
  const { amount, bookedOn, counterparty, currency, kind, valueOn } = entry
  const booked = entry.status === "booked"
  const party = amount < 0 ? "Cdtr" : "Dbtr"
  const parties =
    counterparty === undefined
      ? ""
      : tag(
          "RltdPties",
          tag(party, text("Nm", counterparty.name)) +
            (counterparty.iban === undefined ? "" : tag(`${party}Acct`, tag("Id", text("IBAN", counterparty.iban))))
        )
  const family = families[kind][amount < 0 ? 1 : 0]
  const domain = tag("Domn", text("Cd", "PMNT") + tag("Fmly", text("Cd", family) + text("SubFmlyCd", "OTHR")))
  return tag(
    "Ntry",
    text("NtryRef", entry.entryReference) +
      money(amount, currency) +
      text("Sts", booked ? "BOOK" : "PDNG") +
      (bookedOn === undefined ? "" : tag("BookgDt", text("Dt", bookedOn))) +
      (valueOn === undefined ? "" : tag("ValDt", text("Dt", valueOn))) +
      text("AcctSvcrRef", entry.wireId) +
      tag("BkTxCd", domain) +
      tag("NtryDtls", tag("TxDtls", parties + tag("RmtInf", text("Ustrd", entry.text))))
  )
}

export const camt052 = (subject: Subject): string => {
  const { account, bank, entries, pending } = subject
  const { clock } = bank
  const { closing, from, opening, until } = frame(subject)
  const id = `${account.id}-${dayOf(clock.now)}`
  const head = tag("GrpHdr", text("MsgId", id) + text("CreDtTm", iso(clock.now)))
  const holder = tag("Ownr", text("Nm", bank.customer(account.customer).name))
  const servicer = tag("Svcr", tag("FinInstnId", text("BIC", account.bic ?? bank.bic)))
  const report = tag(
    "Rpt",
    text("Id", id) +
      text("CreDtTm", iso(clock.now)) +
      tag("Acct", tag("Id", text("IBAN", account.iban ?? "")) + text("Ccy", account.currency) + holder + servicer) +
      balance("PRCD", opening, account.currency, from) +
      balance("CLBD", closing, account.currency, until) +
      [...entries, ...pending].map(entryOf).join("")
  )
  const root = `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.052.001.02">${tag("BkToCstmrAcctRpt", head + report)}</Document>`
  return `<?xml version="1.0" encoding="UTF-8"?>\n${root}\n`
}
