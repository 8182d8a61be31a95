/** The page a redirect leads to: who the person is, approve or decline, and back to where the client said. */
import { approvalPage, html, refusalPage } from "../approvalPage.ts"
import type { Authorisation } from "../Approvals.ts"
import type { Answer, Asked, Handler } from "../BankServer.ts"
import { Refused } from "../../Refused.ts"
import { approvalPath } from "./Berlin.ts"
import type { Berlin } from "./Berlin.ts"

const words: Readonly<Record<string, string>> = {
  accounts: "your accounts and their numbers",
  balances: "your balances",
  transactions: "your transactions",
  ownerName: "your name"
}

/** What a consent's rights are to the person who is asked. */
export const rightsInWords = (rights: ReadonlyArray<string>): ReadonlyArray<string> => [
  ...new Set(rights.flatMap((right) => words[right.split(":")[0] ?? ""] ?? []))
]

/** Those who may be the person: the owner of what was named, or anybody. */
export const candidates = ({ bank }: Berlin, customer: string | undefined) =>
  customer === undefined ? bank.customers : [bank.customer(customer)]

const page = (berlin: Berlin, authorisation: Authorisation): Answer => {
  const consent = berlin.consents.find(authorisation.consent)
  const named = consent?.customer ?? berlin.bank.findCustomer(authorisation.psu ?? "")?.id
  return html(
    200,
    approvalPage({
      bank: berlin.bank.name,
      client: consent?.client ?? "Somebody",
      rights: rightsInWords(consent?.rights ?? []),
      customers: candidates(berlin, named),
      action: approvalPath,
      hidden: { authorisation: authorisation.id }
    })
  )
}

const decide = (berlin: Berlin, authorisation: Authorisation, form: URLSearchParams): Answer => {
  const approved = form.get("decision") === "approve"
  if (approved) {
    berlin.approvals.approve(authorisation.id, form.get("customer") ?? undefined)
  } else berlin.approvals.deny(authorisation.id)
  const location = approved ? authorisation.back : authorisation.backRefused
  return { status: 303, headers: { "location": location ?? "/", "referrer-policy": "no-referrer" } }
}

export const pages =
  (berlin: Berlin): Handler =>
  (asked: Asked) => {
    if (asked.door !== "pages" || asked.path !== approvalPath) return undefined
    const form = asked.method === "POST" ? new URLSearchParams(asked.body) : asked.query
    const authorisation = berlin.approvals.find(form.get("authorisation") ?? "")
    const pattern = approvalPath
    const { name } = berlin.bank
    if (authorisation?.approach !== "redirect" || authorisation.status !== "started") {
      return { ...html(410, refusalPage(name, "This request has been answered, or its time is over.")), pattern }
    }
    try {
      return {
        ...(asked.method === "POST" ? decide(berlin, authorisation, form) : page(berlin, authorisation)),
        pattern
      }
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      return { ...html(409, refusalPage(name, "These are not your accounts.")), pattern }
    }
  }
