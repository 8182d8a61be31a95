/** The page at the bank where a person answers an application of the aggregator, and what becomes of the answer. */
import { approvalPage, html, refusalPage } from "../approvalPage.ts"
import type { Answer, Handler } from "../BankServer.ts"
import type { Approval } from "../Consents.ts"
import { routes } from "../Routes.ts"
import type { Authorisation, Sessions } from "./Sessions.ts"

const path = "/ais/start"

export const approvalUrl = (pagesUrl: string, { id }: Authorisation): string =>
  `${pagesUrl}${path}?authorization_id=${id}`

const nothing = (): Answer => html(400, refusalPage("The bank", "There is nothing to approve here"))

/** Where the person is sent; nowhere, where there is nothing to answer or nobody goes by that name. */
export const decide = (sessions: Sessions, id: string | null, approval: Approval | undefined): string | undefined => {
  const found = sessions.authorisation(id)
  if (found === undefined || approval === undefined) {
    return found === undefined ? undefined : sessions.decide(found, undefined)
  }
  const { bank } = found.aspsp
  const customer = bank.findCustomer(approval.customer ?? bank.customers[0]?.id ?? "")?.id
  return customer === undefined ? undefined : sessions.decide(found, { ...approval, customer })
}

export const approvalHandler = (sessions: Sessions): Handler =>
  routes(
    "pages",
    {
      [`GET ${path}`]: ({ query }) => {
        const found = sessions.authorisation(query.get("authorization_id"))
        if (found === undefined) return nothing()
        const { access, application, aspsp, id } = found
        const rights = [
          "your accounts and their numbers",
          ...(access.balances ? ["your balances"] : []),
          ...(access.transactions ? ["your transactions"] : [])
        ]
        const { customers, name } = aspsp.bank
        const hidden = { authorization_id: id }
        return html(
          200,
          approvalPage({ bank: name, client: application.name, rights, customers, action: path, hidden })
        )
      },
      [`POST ${path}`]: ({ body }) => {
        const form = new URLSearchParams(body)
        const approval = form.get("decision") === "approve" ? { customer: form.get("customer") ?? "" } : undefined
        const location = decide(sessions, form.get("authorization_id"), approval)
        if (location === undefined) return nothing()
        return { status: 303, headers: { location, "referrer-policy": "no-referrer" } }
      }
    },
    () => ({ status: 405 })
  )
