/**
 * Where something sealed is stored, and whose it is. It opens there and nowhere else: not in another row or column, not
 * for another connection, not under another owner's data key. A value that moves has to be sealed anew.
 */
export interface Place {
  /** Whose data key it is sealed under; destroying that key destroys all its owner has sealed. */
  readonly owner: string
  readonly table: string
  readonly column: string
  /** What tells the row from all others of its table. */
  readonly row: string
  /** What the first version bound a value of this place to, where it had the place. */
  readonly first?: string
}

export const ofConnection = (connectionId: string): string => `connection:${connectionId}`
export const ofAccount = (n: number): string => `account:${n}`

/** A connection's grant. */
export const grant = (connectionId: string): Place => ({
  owner: ofConnection(connectionId),
  table: "connection",
  column: "sealed_grant",
  row: connectionId,
  first: `grant:${connectionId}`
})

/** What the provider calls an account that is behind a connection. */
export const linked = (connectionId: string, account: number): Place => ({
  owner: ofConnection(connectionId),
  table: "connection_account",
  column: "sealed_linked",
  row: JSON.stringify([connectionId, account]),
  first: `linked:${connectionId}:${account}`
})

/** The text of a row that could not be read. */
export const quarantined = (account: number, stream: string, key: string): Place => ({
  owner: ofAccount(account),
  table: "quarantine",
  column: "sealed_raw",
  row: JSON.stringify([account, stream, key]),
  first: `quarantine:${account}:${key}`
})

/** A place in one text in which no two places are the same. */
export const contextOf = ({ column, owner, row, table }: Place): string =>
  JSON.stringify(["paymirror", owner, table, column, row])

type Row = Readonly<Record<string, string | number>>

/** A column the first version sealed: which rows are an owner's, as SQL, and the place of each. */
export interface FirstColumn {
  readonly table: string
  readonly column: string
  readonly owner: string
  readonly placeOf: (row: Row) => Place
}

export const firstColumns: ReadonlyArray<FirstColumn> = [
  {
    table: "connection",
    column: "sealed_grant",
    owner: "'connection:' || connection_id",
    placeOf: (row) => grant(String(row["connection_id"]))
  },
  {
    table: "connection_account",
    column: "sealed_linked",
    owner: "'connection:' || connection_id",
    placeOf: (row) => linked(String(row["connection_id"]), Number(row["account"]))
  },
  {
    table: "quarantine",
    column: "sealed_raw",
    owner: "'account:' || account",
    placeOf: (row) => quarantined(Number(row["account"]), String(row["stream"]), String(row["key"]))
  }
]
