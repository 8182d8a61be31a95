/**
 * A refusal that only concerns how was asked (a window too long, a token that ran out, a renamed account): it is for the
 * reader to mend. Every other one is the connector's error.
 */
export class Refusal {
  readonly _tag = "Refusal"
  /**
   * `token`: renew it and ask again. `too_old`: the window begins before what is served. `too_much`: the window holds
   * more than the bank can serve at once. `unknown_account`: the account goes by another name now. `paging`: the address
   * of the next page is not to be followed.
   */
  readonly meaning: "token" | "too_old" | "too_much" | "unknown_account" | "paging"
  readonly detail: string
  /** The approval is minutes old, and not every machine of the bank may know of it yet. */
  readonly mayPass: boolean
  constructor(meaning: Refusal["meaning"], detail: string, mayPass = false) {
    this.meaning = meaning
    this.detail = detail
    this.mayPass = mayPass
  }
}
