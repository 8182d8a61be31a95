/**
 * What the engine's writes cost without the engine: its statements, with its parameters, in transactions of its size,
 * through the same driver and nothing between. It trusts its caller in everything. The runner holds these statements
 * against those the engine ran, and the two databases against each other.
 */
import { DatabaseSync, type StatementSync } from "node:sqlite"

const pragmas = `PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;
  PRAGMA wal_autocheckpoint = 8192; PRAGMA cache_size = -16384; PRAGMA secure_delete = ON;`

/** What both sides have to have set alike. */
export const settings = [
  "journal_mode",
  "synchronous",
  "foreign_keys",
  "temp_store",
  "wal_autocheckpoint",
  "cache_size",
  "secure_delete"
]

/** Ends what is timed, on both sides: else the one whose log just passed the mark pays for copying it and the other not. */
export const settle = "PRAGMA wal_checkpoint(TRUNCATE)"

const sql = {
  lookupRow:
    "SELECT n, body, version, pending, gone, origin, rank FROM row WHERE account = ? AND stream = ? AND id = ?",
  lookupNeighbours:
    "SELECT n, body, version, pending, gone, origin, rank, stream, id FROM row WHERE n >= ? AND n < ? AND +account = ?",
  insertRow:
    "INSERT INTO row (n, account, stream, id, body, version, pending, gone, origin, rank, run) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
  insertChange: "INSERT INTO change (row, account, kind, before, run, at) VALUES (?, ?, ?, ?, ?, ?)",
  putInstallment: `INSERT INTO installment (row, number, account, due_date, state, amount_due, currency) VALUES (?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (row, number) DO UPDATE SET due_date = excluded.due_date, state = excluded.state,
    amount_due = excluded.amount_due, currency = excluded.currency`,
  putCheckpoint: `INSERT INTO checkpoint (connection_id, account, stream, checkpoint, updated_at) VALUES (?, ?, ?, ?, ?)
  ON CONFLICT (connection_id, account, stream) DO UPDATE SET checkpoint = excluded.checkpoint, updated_at = excluded.updated_at
  WHERE checkpoint.checkpoint <> excluded.checkpoint`
} as const

/** Rows after which a page's end is a commit: the engine's default. */
const batchRows = 2000

export interface LimitRow {
  /** Stream and id in one. */
  readonly key: string
  readonly stream: string
  readonly id: string
  readonly body: string
  readonly version: string | null
  readonly installments?: ReadonlyArray<{
    readonly number: number
    readonly due: string
    readonly state: string
    readonly amount: number
  }>
}

type Columns = ReadonlyArray<string | number | null>

export interface Options {
  readonly stream: string
  readonly currency: string
  readonly rank: 0 | 1
  /** A read from the beginning keeps its checkpoint to itself until it is through. */
  readonly again: boolean
}

export interface LimitStore {
  /** Transactions so far. */
  readonly transactions: number
  /** The statements that were run. */
  readonly statements: ReadonlyArray<string>
  /** Takes a page and commits where enough has been gathered. */
  readonly page: (rows: ReadonlyArray<LimitRow>, checkpoint: string) => void
  /** Commits what is left. */
  readonly end: () => void
  readonly close: () => void
}

export const open = (filename: string, { again, currency, rank, stream }: Options): LimitStore => {
  const database = new DatabaseSync(filename)
  database.exec(pragmas)
  const prepared = (text: string): StatementSync => database.prepare(text)
  const lookup = prepared(sql.lookupRow)
  lookup.setReturnArrays(true)
  const neighbours = prepared(sql.lookupNeighbours)
  neighbours.setReturnArrays(true)
  const found = (rows: ReadonlyArray<LimitRow>): ReadonlyArray<Columns | undefined> =>
    rows.map(({ id, stream }) => lookup.get(1, stream, id) as unknown as Columns | undefined)
  const [begin, commit] = [prepared("BEGIN IMMEDIATE"), prepared("COMMIT")]
  const [insertRow, insertChange] = [prepared(sql.insertRow), prepared(sql.insertChange)]
  const [putInstallment, putCheckpoint] = [prepared(sql.putInstallment), prepared(sql.putCheckpoint)]
  let gathered: Array<LimitRow> = []
  let last = 0
  let transactions = 0
  let hasInstallments = false

  const write = (checkpoint: string): void => {
    const at = new Date().toISOString()
    begin.run()
    const known = new Map<string, string>()
    const start = found(gathered.slice(0, 1))[0]?.[0]
    if (start !== undefined) {
      const stride = neighbours.all(
        Number(start),
        Number(start) + gathered.length,
        1
      ) as unknown as ReadonlyArray<Columns>
      for (const columns of stride) known.set(`${columns[7]}\n${columns[8]}`, String(columns[1]))
    }
    const others = gathered.filter((row) => !known.has(row.key))
    for (const [index, columns] of found(others).entries()) {
      if (columns !== undefined) known.set(others[index]?.key ?? "", String(columns[1]))
    }
    const fresh = gathered.filter(({ body, key }) => known.get(key) !== body)
    const first = last + 1
    for (const { body, id, stream, version } of fresh) {
      insertRow.run(++last, 1, stream, id, body, version, 0, null, "reported", rank, 1)
    }
    for (let n = first; n <= last; n++) insertChange.run(n, 1, "added", null, 1, at)
    for (const [index, { installments = [] }] of fresh.entries()) {
      hasInstallments ||= installments.length > 0
      for (const { amount, due, number, state } of installments) {
        putInstallment.run(first + index, number, 1, due, state, amount, currency)
      }
    }
    if (!again) putCheckpoint.run("limit", 1, stream, checkpoint, at)
    commit.run()
    transactions += 1
    gathered = []
  }

  return {
    get transactions() {
      return transactions
    },
    get statements() {
      const set = settings.map((name) => `${name} = ${Object.values(prepared(`PRAGMA ${name}`).get() ?? {}).join()}`)
      return [
        ...set,
        sql.lookupRow,
        ...(again ? [sql.lookupNeighbours] : []),
        ...(last > 0 ? [sql.insertRow, sql.insertChange] : []),
        ...(hasInstallments ? [sql.putInstallment] : []),
        ...(again ? [] : [sql.putCheckpoint])
      ]
    },
    page: (rows, checkpoint) => {
      gathered.push(...rows)
      if (gathered.length >= batchRows) write(checkpoint)
    },
    end: () => {
      if (gathered.length > 0) write("end")
      database.prepare(settle).get()
    },
    close: () => database.close()
  }
}
