/**
 * Connections: one person at one institution over one route, the consent it stands on, and the accounts behind it. Linking
 * again finds the same connection and the same accounts, by what the provider says of them and their currency, so that a
 * new consent attaches to the old rows; consent and grant are replaced together, and the old grant is not used again.
 * Withdrawing takes effect at once, ends the session at the provider, and destroys the grant with the key it was sealed
 * under; it goes on where whoever asked for it does not wait. Each change of a consent is an entry of its ledger.
 */
import { Account, Connector, Consent, ConnectorError } from "@paymirror/core"
import type { Link, Session, StreamName } from "@paymirror/core"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as SqlClient from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import { now } from "./clock.ts"
import * as ConsentLedger from "./ConsentLedger.ts"
import { forget } from "./forget.ts"
import * as Occurrences from "./Occurrences.ts"
import * as Place from "./Place.ts"
import { Running } from "./Running.ts"
import { Seal } from "./Seal.ts"
import type { SealError } from "./SealError.ts"

/** What the person agreed to. */
export interface Agreement {
  readonly holderId: string
  readonly streams: ReadonlyArray<StreamName.StreamName>
  readonly purpose: string
  /** What was shown. Its hash is worked out here. */
  readonly notice: Consent.Notice
  /** What else the person was told: who answers for the data, who gets it, where it is kept, under whose law. */
  readonly disclosure?: Consent.Disclosure
  /** Who agreed: `person` unless said; `key:<id>` where a program says so for them. */
  readonly by?: string
  /** UTC instant at which reading ends unless it is renewed; the provider and the route may end it earlier. */
  readonly expiresAt: string
  /** The person only wants it read while they are there. */
  readonly attendedOnly?: boolean
  /** What the host needs to run the connector again (a base URL); no secrets. `institution` names the one that was linked, where a connector has several. */
  readonly settings?: Readonly<Record<string, string>>
  /** An account of the holder these rows belong to: an export of what a live route reads. The currency has to agree. */
  readonly into?: string
  /** What the host writes beside it: in the same transaction, so that both stand or neither. */
  readonly alongside?: (linked: LinkedConnection) => Effect.Effect<void, SqlError>
}

/** What this host tells everybody who agrees; an {@link Agreement} may say more, or something else. */
export class HostDisclosure extends Context.Reference<Consent.Disclosure>("@paymirror/sync/HostDisclosure", {
  defaultValue: () => ({})
}) {}

/** The account named by `into` is not there, or not in the currency that was linked. */
export class NoSuchAccount extends Schema.TaggedError<NoSuchAccount>()("NoSuchAccount", { detail: Schema.String }) {}

export interface LinkedConnection {
  readonly connectionId: string
  readonly consentId: string
  readonly accountIds: ReadonlyArray<string>
  /** The person was linked here before: this consent took the place of that one. */
  readonly replaced: boolean
}

/** An account of a connection, as a run needs it. */
export interface AccountOf {
  readonly n: number
  readonly accountId: string
  readonly linked: Account.LinkedAccount
}

export interface Connection {
  readonly connectionId: string
  readonly holderId: string
  readonly connector: string
  readonly settings: Readonly<Record<string, string>>
  readonly status: string
  readonly detail: string | undefined
  readonly consent: Consent.Consent | undefined
}

