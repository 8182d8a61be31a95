/**
 * The seam inside the connector: what a bank's interface has to be able to do, whatever it is spelled like. A dialect
 * knows its wire and nothing of ledgers; whoever reads knows ledgers and nothing of the wire. Every call of `accounts`,
 * `balances` and `page` announces itself to `call.access` before it goes out and carries the person's address if and only
 * if the person is there (both are done by `Http.read`).
 */
import type { Access, ConnectorError, Link } from "@paymirror/core"
import type * as Effect from "effect/Effect"
import type { BankAccount, BankBalance, Page, Window } from "./Entry.ts"
import type { Grant, GrantedAccount } from "./Grant.ts"
import type { Refusal } from "./Refusal.ts"

export type Failure = ConnectorError.ConnectorError | Refusal

/** Under which grant, and on whose initiative. */
export interface Call {
  readonly grant: Grant
  readonly access: Access.Access
}

export interface Dialect {
  /** One step of the conversation that ends in a consent. It never asks for a password. */
  readonly link: (input: Link.LinkInput) => Effect.Effect<Link.LinkStep<Grant>, ConnectorError.ConnectorError>
  /**
   * Exchanges the tokens of a grant for the next, as `Session.renew` asks for it. Absent where a consent has none: then a
   * refused call means the consent is gone.
   */
  readonly renew?: (grant: Grant) => Effect.Effect<Grant, ConnectorError.ConnectorError>
  /** Ends the consent at the bank. Succeeds where it is already gone. */
  readonly revoke: (grant: Grant) => Effect.Effect<void, ConnectorError.ConnectorError>
  readonly accounts: (call: Call) => Effect.Effect<ReadonlyArray<BankAccount>, Failure>
  readonly balances: (call: Call, account: GrantedAccount) => Effect.Effect<ReadonlyArray<BankBalance>, Failure>
  /** One page of entries: the first of a window, or what `next` of the page before leads to. */
  readonly page: (
    call: Call,
    account: GrantedAccount,
    window: Window,
    next: string | undefined
  ) => Effect.Effect<Page, Failure>
}
