/**
 * A link session: a person at a step of the conversation that links them, for a tenant. It is open until it is linked,
 * failed, cancelled or expired, and then stays what it is.
 */
import type { Access, Consent, Link, StreamName } from "@paymirror/core"
import type { LinkedConnection } from "@paymirror/sync"
import type { Settings } from "../Connectors.ts"

export type Status = "open" | "linked" | "failed" | "cancelled" | "expired"

export interface LinkSession {
  readonly linkSessionId: string
  readonly holderId: string
  /** The tenant the person is one of. */
  readonly tenant: { readonly tenantId: string; readonly name: string }
  readonly connector: string
  readonly settings: Settings
  readonly streams: ReadonlyArray<StreamName.StreamName>
  readonly purpose: string
  readonly attendedOnly: boolean
  readonly notice: Consent.Consent["notice"]
  /** Until when the person agrees, at most. */
  readonly agreedUntil: string
  readonly returnUrl: string | undefined
  readonly status: Status
  /** Why it failed, and what to do. */
  readonly detail: string | undefined
  readonly linked: Omit<LinkedConnection, "replaced"> | undefined
  readonly expiresAt: string
}

type Asked<Tag extends Link.LinkStep<unknown>["_tag"]> = Extract<Link.LinkStep<unknown>, { readonly _tag: Tag }>

/** What the person is asked. `Agree` is ours and comes first; the others are the connector's. */
export type Step = { readonly _tag: "Agree" } | Asked<"Redirect"> | Asked<"Approve"> | Asked<"Prompt">

/** What is sealed of an open session. */
export interface Conversation {
  readonly step: Step
  /** The token of the person's page, to lead them back to it from their bank. */
  readonly token: string
  /** Where the person sits, as their tenant said. */
  readonly presence?: Access.Presence
}

/** As it lies in the database. */
export interface Row {
  readonly link_session_id: string
  readonly holder_id: string
  readonly tenant_id: string
  readonly tenant: string
  readonly connector: string
  readonly settings: string
  readonly streams: string
  readonly purpose: string
  readonly attended_only: number
  readonly notice: string
  readonly agreed_until: string
  readonly return_url: string | null
  readonly status: Status
  readonly detail: string | null
  readonly connection_id: string | null
  readonly consent_id: string | null
  readonly account_ids: string | null
  readonly expires_at: string
}

export const sessionOf = (row: Row, at: string): LinkSession => ({
  linkSessionId: row.link_session_id,
  holderId: row.holder_id,
  tenant: { tenantId: row.tenant_id, name: row.tenant },
  connector: row.connector,
  settings: JSON.parse(row.settings) as Settings,
  streams: JSON.parse(row.streams) as ReadonlyArray<StreamName.StreamName>,
  purpose: row.purpose,
  attendedOnly: row.attended_only === 1,
  notice: JSON.parse(row.notice) as Consent.Consent["notice"],
  agreedUntil: row.agreed_until,
  returnUrl: row.return_url ?? undefined,
  status: row.status === "open" && row.expires_at <= at ? "expired" : row.status,
  detail: row.detail ?? undefined,
  linked:
    row.connection_id === null || row.consent_id === null
      ? undefined
      : {
          connectionId: row.connection_id,
          consentId: row.consent_id,
          accountIds: JSON.parse(row.account_ids ?? "[]") as ReadonlyArray<string>
        },
  expiresAt: row.expires_at
})