export class Connections extends Context.Service<
  Connections,
  {
    /**
     * Stores a finished link and its consent in one transaction. The same person at the same institution (where settings
     * name none: with the same account) is linked anew: there is one consent for each, and the one that was replaced is
     * ended at the provider where that is its connector's to do. The new one stands whatever comes of that.
     */
    readonly store: (
      linked: Extract<Link.LinkStep<Connector.SealedGrant>, { _tag: "Linked" }>,
      agreement: Agreement
    ) => Effect.Effect<LinkedConnection, SqlError | SealError | NoSuchAccount, Connector.Connector>
    readonly get: (connectionId: string) => Effect.Effect<Connection | undefined, SqlError>
    readonly list: Effect.Effect<ReadonlyArray<Connection>, SqlError>
    /** The accounts behind a connection; none once it was withdrawn. */
    readonly accounts: (connectionId: string) => Effect.Effect<ReadonlyArray<AccountOf>, SqlError | SealError>
    /** Writes down that the person still agrees, which lets unattended reads go on. `undefined` where there is no consent to confirm. */
    readonly reconfirm: (
      connectionId: string,
      by?: string
    ) => Effect.Effect<Consent.Consent | undefined, SqlError, Connector.Connector>
    /**
     * Ends consent, revokes at the provider, destroys the grant, how the provider names the accounts, and the key both were
     * sealed under. Says whether the provider confirmed. What reads in this process is ended before consent is; calling it
     * again carries on where a process died in the middle.
     */
    readonly withdraw: (
      connectionId: string,
      by?: string
    ) => Effect.Effect<{ readonly revokedUpstream: boolean }, SqlError, Connector.Connector>
    /** Connections whose withdrawal a process did not survive: consent is over, the grant is still here. Withdraw them again. */
    readonly halfWithdrawn: Effect.Effect<ReadonlyArray<Connection>, SqlError>
  }
