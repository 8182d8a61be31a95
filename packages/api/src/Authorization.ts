/**
 * Who may call what. A key belongs to one tenant and has scopes; one that names a holder sees that person alone. What an
 * endpoint asks for is written on the endpoint, and checked before its handler runs.
 */
import * as Context from "effect/Context"
import * as Schema from "effect/Schema"
import * as HttpApiMiddleware from "effect/http-api/HttpApiMiddleware"
import * as HttpApiSecurity from "effect/http-api/HttpApiSecurity"
import * as OpenApi from "effect/http-api/OpenApi"
import { Forbidden, TooManyRequests, Unauthorized } from "./Problem.ts"

/**
 * A scope for each stream (its rows, its changes and its events), and one for each thing that is managed.
 * `connections` links and unlinks; `holders` creates people and erases them.
 */
export const scopes = [
  "accounts",
  "purchases",
  "plans",
  "card",
  "balance",
  "points",
  "deliveries",
  "profile",
  "connections",
  "consents",
  "holders",
  "imports",
  "webhooks",
  "audit"
] as const
export const Scope = Schema.Literals(scopes)
export type Scope = (typeof scopes)[number]

export interface Caller {
  readonly keyId: string
  readonly tenantId: string
  /** The only person the key may see, where it is bound to one. */
  readonly holderId: string | undefined
  readonly scopes: ReadonlySet<Scope>
}

/** Whose request it is; there once {@link Authorization} let it through. */
export class CurrentCaller extends Context.Service<CurrentCaller, Caller>()("@paymirror/api/CurrentCaller") {}

/** The scope an endpoint asks for. An endpoint without one asks for none of its own: it narrows its answer by scope. */
export const RequiredScope = Context.Reference<Scope | undefined>("@paymirror/api/RequiredScope", {
  defaultValue: () => undefined
})

/** What an endpoint is for, and the scope it asks for, both for the check and for the description. */
export const about = (summary: string, scope?: Scope) =>
  Context.make(OpenApi.Summary, summary).pipe(
    Context.add(RequiredScope, scope),
    Context.add(OpenApi.Transform, (operation) =>
      scope === undefined ? operation : { ...operation, "x-scope": scope }
    )
  )

export class Authorization extends HttpApiMiddleware.Service<Authorization, { provides: CurrentCaller }>()(
  "@paymirror/api/Authorization",
  {
    requiredForClient: true,
    security: { bearer: HttpApiSecurity.bearer },
    error: [Unauthorized, Forbidden, TooManyRequests]
  }
) {}
