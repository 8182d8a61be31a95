/**
 * The OAuth2 way of approving at a Berlin Group 1.3 bank: metadata (RFC 8414), an authorize page that asks about the one
 * consent in the scope (`AIS:` and its id), PKCE with S256, and a token endpoint behind the client's certificate
 * (RFC 8705), whose identifier is the client's id. `berlin/Tokens.ts` remembers.
 */
import { approvalPage, html, refusalPage } from "../approvalPage.ts"
import type { Authorisation } from "../Approvals.ts"
import type { Answer, Asked, Handler } from "../BankServer.ts"
import { Refused } from "../../Refused.ts"
import { metadataPath } from "./Berlin.ts"
import type { Berlin } from "./Berlin.ts"
import { candidates, rightsInWords } from "./pages.ts"
import { accessSeconds } from "./Tokens.ts"
import type { Issued } from "./Tokens.ts"

const authorizePath = "/oauth/authorize"
const tokenPath = "/oauth/token"

const metadata = (berlin: Berlin): Answer => {
  const { baseUrl, pagesUrl } = berlin.options.addresses()
  return {
    status: 200,
    body: {
      issuer: baseUrl,
      authorization_endpoint: `${pagesUrl}${authorizePath}`,
      token_endpoint: `${baseUrl}${tokenPath}`,
      response_types_supported: ["code"],
      grant_types_supported: ["authorization_code", "refresh_token"],
      code_challenge_methods_supported: ["S256"],
      token_endpoint_auth_methods_supported: ["tls_client_auth"],
      tls_client_certificate_bound_access_tokens: true,
      authorization_response_iss_parameter_supported: true
    }
  }
}

interface Request {
  readonly authorisation: Authorisation
  readonly client: string
  readonly redirectUri: string
  readonly challenge: string
  readonly state: string | undefined
}

/** What cannot be trusted is not sent back anywhere. */
const requestIn = (berlin: Berlin, query: URLSearchParams): Request | undefined => {
  const [, id = ""] = /(?:^| )AIS:(\S+)/.exec(query.get("scope") ?? "") ?? []
  const consent = berlin.consents.find(id)
  const authorisation = berlin.approvals.of(id).findLast(({ status }) => status === "started")
  const redirectUri = query.get("redirect_uri")
  const challenge = query.get("code_challenge")
  if (consent === undefined || authorisation === undefined || redirectUri === null || challenge === null)
    return undefined
  const pkce = query.get("code_challenge_method") === "S256" && /^[\w-]{43}$/.test(challenge)
  if (!pkce || query.get("response_type") !== "code" || query.get("client_id") !== consent.client) return undefined
  if (authorisation.back !== redirectUri) return undefined
  return { authorisation, client: consent.client, redirectUri, challenge, state: query.get("state") ?? undefined }
}

const ask = (berlin: Berlin, query: URLSearchParams): Answer => {
  const { bank, consents } = berlin
  const request = requestIn(berlin, query)
  if (request === undefined)
    return html(400, refusalPage(bank.name, "This request is not complete, or its time is over."))
  const consent = consents.find(request.authorisation.consent)
  const named = consent?.customer ?? bank.findCustomer(request.authorisation.psu ?? "")?.id
  return html(
    200,
    approvalPage({
      bank: bank.name,
      client: request.client,
      rights: rightsInWords(consent?.rights ?? []),
      customers: candidates(berlin, named),
      action: authorizePath,
      hidden: Object.fromEntries(query)
    })
  )
}

const decide = (berlin: Berlin, form: URLSearchParams): Answer => {
  const request = requestIn(berlin, form)
  if (request === undefined) return html(400, refusalPage(berlin.bank.name, "This request has been answered already."))
  const { authorisation, challenge, client, redirectUri, state } = request
  const location = new URL(redirectUri)
  if (form.get("decision") === "approve") {
    berlin.approvals.approve(authorisation.id, form.get("customer") ?? undefined)
    location.searchParams.set(
      "code",
      berlin.tokens.code({ consent: authorisation.consent, client, redirectUri, challenge })
    )
  } else {
    berlin.approvals.deny(authorisation.id)
    location.searchParams.set("error", "access_denied")
  }
  if (state !== undefined) location.searchParams.set("state", state)
  location.searchParams.set("iss", berlin.options.addresses().baseUrl)
  return { status: 303, headers: { "location": location.href, "referrer-policy": "no-referrer" } }
}

const wrong = (error: string, status = 400): Answer => ({ status, body: { error } })

const told = (issued: Issued | undefined): Answer =>
  issued === undefined
    ? wrong("invalid_grant")
    : {
        status: 200,
        headers: { pragma: "no-cache" },
        body: {
          access_token: issued.access,
          token_type: "Bearer",
          expires_in: accessSeconds,
          refresh_token: issued.refresh
        }
      }

const token = ({ tokens }: Berlin, { body, certificate }: Asked): Answer => {
  const form = new URLSearchParams(body)
  const client = form.get("client_id")
  if (certificate === undefined || client !== certificate.organizationId) return wrong("invalid_client", 401)
  const { thumbprint } = certificate
  switch (form.get("grant_type")) {
    case "authorization_code": {
      const [verifier, redirectUri] = [form.get("code_verifier") ?? "", form.get("redirect_uri") ?? ""]
      return told(tokens.redeem(form.get("code") ?? "", { verifier, redirectUri, client, thumbprint }))
    }
    case "refresh_token":
      return told(tokens.refresh(form.get("refresh_token") ?? "", thumbprint))
    default:
      return wrong("unsupported_grant_type")
  }
}

export const oauth = (berlin: Berlin): ReadonlyArray<Handler> => {
  if (berlin.options.approach !== "oauth") return []
  const answer = (asked: Asked): Answer | undefined => {
    switch (`${asked.door} ${asked.method} ${asked.path}`) {
      case `interface GET ${metadataPath}`:
        return metadata(berlin)
      case `interface POST ${tokenPath}`:
        return token(berlin, asked)
      case `pages GET ${authorizePath}`:
        return ask(berlin, asked.query)
      case `pages POST ${authorizePath}`:
        return decide(berlin, new URLSearchParams(asked.body))
      default:
        return undefined
    }
  }
  return [
    (asked) => {
      try {
        const given = answer(asked)
        return given === undefined ? undefined : { ...given, pattern: asked.path }
      } catch (error) {
        if (!(error instanceof Refused)) throw error
        return { ...html(409, refusalPage(berlin.bank.name, "These are not your accounts.")), pattern: asked.path }
      }
    }
  ]
}
