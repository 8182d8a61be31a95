/**
 * What is measured: for each case the engine's side and its limit, run in turn so that a busy machine slows both, and
 * the proof that the two did the same work. A case whose sides differ is an error, not a figure.
 */
import { copyFileSync, rmSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { apiList } from "./ApiCase.ts"
import * as Child from "./Child.ts"
import * as Files from "./Files.ts"
import type { Measured } from "./Measure.ts"
import { median } from "./Pace.ts"

export interface Result {
  readonly name: string
  readonly rowsPerSecond: number
  readonly limitRowsPerSecond: number
  readonly ratio: number
  readonly peakMemoryMb: number
  readonly limitPeakMemoryMb: number
  /** What is worth saying beside the figures. */
  readonly notes: ReadonlyArray<string>
}

/** Where a case may write. */
export interface Place {
  readonly directory: string
  /** Rows instead of the case's own number. */
  readonly rows: number | undefined
  readonly progress: (text: string) => void
}

export interface Case {
  readonly name: string
  readonly about: string
  readonly measure: (place: Place) => Promise<Result>
}

const pairs = 3

const speed = ({ rows, seconds }: Measured): number => rows / seconds
const figures = (values: ReadonlyArray<number>): string => values.map((value) => value.toFixed(1)).join(", ")

/** A whole number, readable. */
export const thousands = (value: number): string => String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ",")

const forget = (filename: string): void => {
  for (const suffix of ["", "-wal", "-shm"]) rmSync(filename + suffix, { force: true })
}

const contents = (filename: string): string => {
  const database = new DatabaseSync(filename)
  const found = database
    .prepare(
      `SELECT count(*) AS rows, sum(length(id)) AS ids, sum(length(body)) AS bodies, count(version) AS versions,
        (SELECT count(*) FROM change) AS changes,
        (SELECT count(*) FROM installment) AS installments, (SELECT sum(amount_due) FROM installment) AS due FROM row`
    )
    .get()
  database.close()
  return JSON.stringify(found)
}

const same = (what: string, engine: string, limit: string): void => {
  if (engine !== limit) throw new Error(`the sides differ in ${what}: ${engine} and ${limit}`)
}

const plain = (statements: ReadonlyArray<string>): ReadonlyArray<string> =>
  statements.map((sql) => sql.replace(/\s+/g, " "))

const equal = (engine: Measured, limit: Measured): void => {
  const ran = new Set(plain(engine.statements))
  const unknown = plain(limit.statements).filter((sql) => !ran.has(sql))
  if (unknown.length > 0) throw new Error(`the engine does not run what its limit runs: ${unknown.join("; ")}`)
  if (Math.abs(engine.transactions - limit.transactions) > 0.1 * limit.transactions + 1) {
    throw new Error(`${engine.transactions} transactions beside ${limit.transactions} of the limit`)
  }
}

const pair = async (
  name: string,
  { progress }: Place,
  sides: { readonly engine: () => Promise<Measured>; readonly limit: () => Promise<Measured> }
): Promise<Result> => {
  const engine: Array<Measured> = []
  const limit: Array<Measured> = []
  for (let turn = 1; turn <= pairs; turn++) {
    const [left, right] = [await sides.engine(), await sides.limit()]
    equal(left, right)
    engine.push(left)
    limit.push(right)
    progress(`${name} ${turn}/${pairs}: ${Math.round(speed(left))} rows/s beside ${Math.round(speed(right))}`)
  }
  const [rowsPerSecond, limitRowsPerSecond] = [median(engine.map(speed)), median(limit.map(speed))]
  return {
    name,
    rowsPerSecond,
    limitRowsPerSecond,
    ratio: rowsPerSecond / limitRowsPerSecond,
    peakMemoryMb: median(engine.map((side) => side.peakMemoryMb)),
    limitPeakMemoryMb: median(limit.map((side) => side.peakMemoryMb)),
    notes: [`heap in use at each quarter, MB: ${figures(engine[0]?.heapMb ?? [])}`]
  }
}

/** Runs both sides on fresh databases and compares what they left there. */
const filled = async (
  name: string,
  place: Place,
  script: string,
  args: ReadonlyArray<string | number>
): Promise<Result> => {
  const [ours, theirs] = [join(place.directory, "engine.db"), join(place.directory, "limit.db")]
  const empty = join(place.directory, "empty.db")
  await Child.run("schema", empty)
  let engine = ""
  const result = await pair(name, place, {
    engine: async () => {
      forget(ours)
      const measured = await Child.run(script, ...args, ours)
      engine = contents(ours)
      return measured
    },
    limit: async () => {
      forget(theirs)
      copyFileSync(empty, theirs)
      const measured = await Child.run(`${script}Limit`, ...args, theirs)
      same("what they stored", engine, contents(theirs))
      return measured
    }
  })
  for (const filename of [ours, theirs, empty]) forget(filename)
  return result
}

