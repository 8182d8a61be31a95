/**
 * `pnpm bench`: each case beside its limit, in rows per second, with the ratio that carries from one machine to another.
 * Progress goes to stderr; with `--json` stdout holds the figures and nothing else.
 */
import { mkdtempSync, rmSync } from "node:fs"
import { availableParallelism, cpus, tmpdir } from "node:os"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { cases as engineCases, type Result, thousands } from "./Case.ts"
import { webhookLatency } from "./Webhooks.ts"

const cases = [...engineCases, webhookLatency]

const help = `pnpm bench [--json] [--rows N] [--only NAME]

  --json       print [{name, rowsPerSecond, limitRowsPerSecond, ratio, peakMemoryMb}] and nothing else
  --rows N     N purchases, N lines of a file (default: the full figures; about fifteen minutes)
  --only NAME  one case; may be repeated
  --help       this

${cases.map(({ about, name }) => `  ${name.padEnd(24)}${about}`).join("\n")}
`

const columns = ["case", "rows/s", "limit rows/s", "ratio", "peak MB", "limit's peak MB"]

const table = (results: ReadonlyArray<Result>): string => {
  const lines = [
    columns,
    ...results.map((one) => [
      one.name,
      thousands(one.rowsPerSecond),
      thousands(one.limitRowsPerSecond),
      one.ratio.toFixed(2),
      one.peakMemoryMb.toFixed(0),
      one.limitPeakMemoryMb.toFixed(0)
    ])
  ]
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => line[index]?.length ?? 0)))
  const shown = lines.map((line) =>
    line
      .map((cell, index) => (index === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[index] ?? 0)))
      .join("  ")
  )
  const notes = results.flatMap((one) => one.notes.map((note) => `${one.name}: ${note}`))
  const machine = `${availableParallelism()} cores, ${cpus()[0]?.model ?? "unknown"}, Node ${process.version}`
  return [...shown, "", ...notes, machine].join("\n")
}

const { values } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    rows: { type: "string" },
    only: { type: "string", multiple: true },
    help: { type: "boolean", short: "h", default: false }
  }
})

const fail = (message: string): never => {
  console.error(`${message}\n\n${help}`)
  process.exit(2)
}

const rows = values.rows === undefined ? undefined : Number(values.rows)
if (rows !== undefined && (!Number.isInteger(rows) || rows < 1000)) fail("--rows is a whole number from 1000")
const unknown = values.only?.find((name) => cases.every((one) => one.name !== name))
if (unknown !== undefined) fail(`there is no case ${unknown}`)

if (values.help) console.log(help)
else {
  const directory = mkdtempSync(join(tmpdir(), "paymirror-bench-"))
  process.env["NODE_COMPILE_CACHE"] = join(directory, "code")
  const results: Array<Result> = []
  try {
    for (const one of cases.filter(({ name }) => values.only?.includes(name) ?? true)) {
      console.error(`${one.name}: ${one.about}`)
      results.push(await one.measure({ directory, rows, progress: console.error }))
    }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
  const figures = results.map(({ name, rowsPerSecond, limitRowsPerSecond, ratio, peakMemoryMb }) => ({
    name,
    rowsPerSecond,
    limitRowsPerSecond,
    ratio,
    peakMemoryMb
  }))
  console.log(values.json ? JSON.stringify(figures, undefined, 2) : table(results))
}