>()("@paymirror/sync/Connections") {
  static readonly layer: Layer.Layer<Connections, never, SqlClient.SqlClient | Seal | Running> = Layer.effect(
    Connections,
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const seal = yield* Seal
      const running = yield* Running
      const random = yield* SecureRandom.SecureRandom
      const scope = yield* Effect.scope
      const note = (entry: ConsentLedger.Entry) =>
        Effect.provideService(ConsentLedger.note(entry), SqlClient.SqlClient, sql)

      const existing = (agreement: Agreement, currency: string) =>
        Effect.gen(function* () {
          const rows = yield* sql<{ n: number; account_id: string }>`SELECT n, account_id FROM account
            WHERE account_id = ${agreement.into ?? ""} AND holder_id = ${agreement.holderId} AND currency = ${currency}`
          if (rows.length > 0) return rows
          return yield* new NoSuchAccount({ detail: `there is no account ${agreement.into ?? ""} in ${currency}` })
        })

      const store: Connections["Service"]["store"] = (linked, agreement) =>
        Effect.gen(function* () {
          const connector = yield* Connector.Connector
          const { manifest } = connector
          const at = yield* now
          const settings = JSON.stringify(agreement.settings ?? {})
          const institution = agreement.settings?.["institution"] ?? null
          const consentId = yield* random.uuidV7()
          const fresh = yield* Effect.forEach(linked.accounts, () => random.uuidV7())
          const newConnectionId = yield* random.uuidV7()
          const by = agreement.by ?? "person"
          const hash = yield* ConsentLedger.hashOf(agreement.notice.text)
          const disclosure = { ...(yield* HostDisclosure), ...agreement.disclosure }
          const stored = yield* sql.withTransaction(
            Effect.gen(function* () {
              const accountIds: Array<string> = []
              const numbers: Array<number> = []
              for (const [index, account] of linked.accounts.entries()) {
                const mark = yield* seal.mark(account.identification)
                const rows =
                  agreement.into !== undefined
                    ? yield* existing(agreement, account.currency)
                    : yield* sql<{ n: number; account_id: string }>`
                  INSERT INTO account (account_id, holder_id, provider, market, legal_entity, currency, status,
                    identification_hash, display_name, created_at)
                  VALUES (${fresh[index] as string}, ${agreement.holderId}, ${account.provider ?? (manifest.provider || account.displayName)},
                    ${account.market ?? null}, ${account.legalEntity}, ${account.currency}, ${account.status}, ${mark},
                    ${account.displayName}, ${at})
                  ON CONFLICT (holder_id, provider, identification_hash, currency)
                    DO UPDATE SET status = excluded.status, legal_entity = excluded.legal_entity
                  RETURNING n, account_id`
                accountIds.push((rows[0] as { account_id: string }).account_id)
                numbers.push((rows[0] as { n: number }).n)
              }
              const known = yield* sql<{ connection_id: string; sealed_grant: string | null }>`
                SELECT connection_id, sealed_grant FROM connection
                WHERE connector = ${manifest.id} AND holder_id = ${agreement.holderId} AND CASE
                  WHEN json_extract(settings, '$.institution') IS NOT NULL AND ${institution} IS NOT NULL
                  THEN json_extract(settings, '$.institution') = ${institution}
                  ELSE connection_id IN (SELECT connection_id FROM connection_account WHERE account = ${numbers[0] ?? 0}) END
                ORDER BY json_extract(settings, '$.institution') IS NULL, created_at, connection_id LIMIT 1`
              const connectionId = known[0]?.connection_id ?? newConnectionId
              yield* Occurrences.restored(sql, connectionId, at)
              const sealed = yield* seal.seal(Place.grant(connectionId), linked.grant)
              yield* sql`INSERT INTO connection
                (connection_id, holder_id, connector, settings, status, detail, sealed_grant, generation, renewal_tries,
                  created_at, updated_at)
                VALUES (${connectionId}, ${agreement.holderId}, ${manifest.id}, ${settings}, 'active', NULL, ${sealed}, 1, 0, ${at}, ${at})
                ON CONFLICT (connection_id) DO UPDATE SET status = 'active', detail = NULL,
                  settings = excluded.settings, sealed_grant = excluded.sealed_grant, generation = connection.generation + 1, renewal_tries = 0,
                  updated_at = excluded.updated_at`
              const replaced = yield* sql<{ consent_id: string }>`UPDATE consent SET withdrawn_at = ${at}
                WHERE connection_id = ${connectionId} AND withdrawn_at IS NULL RETURNING consent_id`
              for (const { consent_id } of replaced)
                yield* note({ consentId: consent_id, at, what: "replaced", by, detail: consentId })
              const consent: Consent.Consent = {
                consentId,
                connectionId,
                holderId: agreement.holderId,
                streams: [...agreement.streams],
                purpose: agreement.purpose,
                notice: { ...agreement.notice, hash },
                givenBy: by,
                ...disclosure,
                grantedAt: at,
                ...Consent.bounds({
                  grantedAt: at,
                  agreedUntil: agreement.expiresAt,
                  validUntil: linked.validUntil,
                  terms: manifest.consent
                }),
                ...(agreement.attendedOnly === true && { attendedOnly: true })
              }
              yield* sql`INSERT INTO consent (consent_id, connection_id, body, expires_at)
                VALUES (${consentId}, ${connectionId}, ${JSON.stringify(consent)}, ${consent.expiresAt})`
              yield* note({ consentId, at, what: "given", by, detail: undefined })
              yield* Occurrences.ofConsent(sql, "consent.granted", consent, at)
              // What the person no longer shares is no longer behind the connection; a file says nothing of the others.
              if (manifest.route !== "export")
                yield* sql`DELETE FROM connection_account WHERE connection_id = ${connectionId}`
              for (const [index, account] of linked.accounts.entries()) {
                const sealedLinked = yield* seal.seal(
                  Place.linked(connectionId, numbers[index] as number),
                  Redacted.make(JSON.stringify(account))
                )
                yield* sql`INSERT INTO connection_account (connection_id, account, sealed_linked)
                  VALUES (${connectionId}, ${numbers[index] as number}, ${sealedLinked})
                  ON CONFLICT (connection_id, account) DO UPDATE SET sealed_linked = excluded.sealed_linked`
              }
              const done: LinkedConnection = { connectionId, consentId, accountIds, replaced: known.length > 0 }
              if (agreement.alongside !== undefined) yield* agreement.alongside(done)
              return {
                linked: done,
                replacedGrant: known[0]?.sealed_grant ?? undefined
              }
            })
          )
          const { replacedGrant } = stored
          if (replacedGrant !== undefined && connector.supersede !== undefined) {
            yield* seal.open(Place.grant(stored.linked.connectionId), replacedGrant).pipe(
              Effect.flatMap((old) => connector.supersede?.(old, linked.grant) ?? Effect.void),
              Effect.ignore
            )
          }
          return stored.linked
        })

      const read = (where: { readonly connectionId?: string }) =>
        Effect.flatMap(
          sql<{
            connection_id: string
            holder_id: string
            connector: string
            settings: string
            status: string
            detail: string | null
            body: string | null
            withdrawn_at: string | null
          }>`SELECT connection.connection_id, holder_id, connector, settings, status, detail, body, withdrawn_at
            FROM connection LEFT JOIN consent ON consent.consent_id = (
              SELECT consent_id FROM consent AS newest WHERE newest.connection_id = connection.connection_id
              ORDER BY withdrawn_at IS NULL DESC, consent_id DESC LIMIT 1)
            WHERE ${where.connectionId === undefined ? sql`1 = 1` : sql`connection.connection_id = ${where.connectionId}`}
            ORDER BY connection.created_at, connection.connection_id`,
          Effect.forEach((row) =>
            Effect.map(
              row.body === null ? Effect.undefined : consentOf(row.body, row.withdrawn_at),
              (consent): Connection => ({
                connectionId: row.connection_id,
                holderId: row.holder_id,
                connector: row.connector,
                settings: JSON.parse(row.settings) as Readonly<Record<string, string>>,
                status: row.status,
                detail: row.detail ?? undefined,
                consent
              })
            )
          )
        )

      const endConsent = (connectionId: string, by: string) =>
        sql.withTransaction(
          Effect.gen(function* () {
            const at = yield* now
            yield* Occurrences.withdrawn(sql, connectionId, at)
            const ended = yield* sql<{ consent_id: string }>`UPDATE consent SET withdrawn_at = ${at}
              WHERE connection_id = ${connectionId} AND withdrawn_at IS NULL RETURNING consent_id`
            for (const { consent_id } of ended)
              yield* note({ consentId: consent_id, at, what: "withdrawn", by, detail: undefined })
            yield* sql`UPDATE connection SET status = 'revoked', detail = 'consent was withdrawn', updated_at = ${at}
              WHERE connection_id = ${connectionId}`
          })
        )

      const withdraw = (connectionId: string, by: string) =>
        Effect.gen(function* () {
          const connector = yield* Connector.Connector
          yield* running.stopped(connectionId, endConsent(connectionId, by))
          // From here on no renewal can store a grant, so this one is the last.
          const rows = yield* sql<{ sealed_grant: string | null; generation: number }>`
            SELECT sealed_grant, generation FROM connection WHERE connection_id = ${connectionId}`
          const stored = rows[0]
          if (stored === undefined) return { revokedUpstream: true }
          const revoked =
            stored.sealed_grant === null ||
            (yield* seal.open(Place.grant(connectionId), stored.sealed_grant).pipe(
              Effect.flatMap((grant) => connector.revoke(last(connector.manifest.id, grant, stored.generation))),
              Effect.isSuccess
            ))
          yield* sql.withTransaction(
            Effect.gen(function* () {
              const ended = yield* sql`UPDATE connection SET sealed_grant = NULL,
                detail = ${revoked ? "consent was withdrawn" : "consent was withdrawn; the provider did not confirm the end of the session"}
                WHERE connection_id = ${connectionId} AND status = 'revoked' AND generation = ${stored.generation}
                RETURNING connection_id`
              // Linked anew meanwhile: what stands now is not this one's to destroy.
              if (ended.length === 0) return
              yield* sql`UPDATE connection_account SET sealed_linked = '' WHERE connection_id = ${connectionId}`
              yield* seal.shred(Place.ofConnection(connectionId))
            })
          )
          yield* Effect.provideService(forget, SqlClient.SqlClient, sql)
          return { revokedUpstream: revoked }
        })

      return Connections.of({
        store,
        get: (connectionId) => Effect.map(read({ connectionId }), (rows) => rows[0]),
        list: read({}),
        accounts: (connectionId) =>
          Effect.gen(function* () {
            const rows = yield* sql<{ n: number; account_id: string; sealed_linked: string }>`
              SELECT account.n, account_id, sealed_linked FROM connection_account JOIN account ON account.n = account
              WHERE connection_id = ${connectionId} AND sealed_linked <> '' ORDER BY account.n`
            return yield* Effect.forEach(rows, (row) =>
              Effect.map(seal.open(Place.linked(connectionId, row.n), row.sealed_linked), (text) => ({
                n: row.n,
                accountId: row.account_id,
                linked: decodeLinked(Redacted.value(text))
              }))
            )
          }),
        reconfirm: (connectionId, by = "person") =>
          Effect.gen(function* () {
            const { manifest } = yield* Connector.Connector
            const at = yield* now
            return yield* sql.withTransaction(
              Effect.gen(function* () {
                const consent = (yield* read({ connectionId }))[0]?.consent
                const confirmed = consent && Consent.reconfirmed(consent, at, manifest.consent)
                if (confirmed !== undefined) {
                  yield* sql`UPDATE consent SET body = ${JSON.stringify(confirmed)} WHERE consent_id = ${confirmed.consentId}`
                  yield* note({ consentId: confirmed.consentId, at, what: "confirmed", by, detail: undefined })
                  yield* Occurrences.ofConsent(sql, "consent.confirmed", confirmed, at)
                }
                return confirmed
              })
            )
          }),
        // Detached from whoever asks: a caller that goes away, or is itself a read that this ends, must not stop it half way.
        withdraw: (connectionId, by = "person") =>
          withdraw(connectionId, by).pipe(Effect.forkIn(scope), Effect.flatMap(Fiber.join)),
        halfWithdrawn: Effect.gen(function* () {
          const left = yield* sql<{ id: string }>`SELECT connection_id AS id FROM connection
            WHERE status = 'revoked' AND sealed_grant IS NOT NULL`
          return yield* Effect.forEach(left, ({ id }) => read({ connectionId: id })).pipe(
            Effect.map((all) => all.flat())
          )
        })
      })
    })
  ).pipe(Layer.provide(SecureRandom.layerWebCrypto))
}

const decodeLinked = Schema.decodeUnknownSync(Schema.fromJsonString(Account.LinkedAccount))
const decodeConsent = Schema.decodeUnknownSync(Schema.fromJsonString(Consent.Consent))

/** A consent as it is stored; one of before bears no hash of its notice, and gets it here. */
export const consentOf = (body: string, withdrawnAt: string | null): Effect.Effect<Consent.Consent> => {
  const stored = decodeConsent(body)
  const consent = withdrawnAt === null ? stored : { ...stored, withdrawnAt }
  const { notice } = consent
  return notice.hash === undefined
    ? Effect.map(ConsentLedger.hashOf(notice.text), (hash) => ({ ...consent, notice: { ...notice, hash } }))
    : Effect.succeed(consent)
}

/** The session a revocation gets: the grant as it was, and no renewal. */
const last = (
  connector: string,
  grant: Connector.SealedGrant,
  generation: number
): Session.Session<Connector.SealedGrant> => ({
  current: Effect.succeed({ grant, generation }),
  renew: () =>
    Effect.fail(
      new ConnectorError.ConnectorError({
        connector,
        reason: new ConnectorError.ConsentRequired({ detail: "consent was withdrawn" })
      })
    )
})
