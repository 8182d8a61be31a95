/** What a database holds once the dust has settled, without what may differ: when, in which run, and how often looked. */
import { DatabaseSync } from "node:sqlite"

const questions: Readonly<Record<string, string>> = {
  rows: "SELECT stream, id, body, version, pending, gone, origin, rank FROM row ORDER BY stream, id",
  changes: `SELECT stream, id, kind, before FROM change JOIN row ON row.n = change.row ORDER BY stream, id, seq`,
  installments: `SELECT id, number, due_date, state, amount_due FROM installment JOIN row ON row.n = installment.row ORDER BY id, number`,
  transitions: `SELECT id, installment_number, from_state, to_state, event, contradiction FROM transition
    JOIN row ON row.n = transition.row ORDER BY id, transition.n`,
  quarantine:
    "SELECT stream, reason, locator, resolved_at IS NULL AS open FROM quarantine ORDER BY stream, locator, reason",
  checkpoints: "SELECT stream, checkpoint FROM checkpoint ORDER BY stream",
  discrepancies:
    "SELECT stream, name, place, expected, actual FROM discrepancy WHERE resolved_at IS NULL ORDER BY 1, 2, 3"
}

export type Mirror = Readonly<Record<string, ReadonlyArray<unknown>>>

export const look = (filename: string): Mirror => {
  const database = new DatabaseSync(filename)
  const found: Record<string, ReadonlyArray<unknown>> = {}
  for (const [name, sql] of Object.entries(questions)) found[name] = database.prepare(sql).all()
  database.close()
  return found
}

/** Holds the log against the rows: replayed from its beginning, each change starts where the last of its row ended. */
export const replays = (filename: string): boolean => {
  const database = new DatabaseSync(filename)
  const rows = database.prepare("SELECT n, body, gone FROM row").all() as Array<{
    n: number
    body: string
    gone: string | null
  }>
  const log = database.prepare("SELECT row, kind, before FROM change ORDER BY seq").all() as Array<{
    row: number
    kind: string
    before: string | null
  }>
  database.close()
  return rows.every(({ gone, n }) => {
    const own = log.filter(({ row }) => row === n)
    return (
      own.every(
        ({ before, kind }, index) => (kind === "added") === (index === 0) && (before === null) === (index === 0)
      ) && (own.at(-1)?.kind === "removed") === (gone !== null)
    )
  })
}
