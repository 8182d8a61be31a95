/**
 * The end of a conversation that came to its end: what was agreed to is stored with what the provider granted, and its
 * person is known to the service from then on. All of it stands, or none.
 */
import type { Connector, Link } from "@paymirror/core"
import { Connections, type LinkedConnection } from "@paymirror/sync"
import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import type { Settings } from "../Connectors.ts"
import * as Tenants from "../service/Tenants.ts"
import type { Proposal } from "./Proposal.ts"

export interface Agreed extends Pick<Proposal, "streams" | "notice" | "expiresAt"> {
  readonly holderId: string
  readonly purpose: string
  /** Who agreed: `person`, or `key:<id>` where a program says so for them. */
  readonly by?: string
  readonly attendedOnly?: boolean
  readonly settings?: Settings
  /** The account these rows belong to, of a file. */
  readonly into?: string
  /** Written in the same transaction. */
  readonly alongside?: (linked: LinkedConnection) => Effect.Effect<void, SqlError>
}

/** What the copy is for, where nobody said otherwise. */
export const ownCopy = "a copy for the account holder"

export const settle = (
  linked: Extract<Link.LinkStep<Connector.SealedGrant>, { _tag: "Linked" }>,
  { alongside, ...agreed }: Agreed
) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    return yield* (yield* Connections).store(linked, {
      ...agreed,
      alongside: (done) =>
        Effect.andThen(Effect.provideService(Tenants.adopt, SqlClient.SqlClient, sql), alongside?.(done) ?? Effect.void)
    })
  })
