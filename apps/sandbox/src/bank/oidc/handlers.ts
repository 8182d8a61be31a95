/**
 * The authorisation server on the wire: discovery, keys, pushed requests, the approval page and the token endpoint. A
 * refusal the client gets is JSON with OAuth's words; one the person gets is a page.
 */
import { approvalPage, html, refusalPage } from "../approvalPage.ts"
import type { Answer, Asked, Handler } from "../BankServer.ts"
import { Returned } from "./AuthorisationRequest.ts"
import { authorisationPaths } from "./AuthorisationServer.ts"
import type { AuthorisationServer } from "./AuthorisationServer.ts"
import { OAuthError } from "./OAuthError.ts"

const sent = (location: string): Answer => ({ status: 303, headers: { location, "referrer-policy": "no-referrer" } })

const told = (error: unknown): Answer => {
  if (!(error instanceof OAuthError)) throw error
  const status = error.code === "invalid_client" ? 401 : 400
  return { status, body: { error: error.code, error_description: error.message } }
}

const shown = (server: AuthorisationServer, error: unknown): Answer => {
  if (error instanceof Returned) return sent(server.sentBack(error))
  if (error instanceof OAuthError) return html(400, refusalPage(server.bank.name, error.message))
  throw error
}

const rightsInWords = (rights: ReadonlyArray<string>): ReadonlyArray<string> =>
  [
    { word: "your accounts and their numbers", any: ["ReadAccountsBasic", "ReadAccountsDetail"] },
    { word: "your balances", any: ["ReadBalances"] },
    { word: "your transactions", any: ["ReadTransactionsBasic", "ReadTransactionsDetail"] },
    { word: "your name and address", any: ["ReadParty", "ReadPartyPSU"] }
  ].flatMap(({ any, word }) => (any.some((right) => rights.includes(right)) ? [word] : []))

export const authorisationHandler = (server: AuthorisationServer): Handler => {
  const answer = answering(server)
  return async (asked) => {
    const given = await answer(asked)
    return given === undefined ? undefined : { ...given, pattern: asked.path }
  }
}

const answering =
  (server: AuthorisationServer) =>
  async ({ body, certificate, method, path, query }: Asked): Promise<Answer | undefined> => {
    const { authorize, discovery, jwks, par, token } = authorisationPaths
    const form = (): URLSearchParams => new URLSearchParams(body)
    switch (`${method} ${path}`) {
      case `GET ${discovery}`:
        return { status: 200, body: server.discovery() }
      case `GET ${jwks}`:
        return { status: 200, body: await server.jwks() }
      case `POST ${par}`:
        return server.push(form()).then((pushed) => ({ status: 201, body: pushed }), told)
      case `POST ${token}`:
        return server.token(form(), certificate?.thumbprint).then((answer) => ({ status: 200, body: answer }), told)
      case `GET ${authorize}`:
        return server.open(query).then(
          ({ consent, id, request }) =>
            html(
              200,
              approvalPage({
                bank: server.bank.name,
                client: request.client.name,
                rights: rightsInWords(consent.rights),
                customers: server.bank.customers,
                action: authorize,
                hidden: { interaction: id }
              })
            ),
          (error: unknown) => shown(server, error)
        )
      case `POST ${authorize}`: {
        const decided = form()
        const approval = decided.get("decision") === "approve" ? { customer: decided.get("customer") ?? "" } : undefined
        return server
          .decide(decided.get("interaction") ?? "", approval)
          .then(sent, (error: unknown) => shown(server, error))
      }
      default:
        return undefined
    }
  }