const socket = (name: string, about: string, pageSize: number): Case => ({
  name,
  about,
  measure: async (place) => {
    const rows = place.rows ?? 200_000
    const server = await Child.serve("serve", rows, pageSize)
    try {
      return await filled(name, place, "socket", [server.port, pageSize, rows])
    } finally {
      server.stop()
    }
  }
})

const bank: Case = {
  name: "bank-to-sqlite",
  about: "two years of a payment account over one connection (Berlin Group), pages of 500",
  measure: async (place) => {
    const rows = place.rows ?? 50_000
    const pageSize = 500
    const server = await Child.serve("serveBank", rows, pageSize, Math.floor(Date.now() / 86_400_000))
    try {
      return await filled(bank.name, place, "bank", [server.port, pageSize, rows])
    } finally {
      server.stop()
    }
  }
}

const file = (name: string, about: string, kind: Files.FileKind): Case => ({
  name,
  about,
  measure: async (place) => {
    const rows = place.rows ?? 1_000_000
    const path = join(place.directory, `${kind}.csv`)
    Files.write(path, kind, rows)
    try {
      return await filled(name, place, "file", [kind, path, rows])
    } finally {
      rmSync(path)
    }
  }
})

/** Reads again what is stored already: nothing may be written, and every row has to be found unchanged. */
const again = (
  name: string,
  about: string,
  count: number,
  engine: ReadonlyArray<string>,
  limit: ReadonlyArray<string>
): Case => ({
  name,
  about,
  measure: async (place) => {
    const rows = place.rows ?? count
    const pageSize = 200
    const database = join(place.directory, "again.db")
    const server = await Child.serve("serve", rows, pageSize)
    try {
      await Child.run("socket", server.port, pageSize, rows, database)
      const before = contents(database)
      const [script = "", ...more] = engine
      return await pair(name, place, {
        engine: async () => {
          const measured = await Child.run(script, server.port, pageSize, rows, database, ...more)
          same("rows after reading again", contents(database), before)
          if (measured.more["unchanged"] !== rows * 2) throw new Error("a row was not found unchanged")
          return measured
        },
        limit: () => Child.run("socketLimit", server.port, pageSize, rows, database, ...limit)
      })
    } finally {
      server.stop()
      forget(database)
    }
  }
})

const growth: Case = {
  name: "cost-growth",
  about: "purchases late in a walk, beside the same walk's beginning; the limit is its own early speed",
  measure: async (place) => {
    const rows = place.rows ?? 200_000
    const pageSize = 200
    const database = join(place.directory, "growth.db")
    const server = await Child.serve("serve", rows, pageSize)
    try {
      const measured = await Child.run("growth", server.port, pageSize, rows, database)
      const { early = 1, late = 1, middle = 1, poll = 0 } = measured.more
      forget(database)
      await Child.run("schema", database)
      const { more } = await Child.run("socketLimit", server.port, pageSize, rows, database)
      const [rowsPerSecond, limitRowsPerSecond] = [(pageSize * 1000) / late, (pageSize * 1000) / early]
      const at = (share: number): string => thousands(rows * share)
      return {
        name: growth.name,
        rowsPerSecond,
        limitRowsPerSecond,
        ratio: rowsPerSecond / limitRowsPerSecond,
        peakMemoryMb: measured.peakMemoryMb,
        limitPeakMemoryMb: measured.peakMemoryMb,
        notes: [
          `ms per page of ${pageSize} with ${at(0.05)}, ${at(0.5)} and ${at(0.95)} purchases stored: ` +
            figures([early, middle, late]),
          `the same for the bare SQL: ${figures([more["early"] ?? 0, more["middle"] ?? 0, more["late"] ?? 0])}`,
          `ms of a poll that finds nothing new in all of it: ${poll.toFixed(1)}`
        ]
      }
    } finally {
      server.stop()
      forget(database)
    }
  }
}

export const cases: ReadonlyArray<Case> = [
  socket("socket-to-sqlite", "purchases with four installments over HTTP, pages of 200", 200),
  socket("socket-to-sqlite-1000", "the same in pages of 1000", 1000),
  again(
    "unchanged-reread",
    "the same purchases read again from the beginning: nothing is written",
    200_000,
    ["socket", "again"],
    ["again"]
  ),
  again(
    "unchanged-compare",
    "a part of them said again from memory: what comparing alone takes",
    50_000,
    ["compare"],
    ["again", "held"]
  ),
  file("csv-to-sqlite", "a PayPal file of 15 columns: scanned, read and stored", "paypal"),
  file("csv-to-sqlite-revolut", "a Revolut statement: scanned, read and stored", "revolut"),
  bank,
  growth,
  apiList
]
