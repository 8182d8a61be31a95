/**
 * What a connector's author hands to the suite: the connector, how a person links it, and the provider side ("far
 * side") with whatever faults it can show. Every fault is optional; a check that needs one the far side lacks is
 * reported as skipped with the reason, and a skipped check earns no level. The suite opens a new far side for every
 * check, so an adapter never has to undo a fault.
 */
import type { Account, Connector, ConnectorError, Manifest, StreamName } from "@paymirror/core"
import type * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import type { HttpClient } from "effect/http/HttpClient"

/** A request as the far side saw it. */
export interface Seen {
  readonly method: string
  readonly path: string
}

/** Files of an export route, by path. Amounts and names in them are the author's. */
export interface Files {
  /** What a person picks beside the file (a mapping, an account), for every file here. */
  readonly options?: Readonly<Record<string, string>>
  readonly good: string
  /** The same content under another name. */
  readonly again?: string
  /** A later download: `shared` of its rows are also in `good`. */
  readonly overlapping?: { readonly path: string; readonly shared: number }
  /** `bad` of its rows cannot be read, the rest can. */
  readonly badRows?: { readonly path: string; readonly bad: number }
  /** `rows` rows, some of which are equal in everything the file tells (two coffees, same day, same price). */
  readonly twins?: { readonly path: string; readonly rows: number }
  /** Nothing the connector knows. */
  readonly unknown?: string
  /** `good`, cut off in the middle of a row. */
  readonly truncated?: string
}

type Act = Effect.Effect<void>

export interface FarSide {
  /** Where it listens (`http://127.0.0.1:4101`). Requests to the manifest's hosts are sent here; none goes elsewhere. */
  readonly origin?: string
  /** How requests are sent to it: in place of `origin`, without a socket; or beside it, to do something before each one. */
  readonly fetch?: typeof globalThis.fetch
  /** Every request it saw. Lets the suite notice a connector that goes around `HttpClient`. */
  readonly requests?: Effect.Effect<ReadonlyArray<Seen>>
  /** Path a renewal posts to (`/auth/v1/token/refresh`). */
  readonly refreshPath?: string
  /**
   * Other paths that may be posted to: linking, revoking, a search that happens to be a POST. They are no reads of an
   * account and cost no budget. One that ends in `*` stands for all that begin like it (`/v1/consents*`).
   */
  readonly sessionPaths?: ReadonlyArray<string>
  /** What it handed out or planted (tokens, an e-mail address) and must never leave the connector as text. May grow. */
  readonly secrets?: ReadonlyArray<string>
  readonly files?: Files

  /** A row that was read changes, and one comes to be. */
  readonly mutate?: Act
  /** Days go by at the provider: installments fall due, are paid, are late. */
  readonly elapse?: (days: number) => Act
  /** What is pending settles; amounts and dates may change. */
  readonly settle?: Act
  /** How many rows of the stream there are to read, one for each it shows; nothing where that cannot be said. */
  readonly shows?: (stream: StreamName.StreamName) => Effect.Effect<number | undefined>
  /** From now on the rows of each page come in another order. */
  readonly shuffleRows?: Act
  /** What is pending comes to nothing: at least one row that was pending never settles. */
  readonly lapse?: Act
  /** From now on rows repeat between pages. */
  readonly repeatRows?: Act
  /** While the next pages are walked, rows move between them. */
  readonly shiftPages?: Act
  /** From now on this stream's first page comes again and again. */
  readonly loopPages?: (stream: StreamName.StreamName) => Act
  /** From now on lists are empty, with a success status. */
  readonly emptyLists?: Act
  /** After `after` more requests (default 0), the next `times` are answered with 503. Replaces an earlier call. */
  readonly failNext?: (times: number, after?: number) => Act
  /** From now on 429, to come back after `seconds`. */
  readonly throttle?: (seconds: number) => Act
  /** From now on it accepts requests and never answers. */
  readonly stall?: Act
  /** From now on every answer is a bot check page. */
  readonly botPage?: Act
  /** A row of the stream is broken: a field without which it cannot be read is missing or of another type. */
  readonly malformRow?: (stream: StreamName.StreamName) => Act
  /** A row of the stream carries an enum value nobody has documented. */
  readonly unknownValue?: (stream: StreamName.StreamName) => Act
  /** Rows of the stream carry a field nobody has documented. */
  readonly unknownField?: (stream: StreamName.StreamName) => Act
  /** The access token in use has expired; a renewal works. */
  readonly expireAccess?: Act
  /** From now on every access token is refused as expired, although renewals succeed. */
  readonly rejectAccess?: Act
  /** From now on renewals are carried out and their answers never arrive. */
  readonly loseRefresh?: Act
  /** The person withdrew at the provider. */
  readonly revoke?: Act
}

export interface Linked {
  readonly grant: Connector.SealedGrant
  readonly accounts: ReadonlyArray<Account.LinkedAccount>
}

export interface Subject<F extends FarSide = FarSide, E = unknown> {
  readonly manifest: Manifest.Manifest
  /** The connector as it ships. It gets its `HttpClient` from the suite; give it anything else (files) yourself. */
  readonly layer: Layer.Layer<Connector.Connector, E, HttpClient>
  /** A new far side with a little of everything in it: enough rows for several pages of at least one stream. */
  readonly far: Effect.Effect<F, unknown, Scope.Scope>
  /** Plays the person. Left out for an export route: the suite uploads the file itself. */
  readonly link?: (far: F) => Effect.Effect<Linked, ConnectorError.ConnectorError, Connector.Connector>
  /** Planted strings that must not leak, beside the far side's own and those inside the grant. */
  readonly secrets?: ReadonlyArray<string>
  /** Checkpoints that earlier versions of the connector gave out: reading from each loses nothing. */
  readonly earlier?: ReadonlyArray<string>
  /** `false`: the grant holds nothing that is ever renewed (no tokens), so there is no renewal to check. */
  readonly renews?: boolean
  /**
   * `true`: the grant is a credential the person made at the provider. A renewal does not spend it, so one whose answer was
   * lost may be sent again; and revoking succeeds without ending it, which only the person can, where they made it.
   */
  readonly standing?: boolean
  /** `false`: every list comes whole in one answer (a report in XML), so there are no pages that could never end. */
  readonly pages?: boolean
  /** `false`: nothing this provider shows is ever pending, so there is nothing to settle. */
  readonly pending?: boolean
  /** Milliseconds after which a read counts as one that never ends. Default 10 000. */
  readonly patience?: number
}
